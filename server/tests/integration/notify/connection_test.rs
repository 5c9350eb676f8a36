//! The connection test at the start shows a channel that cannot be used before there is a notification.

use super::switch::check_types;
use crate::channels::receiver::Receiver;
use crate::servers::smtp::{PASSWORD, SmtpServer, USER};
use crate::targets::targets;
use crate::test_app::TestApp;
use crate::waiting::{eventually, until};
use serde_json::{Value, json};
use std::net::TcpListener;

async fn started(channels: &[Value]) -> TestApp {
    // JSON is YAML, too.
    let config = format!("notify: true\nnotify_backend: {}\n", Value::from(channels));
    TestApp::start_with(&config, "{}", &check_types()).await
}

async fn channels(app: &TestApp) -> Vec<Value> {
    let answer: Value = app.get_as("admin", "/api/v1.0/channels").await.json().await.unwrap();
    answer["result"].as_array().unwrap().clone()
}

fn email(server: &SmtpServer, kind: &str, password: &str) -> Value {
    json!({"type": "email", "name": kind, "data": {
        "to": "ops@lan.test", "host": "localhost", "port": server.port(kind), "ca": targets().file("CA"),
        "username": if password.is_empty() { "" } else { USER }, "password": password,
    }})
}

#[tokio::test]
async fn channels_that_cannot_be_reached_are_shown_at_the_start() {
    let server = SmtpServer::start();
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let slack = json!({"type": "slack", "data": {"url": format!("http://{closed}/s3cret-hook")}});
    let app = started(&[slack, email(&server, "starttls", "s3cret-and-wrong"), email(&server, "plain", PASSWORD)]).await;
    let failures: Vec<Value> = eventually(async || {
        let failures: Vec<_> = channels(&app).await.iter().filter_map(|channel| channel.get("trouble").cloned()).collect();
        if failures.len() == 3 { Ok(failures) } else { Err(format!("{failures:?}")) }
    })
    .await;
    let expected =
        [format!("connection refused by {closed}"), "refuses the login: 535".to_owned(), "not offer STARTTLS".to_owned()];
    for (failure, expected) in failures.iter().zip(expected) {
        assert_eq!(failure["failures"], 0);
        let message = failure["message"].as_str().unwrap();
        assert!(message.contains(&expected) && !message.contains("s3cret"), "{message}");
    }
    let page = app.get_as("admin", "/settings/channels").await.text().await.unwrap();
    assert!(page.contains("Connection test failing since ") && page.contains("refuses the login: 535"), "{page}");
    let metrics = app.get_as("admin", "/metrics").await.text().await.unwrap();
    assert!(metrics.contains("platus_channel_up{channel=\"slack\",type=\"slack\"} 0"), "{metrics}");
    assert!(server.received("recipients").is_empty());
}

#[tokio::test]
async fn a_channel_that_can_be_reached_gets_no_message_and_shows_nothing() {
    let (server, receiver) = (SmtpServer::start(), Receiver::start());
    let webhook = json!({"type": "webhook", "data": {"url": receiver.url("/hook")}});
    let app = started(&[email(&server, "starttls", PASSWORD), email(&server, "relay", ""), webhook]).await;
    until("both mail servers were asked", async || server.received("hello").len() == 3).await;
    until("the login was tried", async || server.received("login").len() == 1).await;
    assert!(channels(&app).await.iter().all(|channel| channel.get("trouble").is_none()));
    assert!(server.received("recipients").is_empty() && receiver.requests().is_empty());
}
