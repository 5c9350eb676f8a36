//! Secrets are only where they are needed.

use super::deliveries::one;
use super::receiver::{Receiver, Reply};
use super::{channel, connect, deliver};
use crate::servers::free_port;
use serde_json::{Value, json};

/// Stands in every secret of these tests.
const MARK: &str = "s3cret";

/// `me:s3cret-password`, as a header has it.
const LOGIN: &str = "bWU6czNjcmV0LXBhc3N3b3Jk";

fn data(url: &str) -> [(&'static str, Value); 8] {
    let hook = json!({"url": format!("{url}/s3cret-one/s3cret-two?key=s3cret-three")});
    let mut webhook = hook.clone();
    webhook["headers"] = json!({"Authorization": "Bearer s3cret-four"});
    webhook["secret"] = json!("s3cret-five");
    [
        ("discord", hook.clone()),
        ("msteams", hook.clone()),
        ("ntfy", json!({"url": url, "topic": "s3cret-topic", "token": "s3cret-token"})),
        ("ntfy", json!({"url": url, "topic": "s3cret-topic", "username": "me", "password": "s3cret-password"})),
        ("pagerduty", json!({"url": url, "routing_key": "s3cret-key"})),
        ("slack", hook),
        ("telegram", json!({"url": url, "token": "1:s3cret-token", "chat_id": 1})),
        ("webhook", webhook),
    ]
}

#[track_caller]
fn check(text: &str) {
    assert!(!text.contains(MARK) && !text.contains(LOGIN), "{text}");
}

/// The receiver repeats everything in the request: path, headers and body.
#[tokio::test]
async fn an_answer_that_repeats_the_request_gives_nothing_away() {
    let witness = Receiver::start();
    for (kind, data) in data(&witness.url("")) {
        deliver(channel(kind, &data).as_ref(), &one()).await.unwrap();
    }
    for (number, request) in witness.requests().into_iter().enumerate() {
        // What is in the body of two of them belongs there; the others have it in their path or headers.
        let body_has_it = request.body.contains(MARK);
        assert_eq!(body_has_it, [2, 3, 4].contains(&number), "{request:?}");
        let repeated = [vec![request.path, request.body], request.headers.into_values().collect()].concat();
        for text in repeated {
            let receiver = Receiver::answering(vec![Reply::Answer(404, "", text)]);
            let (kind, data) = data(&receiver.url("")).into_iter().nth(number).unwrap();
            let error = deliver(channel(kind, &data).as_ref(), &one()).await.unwrap_err();
            check(&format!("{error:?} {error}"));
        }
    }
}

#[tokio::test]
async fn no_server_is_there() {
    for (kind, data) in data(&format!("http://127.0.0.1:{}", free_port())) {
        let error = deliver(channel(kind, &data).as_ref(), &one()).await.unwrap_err();
        check(&format!("{error:?} {error}"));
    }
}

#[test]
fn what_is_configured_wrongly_is_not_repeated() {
    for (kind, mut data) in data("http://lan") {
        data["unknown"] = json!("s3cret");
        check(&connect(kind, &data).err().unwrap());
    }
    for (kind, mut data) in data("s3cret://") {
        check(&connect(kind, &data).err().unwrap());
        data["url"] = json!(["s3cret"]);
        check(&connect(kind, &data).err().unwrap());
    }
}
