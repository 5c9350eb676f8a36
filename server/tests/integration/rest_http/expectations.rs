//! Expectations about an answer besides a search, and their messages.

use super::*;

#[tokio::test]
async fn other_statuses_can_be_expected() {
    for (status, expected) in [(204, json!(204)), (418, json!("400-499")), (404, json!("4XX")), (202, json!([200, "201-203"]))] {
        let url = format!("/status/{status}");
        assert_operational(look(at("HTTPBIN", json!({})), json!({"url": url, "expect_status": expected})).await);
    }
    let cases = [
        ("/status/503", json!("2xx"), "HTTP 503 Service Unavailable, expected 200-299"),
        ("/status/200", json!([404, 410]), "HTTP 200 OK, expected 404, 410"),
        ("/status/599", json!(200), "HTTP 599, expected 200"),
    ];
    for (url, expected, message) in cases {
        let seen = look(at("HTTPBIN", json!({})), json!({"url": url, "expect_status": expected, "search": "x"})).await;
        assert_seen(seen, State::Down, message);
    }
}

#[tokio::test]
async fn a_redirect_that_is_expected_is_not_followed() {
    assert_operational(look(at("HTTP", json!({})), json!({"url": "/redir", "expect_status": 302})).await);
    assert_operational(look(at("HTTP", json!({})), json!({"url": "/redir", "expect_status": [200, 301], "search": "^ok$"})).await);
}

#[tokio::test]
async fn a_slow_answer_is_unhealthy() {
    assert_operational(look(at("HTTP", json!({})), json!({"url": "/ok", "max_elapsed": 10})).await);
    let slow = look(at("HTTPBIN", json!({})), json!({"url": "/delay/1", "max_elapsed": 0.25})).await.unwrap();
    assert_eq!(slow.state, State::Unhealthy);
    let message = slow.message.unwrap();
    assert!(message.starts_with("expected an answer within 0.25 s, got one after 1."), "{message}");
    // The body counts where it is looked at.
    let drips = json!({"url": "/drip?duration=1&numbytes=5&delay=0", "search": "[*]{5}", "max_elapsed": 0.5});
    let message = look(at("HTTPBIN", json!({})), drips).await.unwrap().message.unwrap();
    assert!(message.starts_with("expected an answer within 0.5 s, got one after "), "{message}");
}

#[tokio::test]
async fn values_in_a_json_body_are_compared() {
    let look_at = |json| look(at("HTTP", json!({})), json!({"url": "/json", "json": json}));
    let fine = json!({
        "$.status": "healthy",
        "$.version": {"at_least": 3, "less_than": 4},
        "$.nested.a": {"one_of": [1, 2]},
        "$.error": {"exists": false},
        "$..a": {"count": 1},
    });
    assert_operational(look_at(fine).await);
    let wrong = json!({"$.status": "ok", "$.version": {"less_than": 3}, "$.ready": true, "$.nodes": {"length": 2}});
    let message =
        "expected $.status = \"ok\", got \"healthy\"; expected $.version < 3, got 3; expected length of $.nodes = 2, got nothing";
    assert_seen(look_at(wrong).await, State::Unhealthy, message);
    let text = look(at("HTTP", json!({})), json!({"url": "/ok", "json": {"$.status": "ok"}})).await;
    assert_seen(text, State::Unhealthy, "expected a body in JSON, got something else (line 1, column 1: expected a value)");
    let cut = look(at("HTTP", json!({"max_body": 10})), json!({"url": "/json", "json": {"$.status": "ok"}})).await;
    assert_seen(cut, State::Unhealthy, "expected a body in JSON, got one that was cut at 10 bytes (`max_body`)");
    let slideshow = json!({"$.slideshow.slides[*].type": "all", "$.slideshow.slides[?@.title == 'Overview']": {"count": 1}});
    assert_operational(look(at("HTTPBIN", json!({})), json!({"url": "/json", "json": slideshow})).await);
}

#[tokio::test]
async fn all_that_was_compared_is_listed() {
    let data = json!({"url": "/json", "search": ["healthy", "sick"], "json": {"$.version": 2}, "max_elapsed": 10});
    let seen = look(at("HTTP", json!({})), data).await.unwrap();
    let message = "“sick” not found in the body; expected $.version = 2, got 3";
    assert_eq!((seen.state, seen.message.as_deref()), (State::Unhealthy, Some(message)));
    let listed: Vec<_> = seen.expectations.iter().map(|expectation| (expectation.expected.as_str(), expectation.met)).collect();
    let expected = [
        ("status 200", true),
        ("an answer within 10 s", true),
        ("“healthy” in the body", true),
        ("“sick” in the body", false),
        ("$.version = 2", false),
    ];
    assert_eq!(listed, expected);

    let plain = look(at("HTTP", json!({})), json!({"url": "/500"})).await.unwrap();
    let [status] = plain.expectations.as_slice() else { panic!("{plain:?}") };
    assert_eq!((status.expected.as_str(), status.seen.as_str(), status.met), ("status 200", "500 Internal Server Error", false));
}
