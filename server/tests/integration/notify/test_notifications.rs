//! Test notifications that users request, sent by the real channels.

use super::switch::{check_types, switch};
use super::{channel, command, services, started};
use crate::channels::fickle::{Fickle, Mood};
use crate::channels::receiver::{Receiver, Reply};
use crate::servers::smtp::{PASSWORD, SmtpServer, USER};
use crate::targets::targets;
use crate::test_app::TestApp;
use crate::waiting::{eventually, until};
use model::State::Down;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

/// Platus with these channels.
async fn with_channels(channels: &[Value]) -> TestApp {
    // JSON is YAML, too.
    let config = format!("notify: true\npublic_url: https://platus.lan/here/\nnotify_backend: {}\n", Value::from(channels));
    TestApp::start_with(&config, "{}", &check_types()).await
}

async fn test(app: &TestApp, user: &str, channel: &str) -> (StatusCode, Value) {
    command(app, user, Method::POST, &format!("/channels/{channel}/test"), "").await
}

async fn health(app: &TestApp) -> Value {
    app.get_as("admin", "/api/v1.0/channels").await.json().await.unwrap()
}

#[tokio::test]
async fn every_type_of_channel_delivers_it() {
    let receiver = Receiver::start();
    let url = receiver.url("/hook");
    let over_http = [
        ("discord", json!({"url": url})),
        ("msteams", json!({"url": url})),
        ("ntfy", json!({"url": receiver.url(""), "topic": "platus"})),
        ("pagerduty", json!({"url": receiver.url(""), "routing_key": "key"})),
        ("slack", json!({"url": url})),
        ("telegram", json!({"url": receiver.url(""), "token": "1:key", "chat_id": 1})),
        ("webhook", json!({"url": url})),
    ];
    let channels = over_http.clone().map(|(kind, data)| json!({"type": kind, "data": data}));
    let app = with_channels(&channels).await;
    let before = health(&app).await;
    for (kind, _) in over_http {
        let (status, answer) = test(&app, "admin", kind).await;
        let result = &answer["result"];
        assert_eq!((status, &result["delivered"], &result["channel"]), (StatusCode::OK, &json!(true), &json!(kind)), "{answer}");
        assert!(result["elapsed"].as_f64().unwrap() > 0.0 && result.get("error").is_none(), "{answer}");
        let body = receiver.requests().pop().unwrap().body;
        for part in ["This is a test of Platus", "Test notification from Platus, requested by admin", "https://platus.lan/here/"] {
            assert!(body.contains(part), "{kind}: {part} is missing in {body}");
        }
    }
    assert_eq!(receiver.requests().len(), channels.len(), "each is sent once");
    assert_eq!(receiver.requests().pop().unwrap().json()["alerts"][0]["kind"], "test");
    // The channels count their notifications, not the tests.
    assert_eq!(health(&app).await, before);
}

#[tokio::test]
async fn a_mail_has_it_in_its_subject_and_names_who_requested_it() {
    let server = SmtpServer::start();
    let mail = |name: &str, password: &str| {
        json!({"type": "email", "name": name, "data": {
            "to": "ops@lan.test", "host": "localhost", "port": server.port("starttls"), "ca": targets().file("CA"),
            "username": USER, "password": password,
        }})
    };
    let app = with_channels(&[mail("right", PASSWORD), mail("wrong", "s3cret-and-wrong")]).await;
    let (status, answer) = test(&app, "admin", "right").await;
    assert_eq!((status, &answer["result"]["delivered"]), (StatusCode::OK, &json!(true)), "{answer}");
    let mails = server.received("recipients");
    assert_eq!((mails.len(), &mails[0]["headers"]["Subject"]), (1, &json!("This is a test of Platus")));
    let plain = mails[0]["plain"].as_str().unwrap();
    assert!(plain.contains("requested by admin") && plain.contains("https://platus.lan/here/"), "{plain}");

    let (status, answer) = test(&app, "admin", "wrong").await;
    assert_eq!((status, &answer["result"]["delivered"]), (StatusCode::OK, &json!(false)), "{answer}");
    let error = answer["result"]["error"].as_str().unwrap();
    assert!(error.contains("refuses the login: 535") && !answer.to_string().contains("s3cret"), "{answer}");
}

