//! What people build on.

use super::deliveries::{mixed, one, storm};
use super::receiver::Receiver;
use super::{channel, connect, deliver};
use notify::Delivery;
use serde_json::{Value, json};
use std::io::Write;
use std::process::{Command, Stdio};

async fn request(data: impl Fn(&Receiver) -> Value, delivery: &Delivery) -> super::receiver::Request {
    let receiver = Receiver::start();
    deliver(channel("webhook", &data(&receiver)).as_ref(), delivery).await.unwrap();
    receiver.only_request()
}

#[tokio::test]
async fn the_document() {
    let seen = request(|receiver| json!({"url": receiver.url("/hook?key=1")}), &mixed()).await;
    insta::assert_json_snapshot!(seen.shown());
    let storm = request(|receiver| json!({"url": receiver.url("/hook")}), &storm()).await.json();
    assert_eq!((storm["alerts"].as_array().unwrap().len(), &storm["counts"]["down"]), (2000, &json!(2000)));
}

#[tokio::test]
async fn a_body_of_ones_own() {
    let body = r#"{"text": "{{title}}: {{#each alerts}}{{name}} is {{state}}. {{/each}}", "n": {{counts.down}}}"#;
    let headers = json!({"authorization": "Bearer key", "X-Room": "7", "content-type": "application/vnd.chat+json"});
    let seen =
        request(|receiver| json!({"url": receiver.url("/"), "method": "PUT", "headers": headers, "body": body}), &mixed()).await;
    insta::assert_json_snapshot!(seen.shown());
}

#[tokio::test]
async fn a_login_in_the_address_is_sent_as_basic_authentication() {
    let with_login = |receiver: &Receiver| receiver.url("/in").replace("http://", "http://bob:s%33cret%40@");
    let seen = request(|receiver| json!({"url": with_login(receiver)}), &one()).await;
    assert_eq!(seen.headers["authorization"], "Basic Ym9iOnMzY3JldEA=");
    let headers = json!({"Authorization": "Bearer key"});
    let seen = request(|receiver| json!({"url": with_login(receiver), "headers": headers}), &one()).await;
    assert_eq!(seen.headers["authorization"], "Bearer key");
    let seen = request(|receiver| json!({"url": receiver.url("/in")}), &one()).await;
    assert!(!seen.headers.contains_key("authorization"));
}

/// The signature is computed by somebody else, as the guide says.
#[tokio::test]
async fn the_signature() {
    let seen = request(|receiver| json!({"url": receiver.url("/"), "secret": "s3cret"}), &one()).await;
    let signature = &seen.headers["x-platus-signature"];
    let (time, value) = signature.strip_prefix("t=").unwrap().split_once(",v1=").unwrap();
    assert!(time.parse::<u64>().unwrap() > 1_700_000_000);
    let mut openssl = Command::new("openssl")
        .args(["dgst", "-sha256", "-hmac", "s3cret"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    write!(openssl.stdin.take().unwrap(), "{time}.{}", seen.body).unwrap();
    let output = openssl.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap().trim().rsplit_once(' ').unwrap().1, value);

    let unsigned = request(|receiver| json!({"url": receiver.url("/")}), &one()).await;
    assert!(!unsigned.headers.contains_key("x-platus-signature"));
    assert_eq!(unsigned.headers["idempotency-key"], one().key);
}

#[test]
fn a_template_that_cannot_work_is_told_with_its_place() {
    let error = connect("webhook", &json!({"url": "https://lan/", "body": "{\"text\": \"{{titel}}\"}"})).err().unwrap();
    assert!(error.starts_with("config.yaml:1:1: `data`: `body` is no template that can be used: line 1"), "{error}");
    assert!(error.contains("there is no variable `titel`; did you mean `title`?"), "{error}");
}
