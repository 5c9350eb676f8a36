use super::*;

fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
    let lines = lines.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()));
    lines.collect()
}

#[track_caller]
fn check(lines: &[(&'static str, &str)], expected: &[&str]) {
    let clients = clients(&headers(lines));
    let clients: Vec<_> = clients.iter().map(|client| client.map_or("-".to_owned(), |client| client.to_string())).collect();
    assert_eq!(clients, expected, "{lines:?}");
}

#[test]
fn every_form_of_an_address_is_understood() {
    for (text, expected) in [
        ("192.0.2.7", "192.0.2.7"),
        (" 192.0.2.7 ", "192.0.2.7"),
        ("192.0.2.7:4711", "192.0.2.7"),
        ("\"192.0.2.7\"", "192.0.2.7"),
        ("\"192.0.2.7:4711\"", "192.0.2.7"),
        ("2001:db8::7", "2001:db8::7"),
        ("[192.0.2.7]", "192.0.2.7"),
        ("[192.0.2.7]:4711", "192.0.2.7"),
        ("\"[192.0.2.7]\"", "192.0.2.7"),
        ("[2001:db8::7]", "2001:db8::7"),
        ("[2001:DB8::7]:4711", "2001:db8::7"),
        ("\"[2001:db8::7]:4711\"", "2001:db8::7"),
        ("\"[2001:db8::7]:_secret\"", "2001:db8::7"),
        ("fe80::1%eth0", "fe80::1"),
        ("[fe80::1%25eth0]:80", "fe80::1"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("[::ffff:192.0.2.7]:80", "192.0.2.7"),
    ] {
        assert_eq!(address(text).map(|address| address.to_string()).as_deref(), Some(expected), "{text}");
    }
    for other in
        ["", "unknown", "_hidden", "\"_hidden:80\"", "unix:", "192.0.2", "192.0.2.7:port", "[192.0.2.7", "[::1]x", "::1::2", "\""]
    {
        assert_eq!(address(other), None, "{other}");
    }
}

#[test]
fn the_nearest_proxy_comes_first() {
    check(&[("x-forwarded-for", "192.0.2.1, 192.0.2.2:80")], &["192.0.2.2", "192.0.2.1"]);
    check(&[("x-forwarded-for", "192.0.2.1"), ("x-forwarded-for", "192.0.2.2")], &["192.0.2.2", "192.0.2.1"]);
    check(&[("x-forwarded-for", "192.0.2.1, unknown,")], &["-", "192.0.2.1"]);
    check(&[("forwarded", "for=192.0.2.1;proto=http, FOR = \"[2001:db8::2]:80\"")], &["2001:db8::2", "192.0.2.1"]);
    check(&[("forwarded", "for=192.0.2.1"), ("forwarded", "proto=https;for=_x, by=10.0.0.1")], &["-", "-", "192.0.2.1"]);
    check(&[("forwarded", "for=192.0.2.1;for=192.0.2.2")], &["192.0.2.1"]);
    check(&[("x-forwarded-for", "192.0.2.1"), ("forwarded", "for=192.0.2.9")], &["192.0.2.1"]);
    check(&[("host", "lan")], &[]);
}

#[test]
fn empty_entries_are_skipped() {
    check(&[("x-forwarded-for", ", 192.0.2.1,, 192.0.2.2 , ")], &["192.0.2.2", "192.0.2.1"]);
    check(&[("x-forwarded-for", "192.0.2.1"), ("x-forwarded-for", ""), ("x-forwarded-for", " ,")], &["192.0.2.1"]);
    check(&[("forwarded", ",for=192.0.2.1, ,for=192.0.2.2,")], &["192.0.2.2", "192.0.2.1"]);
    check(&[("forwarded", "for=192.0.2.1, for=, proto=http")], &["-", "-", "192.0.2.1"]);
    check(&[("x-forwarded-for", ""), ("forwarded", "for=192.0.2.1")], &[]);
    check(&[("x-forwarded-for", "192.0.2.1, \"\"")], &["-", "192.0.2.1"]);
}

/// What a client sends stands before what the proxy appends, and must neither hide nor change it.
#[test]
fn what_a_client_sends_does_not_hide_what_a_proxy_appends() {
    for sent in ["\"", "for=\"", "for=\"\\", "for=\"a\\\"", "for=\"a\";b=\"", ";;==", "é"] {
        let value = format!("{sent}, for=\"[2001:db8::7]:80\"");
        let line = (FORWARDED, axum::http::HeaderValue::from_bytes(value.as_bytes()).unwrap());
        assert_eq!(clients(&HeaderMap::from_iter([line]))[0], address("2001:db8::7"), "{sent}");
    }
    let line = (X_FORWARDED_FOR, axum::http::HeaderValue::from_bytes(b"\xff\", 192.0.2.7").unwrap());
    assert_eq!(clients(&HeaderMap::from_iter([line])), [address("192.0.2.7"), None]);
}

#[test]
fn schemes_come_in_lists_and_in_any_case() {
    for (lines, expected) in [
        (&[("x-forwarded-proto", "https")][..], Some("https")),
        (&[("x-forwarded-proto", "HTTPS")], Some("https")),
        (&[("x-forwarded-proto", " https , http")], Some("https")),
        (&[("x-forwarded-proto", "https,http"), ("x-forwarded-proto", "http")], Some("https")),
        (&[("x-forwarded-proto", "\"https\"")], Some("https")),
        (&[("x-forwarded-proto", "http"), ("forwarded", "proto=https")], Some("http")),
        (&[("forwarded", "for=192.0.2.1;Proto=HTTPS, for=10.0.0.1;proto=http")], Some("https")),
        (&[("forwarded", "for=192.0.2.1, for=10.0.0.1;proto=\"https\"")], Some("https")),
        (&[("x-forwarded-proto", "")], None),
        (&[("forwarded", "for=192.0.2.1")], None),
    ] {
        assert_eq!(scheme(&headers(lines)).as_deref(), expected, "{lines:?}");
    }
}

#[test]
fn hosts_have_ports_or_not() {
    assert_eq!(hosts(&headers(&[("x-forwarded-host", "a.lan, b.lan:81")])), ["a.lan", "b.lan:81"]);
    assert_eq!(hosts(&headers(&[("forwarded", "for=192.0.2.1;host=\"a.lan:81\"")])), ["a.lan:81"]);
    assert_eq!(hosts(&headers(&[("x-forwarded-host", "a.lan"), ("forwarded", "host=b.lan")])), ["a.lan"]);
    assert!(hosts(&headers(&[("host", "a.lan")])).is_empty());
}
