//! Request methods, also across redirects.

use super::*;

#[tokio::test]
async fn every_method_is_sent() {
    for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "post"] {
        let data = json!({"url": "/anything", "json": {"$.method": method.to_uppercase()}});
        assert_operational(look(at("HTTPBIN", json!({"method": method})), data).await);
    }
    for method in ["HEAD", "OPTIONS"] {
        assert_operational(look(at("HTTPBIN", json!({"method": method})), json!({"url": "/anything"})).await);
        let server = OddServer::answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        assert_operational(look(at_odd(&server, json!({"method": method})), json!({"url": "/x"})).await);
        assert!(server.requests()[0].starts_with(&format!("{} /x http/1.1\r\n", method.to_lowercase())), "{:?}", server.requests());
    }
}

#[tokio::test]
async fn a_body_arrives_as_it_is() {
    let body = "{\"question\": \"größe?\"}\n";
    let seen = json!({"$.data": body, "$.json.question": "größe?", "$.headers['Content-Type']": "application/json"});
    assert_operational(look(at("HTTPBIN", json!({"method": "POST", "body": body})), json!({"url": "/post", "json": seen})).await);
    let form =
        json!({"method": "PUT", "body": "a=1&b=2", "request_headers": {"Content-Type": "application/x-www-form-urlencoded"}});
    let seen = json!({"$.form": {"equals": {"a": "1", "b": "2"}}});
    assert_operational(look(at("HTTPBIN", form), json!({"url": "/put", "json": seen})).await);
    // Some searches are asked for so.
    let get = json!({"body": "{\"query\": 1}"});
    assert_operational(look(at("HTTPBIN", get), json!({"url": "/anything", "json": {"$.json.query": 1}})).await);
}

#[tokio::test]
async fn a_redirect_keeps_or_changes_the_method_as_elsewhere() {
    let cases = [
        ("POST", 301, "GET", ""),
        ("POST", 302, "GET", ""),
        ("POST", 303, "GET", ""),
        ("POST", 307, "POST", "text"),
        ("POST", 308, "POST", "text"),
        ("PUT", 302, "PUT", "text"),
        ("PUT", 303, "GET", ""),
        ("PATCH", 307, "PATCH", "text"),
        ("DELETE", 303, "GET", ""),
    ];
    for (method, status, then, body) in cases {
        let data = json!({
            "url": format!("/redirect-to?url=/anything&status_code={status}"),
            "json": {"$.method": then, "$.data": body},
        });
        let seen = look(at("HTTPBIN", json!({"method": method, "body": "text"})), data).await;
        assert_eq!(seen.unwrap().message, None, "{method} {status}");
    }
}

#[tokio::test]
async fn a_redirect_to_the_same_address_with_another_method_is_no_circle() {
    let server = OddServer::answering("HTTP/1.1 303 See Other\r\nLocation: /\r\nContent-Length: 0\r\n\r\n");
    let seen = look(at_odd(&server, json!({"method": "POST", "body": "text"})), json!({"url": "/"})).await;
    assert_unknown(seen, &format!("the redirects of {} form a loop", server.address));
    let methods: Vec<_> = server.requests().iter().map(|head| head.split(' ').next().unwrap().to_owned()).collect();
    assert_eq!(methods, ["post", "get"]);
}

#[tokio::test]
async fn a_body_is_not_sent_to_another_server() {
    let stranger = OddServer::answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    let redirect = |status| {
        OddServer::answering(format!(
            "HTTP/1.1 {status} Elsewhere\r\nLocation: http://{}/\r\nContent-Length: 0\r\n\r\n",
            stranger.address
        ))
    };
    let properties = json!({"method": "POST", "body": "marker"});
    let refused = look(at_odd(&redirect(307), properties.clone()), json!({})).await;
    let message = format!(
        "a redirect asks to send the `body` to {}, which may not see it; if it may, set `host`, `port` and `protocol` to that",
        stranger.address
    );
    assert_unknown(refused, &message);
    assert_eq!(stranger.requests().len(), 0);
    assert_operational(look(at_odd(&redirect(303), properties), json!({})).await);
    assert!(!stranger.requests().concat().contains("content-length"), "{:?}", stranger.requests());
}

/// If a connection breaks without an answer, it is unknown whether the server has processed the request.
#[tokio::test]
async fn what_may_not_be_done_twice_is_sent_once() {
    for (method, times) in [("GET", 2), ("PUT", 2), ("POST", 1), ("PATCH", 1)] {
        let server = OddServer::breaking_off_after(b"");
        let service = service(at_odd(&server, json!({"method": method})), json!({}));
        observe(service.as_ref()).await.unwrap_err();
        assert_eq!(server.requests().len(), times, "{method}");
    }
}

/// Not even on a connection that the server ends just when the request goes out, which would look like an outage.
#[tokio::test]
async fn what_is_sent_once_has_a_connection_of_its_own() {
    let server = OddServer::answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    let service = service(at_odd(&server, json!({"method": "POST", "body": "text"})), json!({"search": "ok"}));
    for _ in 0..5 {
        assert_operational(observe(service.as_ref()).await);
    }
    assert_eq!(server.connections(), 5);
}