/// The receiver repeats the secret address.
#[tokio::test]
async fn a_failure_is_shown_without_secrets_and_is_none_of_the_channel() {
    let receiver = Receiver::answering(vec![Reply::Answer(404, "", "no /s3cret-hook here".to_owned())]);
    let app = with_channels(&[json!({"type": "slack", "data": {"url": receiver.url("/s3cret-hook")}})]).await;
    let before = health(&app).await;
    let (status, answer) = test(&app, "admin", "slack").await;
    assert_eq!((status, &answer["result"]["delivered"]), (StatusCode::OK, &json!(false)), "{answer}");
    let error = answer["result"]["error"].as_str().unwrap();
    assert!(error.contains("404") && !answer.to_string().contains("s3cret"), "{answer}");
    receiver.only_request();
    assert_eq!(health(&app).await, before);
}

#[tokio::test]
async fn only_administrators_send_it_and_only_to_channels_that_can_be_used() {
    let receiver = Receiver::start();
    let webhook = json!({"type": "webhook", "name": "ops", "data": {"url": receiver.url("/")}});
    let disabled = json!({"type": "webhook", "name": "broken", "data": {"url": "https://lan/s3cret", "unknown": "s3cret"}});
    let app = with_channels(&[webhook, disabled]).await;
    for user in ["dev", "operator"] {
        for channel in ["ops", "broken", "nothing"] {
            assert_eq!(test(&app, user, channel).await.0, StatusCode::FORBIDDEN, "{channel} as {user}");
        }
    }
    assert_eq!(test(&app, "admin", "nothing").await.0, StatusCode::NOT_FOUND);
    let (status, answer) = test(&app, "admin", "broken").await;
    let error = answer["error"].as_str().unwrap();
    assert_eq!(status, StatusCode::CONFLICT, "{answer}");
    assert!(error.starts_with("Not tested: the channel is disabled: config.yaml:3:") && error.contains("unknown"), "{error}");
    assert!(!error.contains("s3cret"), "{error}");
    assert!(receiver.requests().is_empty());
    let page = app.get_as("admin", "/settings/channels").await.text().await.unwrap();
    let has_button = |channel: &str| page.contains(&format!("name=\"channel\" value=\"{channel}\""));
    assert!(has_button("ops") && !has_button("broken"), "{page}");
}

#[tokio::test]
async fn one_runs_at_a_time_and_the_next_one_follows_after_a_pause() {
    let deaf = Receiver::answering(vec![Reply::Nothing]);
    let app = with_channels(&[json!({"type": "webhook", "timeout": 2, "data": {"url": deaf.url("/")}})]).await;
    let send = async || {
        let response = app.post_as("admin", "/api/v1.0/channels/webhook/test").await;
        let wait: Option<u64> = response.headers().get("retry-after").map(|value| value.to_str().unwrap().parse().unwrap());
        (response.status(), wait, response.json::<Value>().await.unwrap())
    };
    let refused_while_it_runs = async {
        until("the first one is sent", async || !deaf.requests().is_empty()).await;
        send().await
    };
    let (first, (status, wait, answer)) = tokio::join!(send(), refused_while_it_runs);
    assert_eq!((first.0, &first.2["result"]["delivered"]), (StatusCode::OK, &json!(false)));
    assert_eq!(first.2["result"]["error"], "no answer within 2 s");
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
    assert!(answer["error"].as_str().unwrap().contains("a test of this channel is running"), "{answer}");
    assert!((1..=11).contains(&wait.unwrap()), "{wait:?}");

    let (status, wait, answer) = send().await;
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
    assert!(answer["error"].as_str().unwrap().contains("tested less than 10 s ago"), "{answer}");
    assert!((1..=11).contains(&wait.unwrap()), "{wait:?}");
    deaf.only_request();
}

#[tokio::test]
async fn it_changes_neither_the_outbox_nor_the_failure_that_is_shown() {
    let fickle = Fickle::start();
    let config = format!(
        "check_interval: 1\nretries_before_notify: 1\nnotify: true\nnotify_backend: {{type: webhook, group_window: 0, data: {{url: \
         'http://{}/'}}}}\n",
        fickle.address
    );
    let app = started(&config, &services(&[("tested", "")])).await;
    fickle.be(Mood::Away);
    switch("tested", Down);
    let failure = eventually(async || {
        let channel = channel(&app).await;
        channel.get("trouble").cloned().ok_or(channel)
    })
    .await;
    let (status, answer) = test(&app, "admin", "webhook").await;
    assert_eq!((status, &answer["result"]["delivered"]), (StatusCode::OK, &json!(false)), "{answer}");
    let after = channel(&app).await;
    assert_eq!((&after["waiting"], &after["trouble"]["since"]), (&json!(1), &failure["since"]), "{after}");
    fickle.be(Mood::Well);
    until("the notification is delivered", async || channel(&app).await["waiting"] == 0).await;
    assert_eq!(fickle.delivered(), [("tested".to_owned(), "opened".to_owned())]);
}
