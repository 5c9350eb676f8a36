//! Reloading the configuration while Platus runs.

mod channels;
mod corrected;
mod difference;
mod discovery;
mod files;

use crate::targets::OddServer;
use crate::test_app::{TestApp, USERS, configuration};
use crate::waiting::until;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::fs;

/// A service that answers, checked every second, and one at a closed port.
fn services(target: &OddServer) -> String {
    format!(
        "{}closed: {{role: dev, type: tcp, properties: {{host: 127.0.0.1, port: 9}}, data: {{name: Closed}}}}\n",
        web(target, "ok")
    )
}

fn web(target: &OddServer, expected: &str) -> String {
    let port = target.address.port();
    format!(
        "web: {{role: dev, type: rest_http, properties: {{host: 127.0.0.1, port: {port}, protocol: http}}, data: {{name: Web, url: /, search: {expected}}}}}\n"
    )
}

fn answering() -> OddServer {
    OddServer::answering("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
}

const CONFIG: &str = "check_interval: 1\nretries_before_notify: 1\nreload: manual\n";

fn write(app: &TestApp, file: &str, text: &str) {
    fs::write(app.folder().join(file), text).unwrap();
}

pub(crate) async fn ask(app: &TestApp, method: Method, address: &str) -> (StatusCode, Value) {
    let response = app.request(method, &format!("/api/v1.0{address}")).basic_auth("admin", Some("admin")).send().await.unwrap();
    (response.status(), response.json().await.unwrap())
}

/// Reloads, and returns what has changed.
#[track_caller]
fn changes(added: usize, changed: usize, removed: usize) -> Value {
    json!({"result": {"added": added, "changed": changed, "removed": removed, "channels": 0}})
}

async fn reload(app: &TestApp) -> (StatusCode, Value) {
    ask(app, Method::POST, "/reload").await
}

async fn names(app: &TestApp, user: &str) -> Vec<String> {
    app.status(user).await.iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn services_are_added_changed_and_removed_and_the_others_go_on() {
    let target = answering();
    let app = TestApp::start_in(configuration(CONFIG, &services(&target))).await;
    let before = app.until("Web", "operational").await;
    app.until("Closed", "down").await;
    let mut stream = app.events("dev", &[]).await;

    let more = "added: {role: dev, type: tcp, properties: {host: 127.0.0.1, port: 9}, data: {name: Added}}\n";
    write(&app, "services.yaml", &format!("{}{more}", web(&target, "ok")));
    assert_eq!(reload(&app).await, (StatusCode::OK, changes(1, 0, 1)));
    assert_eq!(names(&app, "dev").await, ["Added", "Web"]);
    stream.until(|event| event.name == "removed" && event.data["service"] == "closed").await;
    stream.until(|event| event.data["name"] == "Added" && event.data["state"] == "down").await;
    let after = app.status("dev").await.into_iter().find(|row| row["name"] == "Web").unwrap();
    assert_eq!((&after["state"], &after["last_state"]), (&before["state"], &before["last_state"]), "it was not touched");

    write(&app, "services.yaml", &format!("{}{more}", web(&target, "other")));
    assert_eq!(reload(&app).await, (StatusCode::OK, changes(0, 1, 0)));
    app.until("Web", "unhealthy").await;
    assert_eq!(reload(&app).await, (StatusCode::OK, changes(0, 0, 0)), "nothing is new");

    // Added again, it goes on with the history that it had. Its incident ended when it was removed.
    write(&app, "services.yaml", &services(&target));
    assert_eq!(reload(&app).await, (StatusCode::OK, changes(1, 1, 1)));
    app.until("Closed", "down").await;
    let (_, incidents) = ask(&app, Method::GET, "/services/closed/incidents").await;
    let ended: Vec<bool> =
        incidents["result"]["incidents"].as_array().unwrap().iter().map(|incident| incident["ended"].is_string()).collect();
    assert_eq!(ended, [false, true], "{incidents}");
    app.stop().await;
}

#[tokio::test]
async fn a_configuration_with_errors_changes_nothing() {
    let target = answering();
    let app = TestApp::start_in(configuration(CONFIG, &services(&target))).await;
    app.until("Web", "operational").await;
    let (_, before) = ask(&app, Method::GET, "/config").await;

    let broken = "wrong: {type: tcp, properties: {host: 127.0.0.1, port: many}}\nother: {type: unknown}\n";
    write(&app, "services.yaml", &format!("{}{broken}", web(&target, "other")));
    write(&app, "users.yaml", "admin: {role: [admin], password: admin}\n");
    let (status, answer) = reload(&app).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let errors: Vec<&str> = answer["errors"].as_array().unwrap().iter().map(|error| error.as_str().unwrap()).collect();
    assert!(errors.len() == 2 && errors[0].contains("services.yaml:2:") && errors[1].contains("services.yaml:3:"), "{errors:?}");
    assert_eq!(names(&app, "dev").await, ["Closed", "Web"], "dev still exists");
    assert_eq!(app.until("Web", "operational").await["name"], "Web");

    let (_, after) = ask(&app, Method::GET, "/config").await;
    let (before, after) = (&before["result"], &after["result"]);
    assert_eq!((&after["digest"], &after["loaded"], &after["failed"]), (&before["digest"], &before["loaded"], &json!(1)));
    assert_eq!((&after["latest_reload"]["by"], &after["latest_reload"]["errors"]), (&json!("admin"), &answer["errors"]));
    let metrics = app.get_as("admin", "/metrics").await.text().await.unwrap();
    for line in ["platus_config_last_reload_successful 0", "platus_config_reloads_total{result=\"failure\"} 1"] {
        assert!(metrics.contains(line), "{line} is not in {metrics}");
    }

    write(&app, "services.yaml", "web: [");
    assert_eq!(reload(&app).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    fs::remove_file(app.folder().join("users.yaml")).unwrap();
    assert_eq!(reload(&app).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    write(&app, "services.yaml", &services(&target));
    write(&app, "users.yaml", USERS);
    assert_eq!(reload(&app).await, (StatusCode::OK, changes(0, 0, 0)));
    let metrics = app.get_as("admin", "/metrics").await.text().await.unwrap();
    assert!(metrics.contains("platus_config_last_reload_successful 1"), "{metrics}");
    app.stop().await;
}

#[tokio::test]
async fn the_same_mistake_of_many_services_is_one_error() {
    let entry =
        |key: &str| format!("new-${{each.value}}: {{type: tcp, for_each: [1, 2, 3], properties: {{host: 127.0.0.1, {key}: 9}}}}\n");
    let app = TestApp::start_in(configuration(CONFIG, &entry("port"))).await;
    write(&app, "services.yaml", &entry("prot"));
    let (status, refused) = reload(&app).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let [error] = refused["errors"].as_array().unwrap().as_slice() else { panic!("{refused}") };
    let error = error.as_str().unwrap();
    assert!(error.contains("services.yaml:1:") && error.contains("`new-1.properties"), "{error}");
    assert!(error.contains("did you mean `port`") && error.contains("3 services have this error"), "{error}");
    let (_, compared) = ask(&app, Method::GET, "/config/difference").await;
    assert_eq!(compared["result"]["errors"], refused["errors"]);
    let (_, config) = ask(&app, Method::GET, "/config").await;
    assert_eq!(config["result"]["latest_reload"]["errors"], refused["errors"]);
    app.stop().await;
}

#[tokio::test]
async fn a_service_that_could_not_be_checked_before_is_no_reason_to_refuse() {
    let target = answering();
    let broken = "wrong: {role: dev, type: tcp, properties: {hos: x}, data: {name: Wrong}}\nother: {type: unknown}\n";
    let app = TestApp::start_in(configuration(CONFIG, &format!("{}{broken}", web(&target, "ok")))).await;
    app.until("Web", "operational").await;
    assert_eq!(reload(&app).await, (StatusCode::OK, changes(0, 0, 0)));
    write(&app, "services.yaml", &format!("{}{broken}", web(&target, "other")));
    assert_eq!(reload(&app).await, (StatusCode::OK, changes(0, 1, 0)));
    app.until("Web", "unhealthy").await;
    app.stop().await;
}

#[tokio::test]
async fn what_cannot_change_is_refused_by_name() {
    let app = TestApp::start_in(configuration(CONFIG, "{}")).await;
    write(&app, "config.yaml", &format!("{CONFIG}listen: 127.0.0.1:1\nsession_key: {}\n", "k".repeat(64)));
    let (status, answer) = reload(&app).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let errors = answer["errors"].to_string();
    for key in ["`listen` cannot change while Platus runs", "`session_key` cannot change"] {
        assert!(errors.contains(key), "{errors}");
    }
    assert!(!errors.contains("kkk"), "{errors}");
    let channels = "notify: true\nnotify_backend: {type: slack, data: {webhook_url: 'http://127.0.0.1:1/'}}\n";
    write(&app, "config.yaml", &format!("{CONFIG}{channels}"));
    let (_, answer) = reload(&app).await;
    let errors = answer["errors"].to_string();
    assert!(errors.contains("`notify` cannot change"), "{errors}");
    app.stop().await;
}

#[tokio::test]
async fn users_and_roles_follow_and_their_streams_end() {
    let target = answering();
    let app = TestApp::start_in(configuration(CONFIG, &services(&target))).await;
    app.until("Web", "operational").await;
    let mut stream = app.events("dev", &[]).await;
    let (_, session) = app.log_in("ops", "ops", "/").await;
    let as_ops = async || app.request(Method::GET, "/api/v1.0/status").header("cookie", &session).send().await.unwrap().status();
    assert_eq!(as_ops().await, StatusCode::OK);

    let users = USERS.replace("dev: {role: dev, password: dev}", "dev: {role: qa, password: dev}");
    write(&app, "users.yaml", &users.lines().filter(|line| !line.starts_with("ops")).collect::<Vec<_>>().join("\n"));
    assert_eq!(reload(&app).await, (StatusCode::OK, changes(0, 0, 0)));
    assert_eq!(as_ops().await, StatusCode::UNAUTHORIZED, "the session of a removed user has ended");
    assert_eq!(app.status("dev").await, [] as [Value; 0], "the roles have changed");
    while stream.next().await.is_some() {}

    // The role of a service: who no longer sees it loses its rows.
    let mut stream = app.events("operator", &[]).await;
    write(&app, "services.yaml", &services(&target).replacen("role: dev", "role: qa", 1));
    assert_eq!(reload(&app).await, (StatusCode::OK, changes(0, 1, 0)));
    stream.until(|event| event.name == "removed" && event.data["service"] == "web").await;
    assert_eq!(names(&app, "operator").await, ["Closed"]);
    until("dev sees it now", async || names(&app, "dev").await == ["Web"]).await;
    app.stop().await;
}

#[tokio::test]
async fn the_tags_of_services_follow_for_those_who_see_them() {
    let service = |role: &str, tags: &str| {
        format!("web: {{role: {role}, type: tcp, properties: {{host: 127.0.0.1, port: 9}}, data: {{name: Web}}, tags: [{tags}]}}\n")
    };
    let app = TestApp::start_in(configuration(CONFIG, &service("dev", "tier-1"))).await;
    let mut stream = app.events("dev", &[]).await;
    for (services, expected) in [
        (service("dev", "tier-1, eu"), json!({"service": "web", "tags": ["tier-1", "eu"]})),
        (service("qa", "tier-1, eu"), json!({"service": "web", "tags": []})),
    ] {
        write(&app, "services.yaml", &services);
        assert_eq!(reload(&app).await.0, StatusCode::OK);
        let event = stream.until(|event| event.name == "tags").await;
        assert_eq!(event.data, expected);
    }
    app.stop().await;
}

#[tokio::test]
async fn maintenance_begins_and_ends_with_a_reload() {
    let target = answering();
    let app = TestApp::start_in(configuration(CONFIG, &services(&target))).await;
    app.until("Web", "operational").await;
    let mut stream = app.events("dev", &[]).await;
    let window = "maintenance: [{services: [web], from: 2020-01-01T00:00:00Z, until: 2100-01-01T00:00:00Z}]\n";
    write(&app, "config.yaml", &format!("{CONFIG}{window}"));
    assert_eq!(reload(&app).await, (StatusCode::OK, changes(0, 0, 0)));
    stream.until(|event| event.data["name"] == "Web" && event.data["suppression"]["kind"] == "maintenance").await;
    write(&app, "config.yaml", CONFIG);
    reload(&app).await;
    stream.until(|event| event.data["name"] == "Web" && event.data["suppression"].is_null()).await;
    app.stop().await;
}

#[tokio::test]
async fn a_changed_file_is_reloaded_by_itself() {
    let target = answering();
    let config = CONFIG.replace("manual", "auto");
    let app = TestApp::start_in(configuration(&config, &services(&target))).await;
    app.until("Web", "operational").await;
    // Replaced as a ConfigMap is: another file under the same name.
    write(&app, "next.yaml", &web(&target, "ok"));
    fs::rename(app.folder().join("next.yaml"), app.folder().join("services.yaml")).unwrap();
    until("the row is gone", async || names(&app, "admin").await == ["Web"]).await;
    write(&app, "services.yaml", "web: [");
    until("the error is known", async || ask(&app, Method::GET, "/config").await.1["result"]["failed"] == 1).await;
    assert_eq!(names(&app, "admin").await, ["Web"]);
    write(&app, "services.yaml", &services(&target));
    until("the row is back", async || names(&app, "admin").await == ["Closed", "Web"]).await;

    write(&app, "config.yaml", &config.replace("auto", "manual"));
    until("it was reloaded", async || ask(&app, Method::GET, "/config").await.1["result"]["succeeded"] == 3).await;
    write(&app, "services.yaml", &web(&target, "ok"));
    write(&app, "config.yaml", &config);
    assert_eq!(reload(&app).await, (StatusCode::OK, changes(0, 0, 1)));
    write(&app, "services.yaml", &services(&target));
    until("it is reloaded by itself again", async || names(&app, "admin").await == ["Closed", "Web"]).await;
    app.stop().await;
}

#[tokio::test]
async fn only_administrators_reload() {
    let app = TestApp::start_in(configuration(CONFIG, "{}")).await;
    for user in ["dev", "operator"] {
        assert_eq!(app.post_as(user, "/api/v1.0/reload").await.status(), StatusCode::FORBIDDEN);
        assert_eq!(app.get_as(user, "/api/v1.0/config").await.status(), StatusCode::FORBIDDEN);
    }
    app.stop().await;
}
