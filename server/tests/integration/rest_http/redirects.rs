//! Redirects: their targets, and what is sent there.

use super::*;

#[tokio::test]
async fn redirects_are_followed() {
    assert_operational(look(at("HTTP", json!({})), json!({"url": "/redir", "search": "^ok$"})).await);
    for path in ["/relative-redirect/3", "/absolute-redirect/3", "/redirect/30"] {
        assert_operational(look(at("HTTPBIN", json!({})), json!({"url": path})).await);
    }
    for status in [301, 302, 303, 307, 308] {
        let url = format!("/redirect-to?url=/status/418&status_code={status}");
        assert_seen(look(at("HTTPBIN", json!({})), json!({"url": url})).await, State::Down, "HTTP 418 I'm a teapot");
    }
}

#[tokio::test]
async fn redirects_without_end_are_unknown() {
    let circle = look(at("HTTP", json!({})), json!({"url": "/loop"})).await;
    assert_unknown(circle, &format!("the redirects of 127.0.0.1:{} form a loop", targets().port("HTTP")));
    let endless = look(at("HTTPBIN", json!({})), json!({"url": "/redirect/32"})).await;
    assert_unknown(endless, &format!("more than 30 redirects, the last to 127.0.0.1:{}", targets().port("HTTPBIN")));
}

#[tokio::test]
async fn a_redirect_to_nowhere_is_down() {
    for location in ["", "Location: mailto:someone@example.org\r\n", "Location: http://\r\n"] {
        let server = OddServer::answering(format!("HTTP/1.1 302 Found\r\n{location}Content-Length: 0\r\n\r\n"));
        let message = "HTTP 302 Found, but without an address to follow";
        assert_seen(look(at_odd(&server, json!({})), json!({})).await, State::Down, message);
    }
}

#[tokio::test]
async fn a_failure_names_the_server_that_failed() {
    let server = OddServer::answering(format!(
        "HTTP/1.1 302 Found\r\nLocation: {}/?key=marker\r\nContent-Length: 0\r\n\r\n",
        targets().get("CLOSED")
    ));
    let message = format!("connection refused by 127.0.0.1:{}", targets().port("CLOSED"));
    assert_unknown(look(at_odd(&server, json!({})), json!({})).await, &message);
}

#[tokio::test]
async fn credentials_are_not_sent_to_another_server() {
    let properties = at("HTTP", json!({"username": "bob", "password": "s3cret"}));
    assert_operational(look(properties, json!({"url": "/redirect-elsewhere", "search": "^Authorization: $"})).await);

    let stranger = OddServer::answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    let answer = format!("HTTP/1.1 302 Found\r\nLocation: http://marker:marker@{}/\r\nContent-Length: 0\r\n\r\n", stranger.address);
    let server = OddServer::answering(answer);
    let properties = at_odd(
        &server,
        json!({
            "token": "marker", "token_header": "X-Key",
            "request_headers": {"Cookie": "marker", "Authorization": "marker", "X-Other": "marker", "Accept": "text/plain"}
        }),
    );
    assert_operational(look(properties, json!({})).await);
    let [sent, sent_elsewhere] = [server.requests().concat(), stranger.requests().concat()];
    assert_eq!(sent.matches("marker").count(), 4, "{sent}");
    assert!(!sent_elsewhere.contains("marker") && sent_elsewhere.contains("accept: text/plain"), "{sent_elsewhere}");
}

#[tokio::test]
async fn credentials_stay_with_a_redirect_of_the_same_server() {
    let properties = at("HTTPBIN", json!({"username": "bob", "password": "s3cret"}));
    assert_operational(look(properties, json!({"url": "/redirect-to?url=/basic-auth/bob/s3cret"})).await);
}
