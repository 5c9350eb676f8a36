//! While Platus runs.

use crate::channels::receiver::Receiver;
use crate::notify::switch::{self, switch};
use crate::notify::{config, until_notified};
use crate::test_app::TestApp;
use crate::waiting::until;
use model::State::{Down, Operational};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::fs;

/// A service on a switch.
fn service(id: &str, host: &str, more: &str) -> String {
    format!("{id}: {{role: dev, type: switch, properties: {{host: {host}}}, data: {{name: {host}}}{more}}}\n")
}

async fn ask(app: &TestApp, method: Method, path: &str, body: Value) -> (StatusCode, Value) {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let request = app.request(method, &format!("/api/v1.0{path}")).basic_auth("admin", Some("admin")).body(body);
    let response = request.send().await.unwrap();
    (response.status(), response.json().await.unwrap())
}

async fn reload(app: &TestApp, services: &str) -> (StatusCode, Value) {
    fs::write(app.folder().join("services.yaml"), services).unwrap();
    ask(app, Method::POST, "/reload", Value::Null).await
}

fn changes(added: usize, changed: usize, removed: usize) -> (StatusCode, Value) {
    (StatusCode::OK, json!({"result": {"added": added, "changed": changed, "removed": removed, "channels": 0}}))
}

/// The numbers of the incidents of a service, and whether they have ended.
async fn incidents(app: &TestApp, service: &str) -> Vec<(u64, bool)> {
    let (_, answer) = ask(app, Method::GET, &format!("/services/{service}/incidents"), Value::Null).await;
    let incidents = answer["result"]["incidents"].as_array().unwrap_or_else(|| panic!("{answer}")).clone();
    incidents.iter().map(|incident| (incident["id"].as_u64().unwrap(), incident["ended"].is_string())).collect()
}

async fn settings_page(app: &TestApp) -> String {
    let (_, cookie) = app.log_in("admin", "admin", "/").await;
    app.request(Method::GET, "/settings").header("cookie", cookie).send().await.unwrap().text().await.unwrap()
}

async fn start(config: &str, services: &str) -> TestApp {
    let config = format!("{config}reload: manual\npersistent_data: false\n");
    TestApp::start_with(&config, services, &switch::check_types()).await
}

#[tokio::test]
async fn its_incident_goes_on_with_what_is_about_it() {
    let receiver = Receiver::start();
    let app = start(&config(&receiver), &service("shop", "renamed", "")).await;
    app.until("renamed", "operational").await;
    switch("renamed", Down);
    until_notified(&receiver, &[("opened", "renamed", "down")]).await;
    let before = incidents(&app, "shop").await;
    assert!(matches!(before[..], [(_, false)]), "{before:?}");
    let silence = json!({"services": ["shop"], "minutes": 60, "comment": "moving house"});
    let (_, silence) = ask(&app, Method::POST, "/silences", silence).await;
    let mut stream = app.events("dev", &[]).await;

    // Former ids without a history change nothing.
    assert_eq!(reload(&app, &service("store", "renamed", ", was: [first, second, third, shop]")).await, changes(0, 1, 0));
    stream.until(|event| event.name == "removed" && event.data["service"] == "shop").await;
    let row = stream.until(|event| event.data["service"] == "store").await.data;
    assert_eq!((&row["state"], &row["incident"]), (&json!("down"), &json!(before[0].0)), "{row}");
    assert_eq!(incidents(&app, "store").await, before);
    let (_, silences) = ask(&app, Method::GET, "/silences", Value::Null).await;
    assert_eq!(silences["result"][0]["services"], json!(["store"]));
    until("its notifications are suppressed", async || {
        ask(&app, Method::GET, "/services/store", Value::Null).await.1["result"]["nodes"][0]["suppression"]["kind"] == "silence"
    })
    .await;

    // The receiver knows the incident by the key that it had.
    switch("renamed", Operational);
    app.until("renamed", "operational").await;
    ask(&app, Method::DELETE, &format!("/silences/{}", silence["result"]["id"]), Value::Null).await;
    until_notified(&receiver, &[("opened", "renamed", "down"), ("recovered", "renamed", "operational")]).await;
    let keys: Vec<Value> = receiver.requests().iter().map(|request| request.json()["alerts"][0]["incident"].clone()).collect();
    assert!(keys.len() == 2 && keys[0] == keys[1] && keys[0].is_string(), "{keys:?}");

    assert_eq!(reload(&app, &service("store", "renamed", "")).await, changes(0, 0, 0), "`was` may go");
    assert_eq!(incidents(&app, "store").await, [(before[0].0, true)]);
    app.stop().await;
}

