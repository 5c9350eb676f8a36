//! What each receiver gets.

use super::deliveries::{alert, mixed, of, one, storm};
use super::receiver::{Receiver, Reply};
use super::{channel, deliver};
use model::{NotificationKind, State};
use notify::{Delivery, Outlook};
use serde_json::{Value, json};

/// The requests for a delivery. `data` makes the configuration out of the receiver.
async fn requests(kind: &str, data: impl Fn(&Receiver) -> Value, delivery: &Delivery) -> Vec<Value> {
    let receiver = Receiver::start();
    let channel = channel(kind, &data(&receiver));
    deliver(channel.as_ref(), delivery).await.unwrap();
    let requests = receiver.requests();
    assert!(requests.iter().all(|request| request.headers["user-agent"].starts_with("Platus/")));
    requests.iter().map(|request| request.shown()).collect()
}

#[tokio::test]
async fn slack() {
    let data = |receiver: &Receiver| json!({"url": receiver.url("/services/T0/B0/key")});
    insta::assert_json_snapshot!(requests("slack", data, &mixed()).await);
    let storm = requests("slack", data, &storm()).await;
    assert!(storm.len() == 1 && storm[0]["body"]["blocks"].as_array().unwrap().len() <= 50);
}

#[tokio::test]
async fn msteams() {
    let data = |receiver: &Receiver| json!({"url": receiver.url("/workflows/key?sig=key")});
    insta::assert_json_snapshot!(requests("msteams", data, &mixed()).await);
    assert_eq!(requests("msteams", data, &storm()).await.len(), 1);
}

#[tokio::test]
async fn discord() {
    let data = |receiver: &Receiver| json!({"url": receiver.url("/api/webhooks/1/key?thread_id=7")});
    insta::assert_json_snapshot!(requests("discord", data, &mixed()).await);
    assert_eq!(requests("discord", data, &storm()).await.len(), 1);
}

#[tokio::test]
async fn telegram() {
    let data = |receiver: &Receiver| json!({"url": receiver.url(""), "token": "12:key", "chat_id": -100, "thread": 7});
    insta::assert_json_snapshot!(requests("telegram", data, &mixed()).await);
    assert_eq!(requests("telegram", data, &storm()).await.len(), 1);
}

#[tokio::test]
async fn ntfy() {
    let data = |receiver: &Receiver| json!({"url": receiver.url(""), "topic": "platus", "token": "tk_key"});
    insta::assert_json_snapshot!(requests("ntfy", data, &mixed()).await);
    assert_eq!(requests("ntfy", data, &storm()).await.len(), 1);
    let user = |receiver: &Receiver| json!({"url": receiver.url(""), "topic": "platus", "username": "me", "password": "key"});
    let seen = requests("ntfy", user, &one()).await;
    assert_eq!(seen[0]["headers"]["authorization"], "Basic bWU6a2V5");
}

fn pagerduty(receiver: &Receiver) -> Value {
    json!({"url": receiver.url(""), "routing_key": "key"})
}

#[tokio::test]
async fn pagerduty_has_an_event_for_each_incident() {
    insta::assert_json_snapshot!(requests("pagerduty", pagerduty, &mixed()).await);
    let mut last = of(vec![alert("web", NotificationKind::Recovered, State::Operational, State::Down)]);
    last.still_in_trouble = 0;
    let keys: Vec<_> =
        requests("pagerduty", pagerduty, &last).await.iter().map(|event| event["body"]["dedup_key"].clone()).collect();
    assert_eq!(keys, ["web-1", "platus-storm"]);
}

#[tokio::test]
async fn pagerduty_has_one_event_for_a_storm() {
    let seen = requests("pagerduty", pagerduty, &storm()).await;
    assert_eq!((seen.len(), &seen[0]["body"]["dedup_key"]), (1, &json!("platus-storm")));
    let mut calm = storm();
    for alert in &mut calm.alerts {
        (alert.kind, alert.state, alert.last_state) = (NotificationKind::Recovered, State::Operational, State::Down);
    }
    calm.still_in_trouble = 0;
    let seen = requests("pagerduty", pagerduty, &calm).await;
    assert!(seen.iter().all(|event| event["body"]["event_action"] == "resolve"));
    assert_eq!((seen.len(), &seen[0]["body"]["dedup_key"]), (101, &json!("platus-storm")));
}

#[tokio::test]
async fn pagerduty_goes_on_after_a_refusal_and_not_without_an_answer() {
    for (status, n_requests, outlook) in [(400, 2, Outlook::Refused), (500, 1, Outlook::Later)] {
        let receiver = Receiver::answering(vec![Reply::status(status), Reply::status(202)]);
        let channel = channel("pagerduty", &pagerduty(&receiver));
        let error = deliver(channel.as_ref(), &mixed()).await.unwrap_err();
        assert_eq!((receiver.requests().len(), error.outlook), (n_requests, outlook));
    }
}

#[tokio::test]
async fn a_text_of_somebody_replaces_the_usual_one() {
    let receiver = Receiver::start();
    let url = receiver.url("/key");
    let mut delivery = one();
    delivery.text = Some("Maintenance until noon".to_owned());
    for (kind, data) in [
        ("discord", json!({"url": url})),
        ("msteams", json!({"url": url})),
        ("ntfy", json!({"url": url, "topic": "platus"})),
        ("pagerduty", json!({"url": url, "routing_key": "key"})),
        ("slack", json!({"url": url})),
        ("telegram", json!({"url": url, "token": "1:key", "chat_id": 1})),
        ("webhook", json!({"url": url, "body": "{\"say\": \"{{text}}\"}"})),
    ] {
        deliver(channel(kind, &data).as_ref(), &delivery).await.unwrap();
        let body = receiver.requests().pop().unwrap().body;
        assert!(body.contains("Maintenance until noon") && !body.contains("state changed"), "{kind}: {body}");
    }
}
