//! History over the API: of data stored before the start, and of new checks.

mod away;
mod chart;
mod incidents;
mod live;
mod metrics;
pub(crate) mod moody_store;
mod parameters;
mod past;
mod report;
mod series;
mod services;
mod unlooked;
mod viewers;

use crate::test_app::TestApp;
use reqwest::StatusCode;
use serde_json::Value;

/// Port 9 is closed, and no second check happens within the time of a test.
const SERVICES: &str = "
shop: {role: dev, interval: 3600, type: tcp, properties: {host: 127.0.0.1, port: 9}, data: {type: App, name: Shop}}
mail: {role: [ops], interval: 3600, type: tcp, properties: {host: 127.0.0.1, port: 9}, data: {type: Infra, name: Mail}}
";

/// The result of an address below `/api/v1.0`, as this user gets it.
async fn result(app: &TestApp, user: &str, address: &str) -> Value {
    let response = app.get_as(user, &format!("/api/v1.0{address}")).await;
    let status = response.status();
    let mut answer: Value = response.json().await.unwrap();
    assert_eq!(status, StatusCode::OK, "{address}: {answer}");
    answer["result"].take()
}

/// The status of an error, and what it says.
async fn refusal(app: &TestApp, user: &str, address: &str) -> (StatusCode, String) {
    let response = app.get_as(user, &format!("/api/v1.0{address}")).await;
    let (status, content_type) = (response.status(), response.headers()["content-type"].clone());
    assert_eq!(content_type, "application/json", "{address}");
    let answer: Value = response.json().await.unwrap();
    assert_eq!(answer.as_object().unwrap().len(), 1, "{answer}");
    (status, answer["error"].as_str().unwrap().to_owned())
}
