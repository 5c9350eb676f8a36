//! Bodies in many character encodings.

use super::*;

async fn look_for(search: &str, content_type: &str, body: &[u8]) -> Result<Observation, String> {
    let header = if content_type.is_empty() { String::new() } else { format!("Content-Type: {content_type}\r\n") };
    let head = format!("HTTP/1.1 200 OK\r\n{header}Content-Length: {}\r\n\r\n", body.len());
    let server = OddServer::answering([head.as_bytes(), body].concat());
    look(at_odd(&server, json!({})), json!({"search": search})).await
}

#[tokio::test]
async fn text_is_found_in_every_encoding() {
    let utf_16: Vec<_> = "\u{feff}<p>grün</p>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (content_type, body, search) in [
        ("text/plain; charset=windows-1251", &b"\xf1\xe5\xf0\xe2\xe8\xf1 \xe3\xee\xf2\xee\xe2"[..], "^сервис готов$"),
        ("text/html; charset = \"koi8-r\"", b"\xc7\xcf\xd4\xcf\xd7", "готов"),
        ("text/plain;charset='Shift_JIS'", b"\x93\xfa\x96{", "日本"),
        ("text/plain; charset=GB18030", b"\xc4\xe3\xba\xc3", "你好"),
        ("text/plain; charset=ISO-8859-15", b"5 \xa4", "5 €"),
        // A mark at the beginning wins over the header.
        ("text/html; charset=iso-8859-1", &utf_16, "<p>grün</p>"),
        ("text/html; charset=iso-8859-1", "\u{feff}grün".as_bytes(), "^grün$"),
        // HTML and XML say it themselves.
        ("text/html", b"<html><head><meta charset=\"windows-1250\"><p>p\xf8ipraveno", "připraveno"),
        ("text/html", b"<meta http-equiv=content-type content='text/html; charset=iso-8859-2'><p>p\xf8ipraveno", "připraveno"),
        ("application/xml", b"<?xml version=\"1.0\" encoding=\"iso-8859-2\"?><p>p\xf8ipraveno</p>", "připraveno"),
        ("", b"<?xml version='1.0' encoding='iso-8859-2'?><p>p\xf8ipraveno</p>", "připraveno"),
        // Without a word it is UTF-8, or what it can only be.
        ("text/plain", "grün".as_bytes(), "grün"),
        ("text/plain", b"gr\xfcn", "grün"),
    ] {
        let seen = look_for(search, content_type, body).await;
        assert_eq!(seen.as_ref().ok().map(|seen| seen.state), Some(State::Operational), "{content_type}, {search}: {seen:?}");
    }
}
