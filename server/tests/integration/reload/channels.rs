//! Channels that a reload adds, changes and removes.

use super::difference::difference;
use super::{ask, reload, write};
use crate::channels::receiver::Receiver;
use crate::notify::switch::{check_types, switch};
use crate::notify::{services, until_notified, until_results};
use crate::test_app::TestApp;
use crate::waiting::{eventually, until};
use model::State::{Down, Operational};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

/// Nothing listens there.
const CLOSED: &str = "http://127.0.0.1:9/";

/// Channels of these names at these addresses.
fn config(channels: &[(&str, &str)]) -> String {
    let channel =
        |(name, url): &(&str, &str)| format!("  - {{name: {name}, type: webhook, group_window: 0, data: {{url: '{url}'}}}}\n");
    let channels: String = channels.iter().map(channel).collect();
    format!("check_interval: 1\nretries_before_notify: 1\nreload: manual\nnotify: true\nnotify_backend:\n{channels}")
}

async fn started(channels: &[(&str, &str)], service: &str) -> TestApp {
    let app = TestApp::start_with(&config(channels), &services(&[(service, "")]), &check_types()).await;
    // A service has to have been well to go down.
    app.until(service, "operational").await;
    app
}

async fn channels(app: &TestApp) -> Vec<Value> {
    ask(app, Method::GET, "/channels").await.1["result"].as_array().unwrap().clone()
}

async fn reload_with(app: &TestApp, channels: &[(&str, &str)]) -> (StatusCode, Value) {
    write(app, "config.yaml", &config(channels));
    reload(app).await
}

/// A reload that has changed this number of channels, and no service.
fn changed(channels: usize) -> (StatusCode, Value) {
    (StatusCode::OK, json!({"result": {"added": 0, "changed": 0, "removed": 0, "channels": channels}}))
}

#[tokio::test]
async fn an_added_channel_is_notified_from_then_on() {
    let (first, second) = (Receiver::start(), Receiver::start());
    let (of_first, of_second) = (first.url("/"), second.url("/"));
    let app = started(&[("first", &of_first)], "add-channel").await;
    assert_eq!(reload_with(&app, &[("second", &of_second), ("first", &of_first)]).await, changed(1));
    let names: Vec<_> = channels(&app).await.iter().map(|channel| channel["name"].clone()).collect();
    assert_eq!(names, ["second", "first"], "the order is that of the configuration");
    switch("add-channel", Down);
    for receiver in [&first, &second] {
        until_notified(receiver, &[("opened", "add-channel", "down")]).await;
    }
    let (status, tested) = ask(&app, Method::POST, "/channels/second/test").await;
    assert_eq!((status, &tested["result"]["delivered"]), (StatusCode::OK, &json!(true)), "{tested}");
    app.stop().await;
}

#[tokio::test]
async fn a_corrected_channel_delivers_at_once_what_is_pending() {
    let app = started(&[("ops", CLOSED)], "correct-channel").await;
    switch("correct-channel", Down);
    // The pause after the fifth attempt takes longer than a test waits.
    until("the channel has failed", async || channels(&app).await[0]["failures"].as_u64() >= Some(1)).await;
    let receiver = Receiver::start();
    assert_eq!(reload_with(&app, &[("ops", &receiver.url("/"))]).await, changed(1));
    until_notified(&receiver, &[("opened", "correct-channel", "down")]).await;
    eventually(async || {
        let channel = channels(&app).await.remove(0);
        if channel["waiting"] == 0 && channel.get("failure").is_none() { Ok(()) } else { Err(channel) }
    })
    .await;
    app.stop().await;
}

#[tokio::test]
async fn what_is_pending_for_a_removed_channel_is_dropped_where_it_is_seen() {
    let receiver = Receiver::start();
    let url = receiver.url("/");
    let app = started(&[("old", CLOSED), ("ops", &url)], "remove-channel").await;
    switch("remove-channel", Down);
    until_notified(&receiver, &[("opened", "remove-channel", "down")]).await;
    until("the other has failed", async || channels(&app).await[0]["failures"].as_u64() >= Some(1)).await;

    assert_eq!(reload_with(&app, &[("ops", &url)]).await, changed(1));
    let results = until_results(&app, "admin", 2).await;
    let dropped = results.iter().find(|result| result["channel"] == "old").unwrap();
    assert_eq!((&dropped["result"], &dropped["reason"]), (&json!("dropped"), &json!("the channel is no longer configured")));
    let shown = channels(&app).await;
    assert_eq!((&shown[1]["name"], &shown[1]["type"]), (&json!("old"), &json!("no longer configured")));
    assert_eq!(shown[1]["given_up"].as_array().map(Vec::len), Some(1), "{shown:?}");
    assert_eq!(ask(&app, Method::POST, "/channels/old/test").await.0, StatusCode::CONFLICT);

    // The end of its incident is no loss. Added again, it has the next incident.
    switch("remove-channel", Operational);
    until_notified(&receiver, &[("opened", "remove-channel", "down"), ("recovered", "remove-channel", "operational")]).await;
    let again = Receiver::start();
    assert_eq!(reload_with(&app, &[("old", &again.url("/")), ("ops", &url)]).await, changed(1));
    switch("remove-channel", Down);
    until_notified(&again, &[("opened", "remove-channel", "down")]).await;
    let shown = channels(&app).await;
    assert_eq!((&shown[0]["name"], &shown[0]["type"]), (&json!("old"), &json!("webhook")));
    assert_eq!((shown.len(), shown[0]["given_up"].as_array().map(Vec::len)), (2, Some(1)), "{shown:?}");
    app.stop().await;
}

