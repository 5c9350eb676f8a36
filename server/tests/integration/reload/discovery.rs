//! Services of lists that other programs write, while Platus runs.

mod copies;
mod independence;
mod trust;

use super::{CONFIG, ask, names, write};
use crate::command_line::platus;
use crate::targets::{OddServer, targets};
use crate::test_app::{TestApp, configuration};
use crate::waiting::until;
use reqwest::Method;
use serde_json::{Value, json};
use std::fs;
use std::sync::{Arc, Mutex};

/// An entry whose services fail, so that each has an open incident.
fn entry(source: &str) -> String {
    format!(
        "shop-${{each.labels.name}}:\n  type: tcp\n  role: dev\n  discover: {{{source}}}\n  tags: ['${{each.labels.env}}']\n  properties: \
         {{host: '${{each.host}}', port: '${{each.port}}'}}\n  data: {{name: 'Shop ${{each.labels.name}}'}}\n"
    )
}

fn list(shops: &[&str]) -> String {
    let group = |name: &&str| json!({"targets": ["127.0.0.1:9"], "labels": {"name": name, "env": "test"}});
    shops.iter().map(group).collect::<Value>().to_string()
}

fn automatic() -> String {
    CONFIG.replace("manual", "auto")
}

/// What `GET /config` says of the only list.
async fn list_in_use(app: &TestApp) -> Value {
    ask(app, Method::GET, "/config").await.1["result"]["lists"][0].clone()
}

async fn until_rows(app: &TestApp, expected: &[&str]) {
    until("the rows are those of the list", async || names(app, "dev").await == expected).await;
}

async fn until_failed(app: &TestApp, expected: &str) {
    let fails = async || list_in_use(app).await["error"].as_str().is_some_and(|error| error.contains(expected));
    until("the list is refused", fails).await;
}

async fn open_incidents(app: &TestApp, service: &str) -> usize {
    let (_, incidents) = ask(app, Method::GET, &format!("/services/{service}/incidents")).await;
    incidents["result"]["incidents"].as_array().unwrap().iter().filter(|incident| incident["ended"].is_null()).count()
}

#[tokio::test]
async fn services_follow_a_file_and_survive_its_failures_and_a_restart() {
    let folder = configuration(&automatic(), &entry("file: shops.json"));
    fs::write(folder.path().join("shops.json"), list(&["a", "b"])).unwrap();
    let app = TestApp::start_in(folder).await;
    app.until("Shop a", "down").await;

    write(&app, "shops.json", &list(&["a", "c"]));
    until_rows(&app, &["Shop a", "Shop c"]).await;
    write(&app, "shops.json", &list(&["a", "c"])[..40]);
    until_failed(&app, "shops.json is no JSON").await;
    let metrics = app.get_as("admin", "/metrics").await.text().await.unwrap();
    for line in ["last_refresh_successful{entry=\"shop-${each.labels.name}\"} 0", "services{entry=\"shop-${each.labels.name}\"} 2"]
    {
        assert!(metrics.contains(&format!("platus_discovery_{line}")), "{line} is not in {metrics}");
    }
    let seen = app.get_as("ops", "/metrics").await.text().await.unwrap();
    assert!(!seen.contains("platus_discovery"), "the entry makes no service that ops sees: {seen}");
    write(&app, "shops.json", "[]");
    until_failed(&app, "is empty, and had targets before (2)").await;
    fs::remove_file(app.folder().join("shops.json")).unwrap();
    until_failed(&app, "shops.json cannot be read").await;
    assert_eq!(names(&app, "dev").await, ["Shop a", "Shop c"]);
    assert_eq!(open_incidents(&app, "shop-a").await, 1);

    // The file is still away.
    let app = TestApp::start_in(app.stop_keeping_files().await).await;
    assert_eq!(names(&app, "dev").await, ["Shop a", "Shop c"]);
    app.until("Shop a", "down").await;
    assert_eq!(open_incidents(&app, "shop-a").await, 1, "it is the same incident");
    write(&app, "shops.json", &list(&["c"]));
    until_rows(&app, &["Shop c"]).await;
    app.stop().await;
}

