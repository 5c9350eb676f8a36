use super::*;
use reqwest::header::HeaderValue;

fn content_type(value: &str) -> ContentType {
    ContentType::of(&HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_str(value).unwrap())]))
}

#[track_caller]
fn check(header: &str, body: &[u8], text: &str) {
    assert_eq!(content_type(header).decode(body), text, "{header}: {body:?}");
}

fn utf_16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(unit).collect()
}

fn utf_32(text: &str, unit: fn(u32) -> [u8; 4]) -> Vec<u8> {
    text.chars().flat_map(|character| unit(character.into())).collect()
}

#[test]
fn the_header_names_any_encoding_of_the_standard() {
    for (header, body, text) in [
        ("text/plain; charset=ISO-8859-1", &b"gr\xfcn"[..], "grün"),
        ("text/plain; charset=latin-1", b"gr\xfcn", "grün"),
        ("text/plain; charset=iso8859_15", b"5 \xa4", "5 €"),
        ("text/plain;charset=\"iso-8859-2\"", b"\xb1", "ą"),
        ("text/plain; charset='iso-8859-2'", b"\xb1", "ą"),
        ("text/plain; title=\"a;charset=utf-16, b\"; charset=iso-8859-2", b"\xb1", "ą"),
        ("text/plain; title=\"a \\\";charset=utf-16\"; charset=iso-8859-2", b"\xb1", "ą"),
        ("text/plain; charset=\"iso\\-8859-2\"", b"\xb1", "ą"),
        ("text/plain; charset=\"iso-8859-2", b"\xb1", "ą"),
        ("text/plain; charset=\" iso-8859-2 \" ; x=y", b"\xb1", "ą"),
        ("text/plain; charset=; charset=iso-8859-2", b"\xb1", "ą"),
        ("text/plain; format=flowed; Charset = \" windows-1251 \" ; x=y", b"\xef\xf0\xe8\xe2\xe5\xf2", "привет"),
        ("text/plain; charset=koi8-r", b"\xd0\xd2\xc9\xd7\xc5\xd4", "привет"),
        ("text/plain; charset=Shift_JIS", b"\x93\xfa\x96{", "日本"),
        ("text/plain; charset=euc-jp", b"\xc6\xfc\xcb\xdc", "日本"),
        ("text/plain; charset=gb2312", b"\xc4\xe3\xba\xc3", "你好"),
        ("text/plain; charset=big5", b"\xa7A\xa6n", "你好"),
        ("text/plain; charset=euc-kr", b"\xc7\xd1", "한"),
        ("text/plain; charset=utf-16be", b"\0a\0\xfc", "aü"),
        ("text/plain; charset=utf-16le", b"a\0\xfc\0", "aü"),
        ("text/plain; charset=UTF-32BE", b"\0\0\0a\0\x01\xf6\0", "a😀"),
        ("text/plain; charset=utf8", "grün".as_bytes(), "grün"),
        ("text/plain; charset=utf_8", "grün".as_bytes(), "grün"),
    ] {
        check(header, body, text);
    }
}

#[test]
fn a_byte_order_mark_wins() {
    let header = "text/plain; charset=iso-8859-1";
    check(header, "\u{feff}grün".as_bytes(), "grün");
    check(header, &utf_16("\u{feff}grün", u16::to_le_bytes), "grün");
    check(header, &utf_16("\u{feff}grün", u16::to_be_bytes), "grün");
    check(header, &utf_32("\u{feff}grün", u32::to_le_bytes), "grün");
    check(header, &utf_32("\u{feff}grün", u32::to_be_bytes), "grün");
}

#[test]
fn json_shows_wide_characters_by_its_zeros() {
    let text = r#"{"a": "ü😀"}"#;
    for body in [
        utf_16(text, u16::to_le_bytes),
        utf_16(text, u16::to_be_bytes),
        utf_32(text, u32::to_le_bytes),
        utf_32(text, u32::to_be_bytes),
    ] {
        check("application/json", &body, text);
    }
    check("image/x-icon", b"\0\0\x01\0\x01", "\0\0\x01\0\x01");
}

#[test]
fn markup_may_say_it_by_itself() {
    for (header, body, text) in [
        ("text/html", &b"<meta charset=iso-8859-2>\xb1"[..], "ą"),
        ("text/html", b"<!doctype html>\n<html><head><META\n CHARSET = 'ISO-8859-2' />\xb1", "ą"),
        ("text/html", b"<meta http-equiv='Content-Type' content='text/html; charset=iso-8859-2'>\xb1", "ą"),
        ("text/html", b"<meta content=\"text/html;charset='iso-8859-2'\" http-equiv=content-type>\xb1", "ą"),
        ("", b"<html><meta charset=iso-8859-2>\xb1", "ą"),
        ("application/xml", b"<?xml version='1.0' encoding='iso-8859-2'?>\xb1", "ą"),
        ("application/rss+xml", b"<?xml version=\"1.0\" encoding = \"ISO-8859-2\" standalone=\"yes\"?>\xb1", "ą"),
        ("application/xhtml+xml", b"<?xml version='1.0'?><meta charset='iso-8859-2'/>\xb1", "ą"),
        // What does not count.
        ("text/html; charset=iso-8859-1", b"<meta charset=iso-8859-2>\xb1", "±"),
        ("text/html", b"<!-- <meta charset=iso-8859-2> -->\xb1", "±"),
        ("text/html", b"<meta name=x content='text/html; charset=iso-8859-2'>\xb1", "±"),
        ("text/html", b"<meta name='<meta charset=iso-8859-5>' charset=iso-8859-2>\xb1", "ą"),
        ("text/html", b"<meta charset=utf-16>\xc3\xbc", "ü"),
        ("text/html", b"<meta charset=nonsense><meta charset=iso-8859-2>\xb1", "ą"),
        ("text/plain", b"<meta charset=iso-8859-2>\xb1", "±"),
    ] {
        let decoded = content_type(header).decode(body);
        assert!(decoded.ends_with(text), "{header}: {decoded}");
    }
    let late = [&b" ".repeat(PRESCANNED)[..], b"<meta charset=iso-8859-2>\xb1"].concat();
    assert!(content_type("text/html").decode(&late).ends_with('±'));
}

#[test]
fn what_says_nothing_is_utf_8_if_it_can_be() {
    for header in ["text/plain", "application/json", "", "text/plain; charset=nonsense", "text/plain; charset=iso-2022-kr"] {
        check(header, "grün".as_bytes(), "grün");
        check(header, b"gr\xfcn", "grün");
        // The last character was cut.
        check(header, b"gr\xc3\xbcn \xc3", "grün \u{fffd}");
        check(header, b"plain", "plain");
    }
    assert_eq!(ContentType::default().decode("grün".as_bytes()), "grün");
}