#[tokio::test]
async fn a_channel_that_is_added_again_ends_only_what_its_receiver_knows() {
    let (stays, known, unknown) = (Receiver::start(), Receiver::start(), Receiver::start());
    let [of_stays, of_known, of_unknown] = [&stays, &known, &unknown].map(|receiver| receiver.url("/"));
    let app = started(&[("stays", &of_stays), ("known", &of_known), ("unknown", CLOSED)], "again-channel").await;
    switch("again-channel", Down);
    until_notified(&known, &[("opened", "again-channel", "down")]).await;
    until("the other has failed", async || channels(&app).await[2]["failures"].as_u64() >= Some(1)).await;
    assert_eq!(reload_with(&app, &[("stays", &of_stays)]).await, changed(2));
    until_results(&app, "admin", 3).await;

    assert_eq!(reload_with(&app, &[("stays", &of_stays), ("known", &of_known), ("unknown", &of_unknown)]).await, changed(2));
    switch("again-channel", Operational);
    until_notified(&known, &[("opened", "again-channel", "down"), ("recovered", "again-channel", "operational")]).await;
    switch("again-channel", Down);
    until_notified(&unknown, &[("opened", "again-channel", "down")]).await;
    app.stop().await;
}

#[tokio::test]
async fn a_disabled_channel_is_corrected_without_a_restart() {
    let app = started(&[("ops", "ftp://a/")], "enable-channel").await;
    switch("enable-channel", Down);
    until("a notification waits", async || channels(&app).await[0]["waiting"] == 1).await;
    assert_eq!(channels(&app).await[0]["disabled"], true);
    let receiver = Receiver::start();
    assert_eq!(reload_with(&app, &[("ops", &receiver.url("/"))]).await, changed(1));
    until_notified(&receiver, &[("opened", "enable-channel", "down")]).await;
    assert_eq!(channels(&app).await[0].get("disabled"), None);
    let settings = app.get_as("admin", "/settings/configuration").await.text().await.unwrap();
    assert!(!settings.contains("The channel ops is disabled"), "{settings}");
    app.stop().await;
}

#[tokio::test]
async fn channels_that_cannot_be_used_refuse_the_reload_with_all_their_errors() {
    let receiver = Receiver::start();
    let url = receiver.url("/");
    let app = started(&[("ops", &url)], "refuse-channel").await;
    let wrong = config(&[("ops", &url), ("one", "ftp://a/"), ("two", "ftp://b/")]);
    write(&app, "config.yaml", &wrong);
    let (status, answer) = reload(&app).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let errors = answer["errors"].as_array().unwrap();
    assert_eq!(errors.len(), 2, "{answer}");
    assert_eq!(channels(&app).await.len(), 1);
    switch("refuse-channel", Down);
    until_notified(&receiver, &[("opened", "refuse-channel", "down")]).await;
    app.stop().await;
}

#[tokio::test]
async fn a_comparison_names_the_channels() {
    let app = started(&[("a", CLOSED), ("b", CLOSED)], "compare-channel").await;
    write(&app, "config.yaml", &config(&[("c", CLOSED), ("a", "http://127.0.0.1:9/other")]));
    let expected = json!({"added": ["c"], "changed": [{"name": "a", "keys": []}], "removed": ["b"]});
    let found = difference(&app).await;
    assert_eq!((&found["channels"], &found["restart"], &found["errors"]), (&expected, &json!([]), &json!([])));
    assert_eq!(reload(&app).await, changed(3));
    assert_eq!(difference(&app).await["channels"], json!({"added": [], "changed": [], "removed": []}));
    app.stop().await;
}
