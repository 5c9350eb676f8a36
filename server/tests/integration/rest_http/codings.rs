//! Bodies in content codings.

use super::*;
use flate2::Compression;
use flate2::read::{DeflateEncoder, GzEncoder, ZlibEncoder};
use std::io::Read;

const TEXT: &str = r#"{"status": "ok", "text": "all is well, and all is well"}"#;

/// As the program `zstd` writes it, with the length of the text and a checksum.
const ZSTANDARD: &str = "28b52ffd04689d010002830a10c0ebe8aea0d8b64271ae86424908e704cbb5f102c43b2da2887783135dbae00cc9061bb98d6749560101002666960124cb6dcd";

fn all(mut reader: impl Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes).unwrap();
    bytes
}

fn gzip(text: &[u8]) -> Vec<u8> {
    all(GzEncoder::new(text, Compression::best()))
}

fn server(headers: &str, body: &[u8]) -> OddServer {
    let length = if headers.contains("chunked") { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
    let head = format!("HTTP/1.1 200 OK\r\n{headers}\r\n{length}\r\n");
    OddServer::answering([head.as_bytes(), body].concat())
}

/// The body in one chunk.
fn chunked(body: &[u8]) -> Vec<u8> {
    [format!("{:x}\r\n", body.len()).as_bytes(), body, b"\r\n0\r\n\r\n"].concat()
}

async fn look_for(search: Value, headers: &str, body: &[u8]) -> Result<Observation, String> {
    look(at_odd(&server(headers, body), json!({})), json!({"search": search})).await
}

#[tokio::test]
async fn every_coding_that_servers_use_is_decoded() {
    let text = TEXT.as_bytes();
    let zlib = all(ZlibEncoder::new(text, Compression::best()));
    for (headers, body) in [
        ("Content-Encoding: gzip", gzip(text)),
        ("Content-Encoding: X-GZip", gzip(text)),
        ("content-encoding:  GZIP ", gzip(text)),
        ("Content-Encoding: gzip", [gzip(&text[..9]), gzip(&text[9..])].concat()),
        ("Content-Encoding: deflate", zlib.clone()),
        ("Content-Encoding: deflate", all(DeflateEncoder::new(text, Compression::best()))),
        ("Content-Encoding: deflate, gzip", gzip(&zlib)),
        ("Content-Encoding: deflate\r\nContent-Encoding: gzip", gzip(&zlib)),
        ("Transfer-Encoding: gzip, chunked", chunked(&gzip(text))),
        ("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked", chunked(&gzip(text))),
        ("Content-Encoding: deflate\r\nTransfer-Encoding: x-gzip, chunked", chunked(&gzip(&zlib))),
        ("Content-Encoding: identity", text.to_vec()),
        ("Content-Encoding:", text.to_vec()),
    ] {
        for search in [json!("all is well\""), json!({"status": "ok", "text": "all is well, and all is well"})] {
            let seen = look_for(search, headers, &body).await;
            assert_eq!(
                seen.as_ref().ok().map(|seen| (seen.state, seen.message.clone())),
                Some((State::Operational, None)),
                "{headers}: {seen:?}"
            );
        }
    }
    for url in ["/gzip", "/brotli", "/deflate"] {
        let search = json!("\"(gzipped|brotli|deflated)\": true");
        assert_operational(look(at("HTTPBIN", json!({})), json!({"url": url, "search": search})).await);
    }
    let zstandard: Vec<_> =
        (0..ZSTANDARD.len()).step_by(2).map(|at| u8::from_str_radix(&ZSTANDARD[at..at + 2], 16).unwrap()).collect();
    assert_operational(
        look_for(
            json!({"zstandard": true, "text": "all is well, and all is well, and all is well"}),
            "Content-Encoding: zstd",
            &zstandard,
        )
        .await,
    );
}

#[tokio::test]
async fn what_is_offered_is_what_is_known_or_what_the_service_says() {
    let server = OddServer::answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    for (headers, offered) in [
        (json!({}), Some("gzip, deflate, br, zstd")),
        (json!({"Accept-Encoding": "br;q=1"}), Some("br;q=1")),
        (json!({"accept-encoding": "identity"}), Some("identity")),
        (json!({"Accept-Encoding": null}), None),
    ] {
        assert_operational(look(at_odd(&server, json!({"request_headers": headers})), json!({})).await);
        let request = server.requests().pop().unwrap();
        let lines: Vec<_> = request.lines().filter_map(|line| line.strip_prefix("accept-encoding: ")).collect();
        assert_eq!(lines, offered.into_iter().collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn an_unknown_coding_is_said_and_not_blamed_on_the_search() {
    let message = "answered with content coding `compress`, which is not known";
    for search in [json!("all is well"), json!({"status": "ok"})] {
        assert_unknown(look_for(search, "Content-Encoding: compress", b"\x1f\x9dmarker").await, message);
    }
    let seen =
        look(at_odd(&server("Content-Encoding: compress", b"\x1f\x9d"), json!({})), json!({"json": {"$.status": "ok"}})).await;
    assert_unknown(seen, message);
    // Some servers name something that is no coding, and send the text as it is; clients read it as it is.
    let seen =
        look_for(json!({"status": "ok", "text": "all is well, and all is well"}), "Content-Encoding: UTF-8", TEXT.as_bytes()).await;
    assert_seen(seen, State::Operational, "answered with content coding `utf-8`, which is not known");
    // Without an expectation about it, the body is not read.
    assert_operational(look(at_odd(&server("Content-Encoding: compress", b"\x1f\x9d"), json!({})), json!({})).await);
}

#[tokio::test]
async fn a_body_without_its_coding_or_its_end_is_unknown() {
    let server_of = |coding: &str, body: &[u8]| server(&format!("Content-Encoding: {coding}"), body);
    for (coding, shown) in [("gzip", "gzip"), ("deflate", "deflate"), ("br", "brotli"), ("zstd", "zstd")] {
        let server = server_of(coding, b"<html>marker, marker, marker</html>");
        let error = look(at_odd(&server, json!({})), json!({"search": "html"})).await.expect_err(coding);
        let expected = format!("{} answered, but its body is not valid {shown}: ", server.address);
        assert!(error.starts_with(&expected) && !error.contains("marker"), "{error}");
    }
    let whole = gzip(TEXT.as_bytes());
    let half = &whole[..whole.len() / 2];
    assert_unknown(look_for(json!("all is well\"}"), "Content-Encoding: gzip", half).await, "the gzip body ends too early");
    // Without its checksum it is whole for other clients.
    let seen = look_for(json!("all is well\"}"), "Content-Encoding: gzip", &whole[..whole.len() - 8]).await;
    assert_seen(seen, State::Operational, "the gzip body ends too early");
}