#[tokio::test]
async fn a_pending_notification_follows() {
    let receiver = Receiver::start();
    let app = start(&config(&receiver), &service("shop", "pending", "")).await;
    app.until("pending", "operational").await;
    let (_, silence) = ask(&app, Method::POST, "/silences", json!({"services": ["shop"], "minutes": 60})).await;
    switch("pending", Down);
    let waiting = async || ask(&app, Method::GET, "/channels", Value::Null).await.1["result"][0]["held"] == 1;
    until("it waits", waiting).await;
    assert_eq!(reload(&app, &service("store", "pending", ", was: shop")).await, changes(0, 1, 0));
    until("it was checked again", async || incidents(&app, "store").await.len() == 1).await;
    app.until("pending", "down").await;
    assert!(receiver.requests().is_empty(), "the silence holds for the present id");
    ask(&app, Method::DELETE, &format!("/silences/{}", silence["result"]["id"]), Value::Null).await;
    until_notified(&receiver, &[("opened", "pending", "down")]).await;
    assert_eq!(receiver.requests()[0].json()["alerts"][0]["service"], "store");
    app.stop().await;
}

#[tokio::test]
async fn two_histories_are_not_mixed() {
    let app =
        start("check_interval: 1\nretries_before_notify: 1\n", &(service("a", "mixed-a", "") + &service("b", "mixed-b", ""))).await;
    for name in ["mixed-a", "mixed-b"] {
        app.until(name, "operational").await;
        switch(name, Down);
        app.until(name, "down").await;
    }
    let (first, second) = (incidents(&app, "a").await, incidents(&app, "b").await);
    assert_eq!(reload(&app, &service("b", "mixed-b", ", was: a")).await, changes(0, 0, 1));
    assert_eq!(incidents(&app, "b").await, second);
    let page = settings_page(&app).await;
    assert!(page.contains("services.yaml:1:") && page.contains("the history of `a` stays under that id"), "{page}");
    assert_eq!(reload(&app, &(service("b", "mixed-b", "") + &service("a", "mixed-a", ""))).await, changes(1, 0, 0));
    assert!(incidents(&app, "a").await.contains(&(first[0].0, true)), "it has its history again");

    // A service that was removed before, and then returns under another id.
    assert_eq!(reload(&app, &service("b", "mixed-b", "")).await, changes(0, 0, 1));
    assert_eq!(reload(&app, &(service("b", "mixed-b", "") + &service("c", "mixed-a", ", was: [x, a]"))).await, changes(1, 0, 0));
    until("its history is there", async || incidents(&app, "c").await.contains(&(first[0].0, true))).await;
    assert!(!settings_page(&app).await.contains("stays under that id"));
    app.stop().await;
}

#[tokio::test]
async fn a_wrong_former_id_is_refused() {
    let app = start("check_interval: 1\n", &(service("a", "wrong-a", "") + &service("b", "wrong-b", ""))).await;
    let (status, answer) = reload(&app, &(service("a", "wrong-a", "") + &service("c", "wrong-b", ", was: a"))).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer["errors"][0].as_str().unwrap().contains("`c.was`: there is a service `a`"), "{answer}");
    assert_eq!(reload(&app, &(service("a", "wrong-a", "") + &service("b", "wrong-b", ""))).await, changes(0, 0, 0));
    app.stop().await;
}

#[tokio::test]
async fn a_job_keeps_its_token_and_its_reports() {
    const TOKEN: &str = "token-of-a-renamed-job";
    let job = |id: &str, more: &str| {
        format!(
            "{id}: {{type: heartbeat, role: dev, properties: {{host: box, token: {TOKEN}}}, data: {{name: Job, every: 3600}}{more}}}\n"
        )
    };
    let app = start("check_interval: 1\nretries_before_notify: 1\n", &job("backup", "")).await;
    let report =
        async |path: &str| app.request(Method::POST, &format!("/api/v1.0/heartbeat/{TOKEN}{path}")).send().await.unwrap().status();
    assert_eq!(report("/fail").await, StatusCode::OK);
    app.until("Job", "down").await;
    let before = incidents(&app, "backup").await;
    assert_eq!(reload(&app, &job("nightly", ", was: backup")).await, changes(0, 1, 0));
    let nightly = async || ask(&app, Method::GET, "/services/nightly", Value::Null).await.1["result"]["nodes"][0].clone();
    until("it was checked", async || nightly().await["checked"].is_string()).await;
    assert_eq!(nightly().await["state"], "down", "its report is known");
    assert_eq!(incidents(&app, "nightly").await, before);
    assert_eq!(report("").await, StatusCode::OK);
    app.until("Job", "operational").await;
    app.stop().await;
}
