//! What becomes of a message that is not taken, or by nobody.

use super::deliveries::one;
use super::receiver::{Receiver, Reply};
use super::{channel, deliver};
use crate::servers::free_port;
use crate::targets::targets;
use notify::{Connected, DeliveryError, Outlook};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::timeout;

/// Short, for something that does not happen.
const A_MOMENT: Duration = Duration::from_millis(300);

/// Every channel that speaks HTTP, with this address of its receiver.
fn all(url: &str) -> Vec<(&'static str, Box<dyn Connected>)> {
    let hook = json!({"url": format!("{url}/s3cret-hook")});
    let data: [(&str, Value); 7] = [
        ("discord", hook.clone()),
        ("msteams", hook.clone()),
        ("ntfy", json!({"url": url, "topic": "platus", "token": "s3cret-token"})),
        ("pagerduty", json!({"url": url, "routing_key": "s3cret-key"})),
        ("slack", hook.clone()),
        ("telegram", json!({"url": url, "token": "1:s3cret", "chat_id": 1})),
        ("webhook", hook),
    ];
    data.into_iter().map(|(kind, data)| (kind, channel(kind, &data))).collect()
}

async fn answered(reply: Reply, check: impl Fn(&str, Result<(), DeliveryError>)) {
    let receiver = Receiver::answering(vec![reply]);
    for (kind, channel) in all(&receiver.url("")) {
        check(kind, deliver(channel.as_ref(), &one()).await);
    }
    assert_eq!(receiver.requests().len(), 7);
}

#[tokio::test]
async fn statuses_mean_the_same_everywhere() {
    for (status, headers, outlook) in [
        (429, "Retry-After: 17\r\n", Outlook::After(Duration::from_secs(17))),
        (503, "Retry-After: Sun, 06 Nov 1994 08:49:37 GMT\r\n", Outlook::After(Duration::ZERO)),
        (503, "", Outlook::Later),
        (400, "", Outlook::Refused),
        (413, "", Outlook::Refused),
        (404, "", Outlook::Later),
        (500, "", Outlook::Later),
        (302, "Location: /elsewhere\r\n", Outlook::Later),
    ] {
        answered(Reply::Answer(status, headers, "because".to_owned()), |kind, result| {
            let error = result.unwrap_err();
            assert_eq!(error.outlook, outlook, "{kind} {status}");
            assert!(error.message.starts_with("127.0.0.1:"), "{kind}: {error}");
            assert!(
                error.message.contains(&format!(" answers {status} ")) && error.message.ends_with(": because"),
                "{kind}: {error}"
            );
        })
        .await;
    }
    answered(Reply::status(204), |kind, result| assert_eq!(result, Ok(()), "{kind}")).await;
}

#[tokio::test]
async fn whoever_does_not_answer_is_not_waited_for_longer_than_the_caller_wants() {
    let receiver = Receiver::answering(vec![Reply::Nothing]);
    for (kind, channel) in all(&receiver.url("")) {
        assert!(timeout(A_MOMENT, channel.deliver(&one())).await.is_err(), "{kind}");
    }
}

#[tokio::test]
async fn a_head_is_answer_enough() {
    // More is promised than ever comes.
    let receiver = Receiver::answering(vec![Reply::Answer(200, "Content-Length: 5000\r\n\r\n", String::new())]);
    let slack = channel("slack", &json!({"url": receiver.url("/key")}));
    assert_eq!(deliver(slack.as_ref(), &one()).await, Ok(()));
}

#[tokio::test]
async fn nobody_is_there() {
    let url = format!("http://127.0.0.1:{}", free_port());
    for (kind, channel) in all(&url) {
        let error = deliver(channel.as_ref(), &one()).await.unwrap_err();
        assert_eq!(error.outlook, Outlook::Later, "{kind}");
        assert!(error.message.starts_with("connection refused by 127.0.0.1:"), "{kind}: {error}");
    }
    for (_, channel) in all("http://does-not-exist.invalid") {
        let error = deliver(channel.as_ref(), &one()).await.unwrap_err();
        assert_eq!(error.message, "the name `does-not-exist.invalid` could not be resolved");
    }
}

#[tokio::test]
async fn telegram_says_in_the_text_how_long_to_wait() {
    let text = r#"{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 35","parameters":{"retry_after":35}}"#;
    let no_chat = r#"{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}"#;
    let replies = vec![Reply::Answer(429, "", text.to_owned()), Reply::Answer(400, "", no_chat.to_owned())];
    let receiver = Receiver::answering(replies);
    let telegram = channel("telegram", &json!({"url": receiver.url(""), "token": "1:s3cret", "chat_id": 1}));
    assert_eq!(deliver(telegram.as_ref(), &one()).await.unwrap_err().outlook, Outlook::After(Duration::from_secs(35)));
    assert_eq!(deliver(telegram.as_ref(), &one()).await.unwrap_err().outlook, Outlook::Later);
}

#[tokio::test]
async fn certificates_are_verified() {
    let url = |server: &str| format!("https://localhost:{}/hook", targets().port(server));
    let look = async |data: Value| deliver(channel("webhook", &data).as_ref(), &one()).await;
    assert_eq!(look(json!({"url": url("HTTPS"), "ca": targets().file("CA")})).await, Ok(()));
    assert_eq!(look(json!({"url": url("EXPIRED"), "verify": false})).await, Ok(()));
    for (server, ca, reason) in [
        ("HTTPS", "", "is not trusted (unknown issuer); add the authority as `ca`, or set `verify: false`"),
        ("SELF_SIGNED", "", "is not trusted (signed by itself); add it as `ca`, or set `verify: false`"),
        ("EXPIRED", &targets().file("CA"), "has expired on 2021-01-01"),
    ] {
        let error = look(json!({"url": url(server), "ca": ca})).await.unwrap_err();
        assert_eq!(error.outlook, Outlook::Later);
        assert_eq!(error.message, format!("the certificate of localhost:{} {reason}", targets().port(server)));
    }
}
