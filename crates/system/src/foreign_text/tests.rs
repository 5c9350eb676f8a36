use super::*;
use crate::testing::{HOSTILE, assert_safe};
use proptest::prelude::*;

/// A function by its name, and whether what it makes may have line feeds and tabs.
type Sink = (&'static str, fn(&str) -> String, bool);

fn sinks() -> Vec<Sink> {
    vec![
        ("line", |text| line(text).into_owned(), false),
        ("lines", |text| lines(text).into_owned(), true),
        ("message", message, false),
        ("name", name, false),
        ("json", |text| json(serde_json::Value::from(text).to_string()), false),
        ("json_string", json_string, false),
        ("log_line", |text| log_line(text, false).trim_end_matches('\n').replace('\t', " "), false),
        ("csv_cell", csv_cell, false),
        ("prometheus_label", prometheus_label, false),
        ("html", html, true),
        ("mail_header", mail_header, false),
        ("slack", |text| slack(text, usize::MAX), true),
        ("discord", discord, true),
    ]
}

#[test]
fn no_place_shows_what_is_not_there() {
    for (sink, make_safe, has_lines) in sinks() {
        assert_safe(sink, &make_safe(HOSTILE), has_lines);
        assert_safe(sink, &make_safe(&HOSTILE.repeat(1_000)), has_lines);
    }
}

#[test]
fn what_is_plain_stays() {
    for plain in
        ["", "db.lan:5432", "Zürich – 東京", "מגדל", "می\u{200c}شود", "👨\u{200d}👩\u{200d}👧 ❤\u{fe0f}", "<a> & \"b\" 'c'"]
    {
        assert_eq!((line(plain), lines(plain)), (Cow::Borrowed(plain), Cow::Borrowed(plain)));
    }
}

#[test]
fn what_forges_can_be_seen() {
    assert_eq!(line("a\r\nb\u{1b}[31m\0c"), "a  b [31m c");
    assert_eq!(line("gpj\u{202e}exe\u{200b} a\u{200d}b\u{2028}c"), "gpj<U+202E>exe<U+200B> a<U+200D>b c");
    assert_eq!(lines("a\r\n\tb\u{202e}"), "a \n\tb<U+202E>");
    assert_ne!(name("db"), name("db\u{200b}"));
    assert_eq!(name(&"ü".repeat(501)), "ü".repeat(500) + "…");
}

#[test]
fn json_means_the_same() {
    let text = "\u{202e}a\u{9b}\u{7f}\u{e0041}\"ü";
    let escaped = json(serde_json::Value::from(text).to_string());
    assert_eq!(escaped, r#""\u202ea\u009b\u007f\udb40\udc41\"ü""#);
    assert_eq!(serde_json::from_str::<String>(&escaped).unwrap(), text);
}

#[test]
fn no_cell_is_a_formula_in_any_program() {
    for (text, cell) in [
        ("=1", "'=1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", " '=1"),
        ("\r=1", " '=1"),
        (" \"=1", " \"'=1"),
        ("＝1", "'＝1"),
        ("a;=cmd|' /C calc'!A0", "a;'=cmd|' /C calc'!A0"),
        ("a; \"=1", "a; \"'=1"),
        ("a=1-2", "a=1-2"),
        ("db-1", "db-1"),
    ] {
        assert_eq!(csv_cell(text), cell, "{text:?}");
    }
}

#[test]
fn a_log_line_is_one_line_with_the_colours_of_the_log_only() {
    let line = "\u{1b}[2m2026\u{1b}[0m a\nWARN forged\u{1b}]0;title\u{7}\u{1b}[2J\u{202e}\n";
    assert_eq!(log_line(line, true), "\u{1b}[2m2026\u{1b}[0m a\\nWARN forged<U+001B>]0;title<U+0007><U+001B>[2J<U+202E>\n");
    assert!(log_line(line, false).starts_with("<U+001B>[2m2026"));
}

#[test]
fn formats_of_receivers_have_no_meaning() {
    assert_eq!(slack("<!channel> & <http://evil|x>", usize::MAX), "&lt;!channel&gt; &amp; &lt;http://evil|x&gt;");
    assert_eq!(slack("<<<", 9), "&lt;&lt;");
    assert_eq!(discord("*@everyone* [x](y)"), "\\*\\@everyone\\* \\[x\\](y)");
    assert_eq!(html("<script>\"'&"), "&lt;script&gt;&quot;&#39;&amp;");
    assert_eq!(prometheus_label("a\"b\\c\nd"), "a\\\"b\\\\c d");
    assert_eq!(mail_header("x\r\nBcc: all@lan.test\r\n\r\nbody\u{2028}y"), "x Bcc: all@lan.test body y");
}

proptest! {
    #[test]
    fn every_text_is_safe_everywhere(text in any::<String>(), prefix in "\\PC*|[\\x00-\\x1f\\x7f-\\x9f;=\\u{200b}-\\u{2069}]*") {
        let text = prefix + &text;
        for (sink, make_safe, has_lines) in sinks() {
            assert_safe(sink, &make_safe(&text), has_lines);
        }
        let quoted = json_string(&text);
        prop_assert_eq!(serde_json::from_str::<String>(&format!("\"{quoted}\"")).unwrap(), text);
    }
}
