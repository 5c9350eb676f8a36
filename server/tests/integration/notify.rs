//! Notifications: which channels get them, when, and how often. Platus with all its parts, and receivers with configured answers.

mod connection_test;
mod connectivity;
mod dependencies;
mod silences;
mod killed;
pub(crate) mod marks;
mod outages;
mod storm;
pub(crate) mod switch;
mod templates;
mod test_notifications;
mod together;
mod undelivered;

use crate::channels::receiver::Receiver;
use crate::test_app::TestApp;
use crate::waiting::{eventually, until};
use reqwest::{Method, StatusCode};
use serde_json::Value;

/// Services whose state a switch sets. The first word of each line is the name of both.
pub(crate) fn services(lines: &[(&str, &str)]) -> String {
    let line = |(name, more): &(&str, &str)| {
        format!("{name}: {{role: dev, type: switch, properties: {{host: {name}}}, data: {{type: App, name: {name}}}{more}}}\n")
    };
    lines.iter().map(line).collect()
}

/// Checks every second and notifies at the first failure, without grouping.
pub(crate) fn config(receiver: &Receiver) -> String {
    format!(
        "check_interval: 1
retries_before_notify: 1
notify: true
notify_backend:
  type: webhook
  group_window: 0
  max_per_minute: 1000
  data: {{url: '{}'}}
",
        receiver.url("/hook")
    )
}

async fn started(config: &str, services: &str) -> TestApp {
    let app = TestApp::start_with(config, services, &switch::check_types()).await;
    // A service has to have been well to go down.
    until("all services were looked at", async || app.status("admin").await.iter().all(|row| row["state"] == "operational")).await;
    app
}

/// The notifications, as kind, name and state of each alert in order. Repeated deliveries are not counted.
fn notified(receiver: &Receiver) -> Vec<(String, String, String)> {
    let mut keys = std::collections::HashSet::new();
    let requests = receiver.requests();
    let fresh = requests.iter().filter(|request| keys.insert(request.headers["idempotency-key"].clone()));
    let text = |alert: &Value, key: &str| alert[key].as_str().unwrap().to_owned();
    let alerts = fresh.flat_map(|request| request.json()["alerts"].as_array().unwrap().clone());
    alerts.map(|alert| (text(&alert, "kind"), text(&alert, "name"), text(&alert, "state"))).collect()
}

/// Waits for this number of notifications, and compares.
pub(crate) async fn until_notified(receiver: &Receiver, expected: &[(&str, &str, &str)]) {
    let expected: Vec<_> =
        expected.iter().map(|(kind, name, state)| ((*kind).to_owned(), (*name).to_owned(), (*state).to_owned())).collect();
    eventually(async || if notified(receiver).len() >= expected.len() { Ok(()) } else { Err(format!("{:?}", notified(receiver))) })
        .await;
    assert_eq!(notified(receiver), expected);
}

/// The only channel, as administrators see it.
async fn channel(app: &TestApp) -> Value {
    let answer: Value = app.get_as("admin", "/api/v1.0/channels").await.json().await.unwrap();
    answer["result"][0].clone()
}

/// Waits for these numbers of pending and of held messages.
async fn until_waiting(app: &TestApp, waiting: u64, held: u64) {
    eventually(async || {
        let channel = channel(app).await;
        if channel["waiting"] == waiting && channel["held"] == held { Ok(()) } else { Err(channel) }
    })
    .await;
}

/// Waits until the first incident has this number of results of notifications, and returns them as this user sees them.
pub(crate) async fn until_results(app: &TestApp, user: &str, number: usize) -> Vec<Value> {
    eventually(async || {
        let (_, incident) = command(app, user, Method::GET, "/incidents/1", "").await;
        let deliveries = incident["result"]["deliveries"].as_array().cloned().unwrap_or_default();
        if deliveries.len() == number { Ok(deliveries) } else { Err(incident) }
    })
    .await
}

/// Sends a request, and returns the status and the response.
async fn command(app: &TestApp, user: &str, method: Method, path: &str, body: &str) -> (StatusCode, Value) {
    let request = app.request(method, &format!("/api/v1.0{path}")).basic_auth(user, Some(user)).body(body.to_owned());
    let response = request.send().await.unwrap();
    (response.status(), response.json().await.unwrap())
}
