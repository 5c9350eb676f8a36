//! Searches in the bodies of real responses.

use super::*;
use std::process::Command;

#[tokio::test]
async fn searches_of_every_kind() {
    let json_body = "/json";
    let cases = [
        (json!("\"status\": *\"healthy\""), Ok(())),
        (json!("(?<=\"version\":)3"), Ok(())),
        (json!("{\"status\""), Ok(())),
        (json!("sick"), Err("“sick” not found in the body")),
        (json!(3), Ok(())),
        (json!(4), Err("“4” not found in the body")),
        (json!(true), Ok(())),
        (json!(["healthy", 3, true]), Ok(())),
        (json!(["healthy", 4]), Err("“4” not found in the body")),
        (json!({"status": "healthy", "version": 3.0, "nested": {"a": 1}}), Ok(())),
        (json!({"version": 2}), Err("version is 3, expected 2")),
        (json!({"mode": "fast"}), Err("mode is missing")),
    ];
    for (search, expected) in cases {
        let seen = look(at("HTTP", json!({})), json!({"url": json_body, "search": search})).await;
        match expected {
            Ok(()) => assert_operational(seen),
            Err(message) => assert_seen(seen, State::Unhealthy, message),
        }
    }
    let seen = look(at("HTTP", json!({})), json!({"url": "/ok", "search": {"a": 1}})).await;
    assert_seen(seen, State::Unhealthy, "the body is not a JSON object (line 1, column 1: expected a value)");
}

#[tokio::test]
async fn a_body_is_read_up_to_the_cap() {
    let url = "/big";
    assert_operational(look(at("HTTP", json!({})), json!({"url": url})).await);
    assert_operational(look(at("HTTP", json!({"max_body": 1000})), json!({"url": url, "search": "^x"})).await);
    let message = "“y” not found in the first 1000 bytes of the body, after which it was cut (`max_body`)";
    let seen = look(at("HTTP", json!({"max_body": 1000})), json!({"url": url, "search": "y"})).await;
    assert_seen(seen, State::Unhealthy, message);
    // The whole of it is exactly this long.
    let whole = look(at("HTTP", json!({"max_body": 4 << 20})), json!({"url": url, "search": "y"})).await;
    assert_seen(whole, State::Unhealthy, "“y” not found in the body");
}

#[tokio::test]
async fn compressed_bodies_are_read_and_capped() {
    for url in ["/gzip", "/brotli"] {
        let search = json!("\"(gzipped|brotli)\": true");
        assert_operational(look(at("HTTPBIN", json!({})), json!({"url": url, "search": search})).await);
    }
    let compressed = Command::new("sh").args(["-c", "head -c 67108864 /dev/zero | gzip -9"]).output().unwrap().stdout;
    assert!(!compressed.is_empty() && compressed.len() < 1 << 20);
    let mut answer =
        format!("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n", compressed.len()).into_bytes();
    answer.extend(compressed);
    let server = OddServer::answering(answer);
    let message = "“x” not found in the first 1048576 bytes of the body, after which it was cut (`max_body`)";
    assert_seen(look(at_odd(&server, json!({})), json!({"search": "x"})).await, State::Unhealthy, message);
}

#[tokio::test]
async fn bodies_need_not_be_utf_8() {
    for (content_type, search) in [("text/plain; charset=ISO-8859-1", "grün"), ("text/plain", "gr.n")] {
        let mut answer = format!("HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: 4\r\n\r\n").into_bytes();
        answer.extend(b"gr\xfcn");
        let server = OddServer::answering(answer);
        assert_operational(look(at_odd(&server, json!({})), json!({"search": search})).await);
    }
}

#[tokio::test]
async fn a_pattern_that_would_take_too_long_is_unknown() {
    let server = OddServer::answering(format!("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}", "a".repeat(100)));
    let seen = look(at_odd(&server, json!({})), json!({"search": r"(a|aa)+(?!a)b\1"})).await;
    assert_unknown(seen, r"“(a|aa)+(?!a)b\1” needs too much backtracking in this body; make the pattern simpler");
    // Without a step back, it would take a time that grows with the third power of the length: weeks.
    let runaway = "(?:(?=(?:(?=.*y).)*y).)*z";
    let text = "a".repeat(100_000) + "y";
    let body = json!({"a": text}).to_string();
    let server = OddServer::answering(format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len()));
    for data in [json!({"search": runaway}), json!({"json": {"$.a": {"matches": runaway}}})] {
        let message = format!("“{runaway}” needs too much backtracking in this body; make the pattern simpler");
        assert_unknown(look(at_odd(&server, json!({})), data).await, &message);
    }
}
