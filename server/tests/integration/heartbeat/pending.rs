//! A new job has the time of its schedule for its first heartbeat. Until then it has no incident.

use super::restart::Life;
use super::{TOKEN, job, say, until};
use crate::channels::receiver::Receiver;
use crate::notify::{config, until_told};
use crate::test_app::{TestApp, configuration};
use checks::CheckTypes;
use chrono::{DateTime, FixedOffset, Local, TimeDelta};
use serde_json::{Value, json};
use std::fs;

/// Waits until a service was checked so many times from now on.
async fn checks(app: &TestApp, service: &str, checks: usize) {
    let mut stream = app.events("dev", &[]).await;
    for _ in 0..checks {
        stream.until(|event| event.name == "status" && event.data["name"] == service).await;
    }
}

#[tokio::test]
async fn a_new_job_opens_no_incident_before_it_is_due() {
    let receiver = Receiver::start();
    let services = job("new", TOKEN, "every: 3600") + &job("begun", "token-of-one-that-began", "every: 3600");
    let app = TestApp::start_with(&config(&receiver), &services, &CheckTypes::built_in()).await;
    say(&app, "token-of-one-that-began/start", "").await;
    until(&app, "begun", "unknown", "no heartbeat yet; the job is running").await;
    checks(&app, "new", 3).await;
    for row in app.status("dev").await {
        assert_eq!((&row["state"], &row["retries"]), (&json!("unknown"), &json!(0)), "{row}");
    }
    let incidents: Value = app.get_as("dev", "/api/v1.0/incidents").await.json().await.unwrap();
    assert_eq!(incidents["result"]["incidents"], json!([]));

    // The first that is told is the failure.
    say(&app, &format!("{TOKEN}/fail"), "").await;
    until_told(&receiver, &[("opened", "new", "down")]).await;
    say(&app, TOKEN, "").await;
    until_told(&receiver, &[("opened", "new", "down"), ("recovered", "new", "operational")]).await;
    app.stop().await;
}

#[tokio::test]
async fn a_new_job_that_is_late_is_down() {
    let receiver = Receiver::start();
    let services = job("late", TOKEN, "every: 2, grace: 1");
    let app = TestApp::start_with(&config(&receiver), &services, &CheckTypes::built_in()).await;
    until_told(&receiver, &[("opened", "late", "down")]).await;
    app.stop().await;
}

/// When Platus began to wait for a job, as far as the row of a late one says.
fn waiting_since(row: &Value) -> DateTime<FixedOffset> {
    let message = row["message"].as_str().unwrap();
    let seconds = message.strip_prefix("no heartbeat in the ").and_then(|rest| rest.split(' ').next()).unwrap();
    let checked = DateTime::parse_from_rfc3339(row["checked"].as_str().unwrap()).unwrap();
    checked - TimeDelta::seconds(seconds.parse().unwrap())
}

/// Starts it again several seconds after its first start, so that both can be told apart.
#[tokio::test]
async fn a_restart_does_not_begin_the_waiting_anew() {
    let folder = configuration("check_interval: 1\n", &job("late", TOKEN, "every: 8, grace: 0"));
    let life = Life::begin(folder.path());
    let mut stream = life.stream().await;
    let first = stream.until(|event| event.name == "status").await.data;
    let first = DateTime::parse_from_rfc3339(first["checked"].as_str().unwrap()).unwrap();
    let is_later =
        |row: &Value| DateTime::parse_from_rfc3339(row["checked"].as_str().unwrap()).unwrap() > first + TimeDelta::seconds(3);
    stream.until(|event| event.name == "status" && is_later(&event.data)).await;
    life.end("-9");

    let life = Life::begin(folder.path());
    let row = life.stream().await.until(|event| event.data["state"] == "down").await.data;
    // Its seconds are whole ones.
    assert!(waiting_since(&row) <= first + TimeDelta::seconds(2), "{row}, first checked {first}");
    life.end("-TERM");
}

/// A job that is taken out of the configuration while it is down, and added again later.
#[tokio::test]
async fn a_job_that_is_added_again_is_a_new_one() {
    let receiver = Receiver::start();
    let with = job("backup", TOKEN, "every: 1, grace: 0") + &job("other", "token-of-another-job", "every: 3600");
    let folder = configuration(&config(&receiver), &with);
    let life = Life::begin(folder.path());
    life.say(TOKEN, "").await;
    let opened = ("opened", "backup", "down");
    until_told(&receiver, &[opened]).await;
    life.end("-TERM");

    let services = folder.path().join("services.yaml");
    fs::write(&services, job("other", "token-of-another-job", "every: 3600")).unwrap();
    let life = Life::begin(folder.path());
    // What its receiver has open is closed.
    let removed = ("removed", "backup", "unknown");
    until_told(&receiver, &[opened, removed]).await;
    life.end("-TERM");

    fs::write(&services, with.replace("every: 1, grace: 0", "every: 3600")).unwrap();
    let added = Local::now().fixed_offset();
    let life = Life::begin(folder.path());
    life.until(&["backup unknown no heartbeat yet; one is due every 1 h"]).await;
    let incidents: Value = life.get("incidents?open=true").await;
    assert_eq!(incidents["result"]["incidents"], json!([]));
    life.end("-TERM");

    fs::write(&services, &with).unwrap();
    let life = Life::begin(folder.path());
    let row = life.stream().await.until(|event| event.data["name"] == "backup" && event.data["state"] == "down").await.data;
    assert!(waiting_since(&row) >= added, "{row}, added {added}");
    until_told(&receiver, &[opened, removed, opened]).await;
    life.end("-TERM");
}
