use super::super::known_keys::KnownKeys;
use super::{Masked, masked};

fn last_line(text: &str) -> Masked {
    let lines: Vec<&str> = text.split('\n').collect();
    masked(&lines, lines.len() - 1, &KnownKeys::new())
}

#[test]
fn keys_and_harmless_values_are_shown() {
    for (text, expected) in [
        ("log_level: verbose", "log_level: verbose"),
        ("log_levl: MARKER", "log_levl: ••••••"),
        ("web:\n  properties:\n    port: 70000", "    port: 70000"),
        ("web:\n  properties:\n    host: shop.example.com # MARKER", "    host: shop.example.com #••••••"),
        ("web:\n  properties:\n    host: me:MARKER@shop", "    host: ••••••"),
        ("web:\n  role:\n  - dev", "  - dev"),
        ("web:\n  role:\n    - dev", "    - dev"),
        ("web: {type: tcp, role: [dev, ops], depends_on: 'a b'}", "web: {type: tcp, role: [dev, ops], depends_on: 'a b'}"),
        ("web: {type: tcp, properties: {hots: MARKER}}", "web: {type: tcp, properties: {hots: ••••••}}"),
        ("# MARKER", "#••••••"),
        ("a: [1", "a: [••••••"),
    ] {
        assert_eq!(last_line(text).text, expected, "{text}");
    }
}

#[test]
fn secrets_are_withheld_in_every_notation() {
    for text in [
        "admin: {role: admin, password: MARKER}",
        "admin: {role: admin, password: \"MARKER, x: MARKER\", role: x}",
        "admin: {role: admin, password: MARKER,b=MARKER}",
        "admin: {role: admin, password: MARKER, MARKER}",
        "admin: {role: admin, pasword: MARKER, MARKER",
        "admin: {role: admin, password: MARKER",
        "admin:\n  password: MARKER MARKER",
        "admin:\n  password: 'MARKER",
        "admin:\n  password: |\n    MARKER",
        "admin:\n  password: |\n    host: MARKER",
        "admin:\n  password:\n    MARKER",
        "admin:\n  password:\n    host: MARKER",
        "admin:\n  password: MARKER\n    host: MARKER",
        "admin:\n  pasword: >\n    MARKER",
        "admin:\n  'password' : MARKER",
        "admin:\n  \"password\": MARKER",
        "admin:\n  ? password\n  : MARKER",
        "admin:\n  password: !!str MARKER",
        "admin:\n  password: &MARKER MARKER",
        "notify_backend: {type: slack, data: {url: https://hooks.example.com/MARKER}}",
        "notify_backend:\n  - type: slack\n    data: {url: 'https://hooks.example.com/MARKER'}",
        "web:\n  properties:\n    request_headers:\n      Host: MARKER",
        "web: {type: rest_http, properties: {request_headers: {host: MARKER}}}",
        "web: {type: rest_http, properties: {key: MARKER, port: 1}}",
        "session_key: MARKER",
        "vault_backend:\n  auth: {method: approle, role_id: MARKER}",
        "vault_backend: {host: v, token: [MARKER]}",
        "MARKER",
        "- MARKER",
        "{MARKER}",
        "'MARKER",
    ] {
        let shown = last_line(text).text;
        assert!(!shown.contains("MARKER") && shown.contains("••••••"), "{text}: {shown}");
    }
}

#[test]
fn a_column_of_the_line_is_found_in_what_is_shown() {
    let line = last_line("admin: {role: admin, password: MARKER, role: x, email: MARKER}");
    assert_eq!(line.text, "admin: {role: admin, password: ••••••, role: x, email: ••••••}");
    let at = |column| line.text.chars().nth(line.column(column));
    assert_eq!((at(1), at(15), at(32), at(35)), (Some('a'), Some('a'), Some('•'), Some('•')));
    assert_eq!(at(40), Some('r'));
    assert_eq!(line.column(500), line.text.chars().count());
}
