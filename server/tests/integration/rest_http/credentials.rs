//! Credentials in requests.

use super::*;

#[tokio::test]
async fn basic_authentication() {
    let user = |password: &str| json!({"username": targets().get("BASIC_USER"), "password": password});
    let password = targets().get("BASIC_PASSWORD");
    let unauthorized = "HTTP 401 Unauthorized";
    for (server, url) in [("HTTP", "/basic/index.html"), ("HTTPBIN", "/basic-auth/bob/s3cret")] {
        assert_operational(look(at(server, user(password)), json!({"url": url})).await);
        assert_seen(look(at(server, user("wrong")), json!({"url": url})).await, State::Down, unauthorized);
        assert_seen(look(at(server, json!({})), json!({"url": url})).await, State::Down, unauthorized);
    }
}

#[tokio::test]
async fn tokens() {
    let bearer = look(at("HTTPBIN", json!({"token": "abc"})), json!({"url": "/bearer", "search": {"token": "abc"}})).await;
    assert_operational(bearer);
    let named = at("HTTPBIN", json!({"token": "abc", "token_header": "X-Api-Key"}));
    assert_operational(look(named, json!({"url": "/headers", "search": "\"X-Api-Key\": \"abc\""})).await);
    assert_seen(look(at("HTTPBIN", json!({})), json!({"url": "/bearer"})).await, State::Down, "HTTP 401 Unauthorized");
}

#[tokio::test]
async fn headers_of_the_request() {
    let defaults = json!([
        "\"Accept\": \"application/json\"",
        "\"Content-Type\": \"application/json\"",
        format!("\"User-Agent\": \"Platus/{}\"", env!("CARGO_PKG_VERSION"))
    ]);
    assert_operational(look(at("HTTPBIN", json!({})), json!({"url": "/headers", "search": defaults})).await);
    let replaced = json!({"request_headers": {"accept": "text/plain", "X-Number": 7, "Host": "shop.test"}});
    let expected = json!(["\"Accept\": \"text/plain\"", "\"X-Number\": \"7\"", "\"Host\": \"shop.test\""]);
    assert_operational(look(at("HTTPBIN", replaced), json!({"url": "/headers", "search": expected})).await);
}

#[tokio::test]
async fn certificates_of_the_client() {
    let client = |cert: &str, key: &str| {
        at("MTLS", json!({"ca": targets().file("CA"), "cert": targets().file(cert), "key": targets().file(key)}))
    };
    let known = client("CLIENT_CERT", "CLIENT_KEY");
    assert_operational(look(known, json!({"search": "^mtls SUCCESS CN=platus-monitor$"})).await);
    let one_file = client("CLIENT_PEM", "CLIENT_PEM");
    assert_operational(look(one_file, json!({})).await);
    let foreign = client("FOREIGN_CLIENT_CERT", "FOREIGN_CLIENT_KEY");
    assert_seen(look(foreign, json!({})).await, State::Down, "HTTP 400 Bad Request");
    let none = at("MTLS", json!({"ca": targets().file("CA")}));
    assert_seen(look(none, json!({})).await, State::Down, "HTTP 400 Bad Request");
}

#[tokio::test]
async fn a_key_of_another_certificate_is_refused() {
    let properties = at("MTLS", json!({"cert": targets().file("CLIENT_CERT"), "key": targets().file("FOREIGN_CLIENT_KEY")}));
    let error = crate::looking::connect("rest_http", &properties, &json!({})).err().unwrap();
    assert!(error.contains("`cert` and `key` cannot be used"), "{error}");
}
