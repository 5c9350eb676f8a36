//! The state for each kind of response, and for each kind of missing response.

use super::*;

#[tokio::test]
async fn the_status_decides() {
    assert_operational(look(at("HTTP", json!({})), json!({"url": "/ok"})).await);
    assert_operational(look(at("HTTP", json!({})), json!({"url": "ok"})).await);
    assert_operational(look(at("HTTP", json!({})), json!({})).await);
    let cases = [
        ("HTTP", "/500", "HTTP 500 Internal Server Error"),
        ("HTTP", "/503", "HTTP 503 Service Unavailable"),
        ("HTTP", "/nothing-here", "HTTP 404 Not Found"),
        ("HTTPBIN", "/status/204", "HTTP 204 No Content"),
        ("HTTPBIN", "/status/599", "HTTP 599"),
    ];
    for (server, url, message) in cases {
        assert_seen(look(at(server, json!({})), json!({"url": url, "search": "x"})).await, State::Down, message);
    }
}

#[tokio::test]
async fn the_row_is_named_after_the_host() {
    let seen = look(at("HTTP", json!({"host": "localhost"})), json!({"url": "/ok"})).await.unwrap();
    assert_eq!((seen.node.as_str(), seen.node_name), ("localhost", None));
}

#[tokio::test]
async fn no_answer_is_unknown() {
    let closed = targets().port("CLOSED");
    let refused = look(at("CLOSED", json!({})), json!({"url": "/?key=marker"})).await;
    assert_unknown(refused, &format!("connection refused by 127.0.0.1:{closed}"));
    let unnamed = look(json!({"host": "no-such-host.invalid", "protocol": "http"}), json!({"url": "/?key=marker"})).await;
    assert_unknown(unnamed, "the name `no-such-host.invalid` could not be resolved");
    let dropped = look(at("HTTP", json!({"username": "marker"})), json!({"url": "/drop?key=marker"})).await;
    assert_unknown(
        dropped,
        &format!("no answer from 127.0.0.1:{}: connection closed before message completed", targets().port("HTTP")),
    );
}

#[tokio::test]
async fn silence_ends_with_the_time_out() {
    let server = OddServer::hanging();
    assert_unknown(look(at_odd(&server, json!({"timeout": 0.2})), json!({})).await, "no answer within 0.2 s");
    let https = at_odd(&server, json!({"timeout": 0.2, "protocol": "https"}));
    assert_unknown(look(https, json!({})).await, "no answer within 0.2 s");
}

#[tokio::test]
async fn the_time_out_covers_the_whole_answer() {
    let drips = at("HTTP", json!({"timeout": 0.5}));
    assert_unknown(look(drips, json!({"url": "/slow"})).await, "no complete answer within 0.5 s");
    let server = OddServer::answering("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello");
    let stops = || at_odd(&server, json!({"timeout": 0.5}));
    assert_unknown(look(stops(), json!({"search": "hello"})).await, "no complete answer within 0.5 s");
    // The check does not wait for a body that it does not need.
    assert_operational(look(stops(), json!({})).await);
}

#[tokio::test]
async fn a_broken_answer_is_unknown() {
    let cases: [(&[u8], &str); 3] = [
        (
            b"220 mail.test ESMTP\r\n",
            "SERVER answered, but not with valid HTTP: its first line does not begin with HTTP/1.0 or HTTP/1.1 and one blank",
        ),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nmarker",
            "SERVER answered, but ended the connection before the end of the body",
        ),
        (
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nmarker, and more",
            "SERVER answered, but its body is not valid gzip: invalid gzip header",
        ),
    ];
    for (answer, message) in cases {
        let server = OddServer::breaking_off_after(answer);
        let seen = look(at_odd(&server, json!({})), json!({"search": "x"})).await;
        assert_unknown(seen, &message.replace("SERVER", &server.address.to_string()));
    }
}

#[tokio::test]
async fn an_address_of_ipv6_needs_no_brackets() {
    let server = OddServer::answering_on_ipv6(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    for host in ["::1", "[::1]"] {
        let seen = look(at_odd(&server, json!({"host": host})), json!({"search": "ok"})).await;
        assert_eq!(seen.as_ref().unwrap().node, host);
        assert_operational(seen);
    }
}