#[tokio::test]
async fn a_target_that_cannot_be_checked_is_a_row_and_keeps_no_change_from_being_used() {
    let folder = configuration(&automatic(), &entry("file: shops.json"));
    fs::write(folder.path().join("shops.json"), list(&["a"])).unwrap();
    let app = TestApp::start_in(folder).await;
    app.until("Shop a", "down").await;
    write(&app, "shops.json", &list(&["a", "b"]).replace("127.0.0.1:9", "127.0.0.1"));
    until("both are used", async || list_in_use(&app).await["services"] == 2).await;
    assert_eq!(names(&app, "dev").await.len(), 2);
    let (_, config) = ask(&app, Method::GET, "/config").await;
    assert_eq!(config["result"]["failed"], json!(0), "{config}");
    app.stop().await;
}

#[tokio::test]
async fn services_follow_a_server_that_is_asked_from_time_to_time() {
    let answer = Arc::new(Mutex::new(("200 OK", list(&["a"]))));
    let answered = Arc::clone(&answer);
    let server = OddServer::answering_each(move |_| {
        let (status, body) = answered.lock().unwrap().clone();
        format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n{body}", body.len())
    });
    let source = format!("url: 'http://{}/shops?key=s3cret', every: 1, headers: {{Authorization: 'Bearer t0ken'}}", server.address);
    let folder = configuration(&automatic(), &entry(&source));
    let config = folder.path().join("config.yaml");
    let validated =
        tokio::task::spawn_blocking(move || platus(&["validate", "--config"]).arg(config).output().unwrap()).await.unwrap();
    let said = String::from_utf8(validated.stdout).unwrap();
    assert!(validated.status.success() && said.contains("is not asked here") && !said.contains("s3cret"), "{said}");

    let app = TestApp::start_in(folder).await;
    app.until("Shop a", "down").await;
    assert!(server.requests()[0].contains("authorization: bearer t0ken"), "{:?}", server.requests());
    *answer.lock().unwrap() = ("200 OK", list(&["a", "b"]));
    until_rows(&app, &["Shop a", "Shop b"]).await;
    for (status, body, expected) in [
        ("503 Service Unavailable", String::new(), "answered with status 503"),
        ("401 Unauthorized", String::new(), "answered with status 401"),
        ("200 OK", "[]".to_owned(), "is empty, and had targets before (2)"),
        ("200 OK", " ".repeat((4 << 20) + 1), "answered with more than 4 MiB"),
        ("200 OK", "<html>".to_owned(), "is no JSON"),
    ] {
        *answer.lock().unwrap() = (status, body);
        until_failed(&app, expected).await;
        let shown = list_in_use(&app).await;
        assert!(shown["services"] == 2 && !shown.to_string().contains("s3cret"), "{shown}");
    }
    let (_, differences) = ask(&app, Method::GET, "/config/difference").await;
    assert_eq!(differences["result"]["services"], json!({"added": [], "changed": [], "removed": [], "renamed": []}));

    // The server is still broken.
    let app = TestApp::start_in(app.stop_keeping_files().await).await;
    assert_eq!(names(&app, "dev").await, ["Shop a", "Shop b"]);
    *answer.lock().unwrap() = ("200 OK", list(&["b"]));
    until_rows(&app, &["Shop b"]).await;
    app.stop().await;
}

#[tokio::test]
async fn the_certificate_of_the_server_is_verified() {
    let source = format!("url: 'https://127.0.0.1:{}/', every: 1", targets().port("HTTPS"));
    let app = TestApp::start_in(configuration(&automatic(), &entry(&source))).await;
    until_failed(&app, "certificate").await;
    let with_ca = format!("{source}, ca_file: '{}'", targets().get("CA"));
    write(&app, "services.yaml", &entry(&with_ca));
    until("it is trusted", async || {
        let error = list_in_use(&app).await["error"].as_str().unwrap_or_default().to_owned();
        !error.is_empty() && !error.contains("certificate")
    })
    .await;
    app.stop().await;
}
