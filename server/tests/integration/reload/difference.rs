//! What a reload would change: `GET /api/v1.0/config/difference` and `platus diff`.

use super::{CONFIG, answering, ask, changes, reload, services, web, write};
use crate::command_line::platus;
use crate::test_app::{TestApp, USERS, configuration};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::process::Output;
use tokio::task::spawn_blocking;

pub(super) async fn difference(app: &TestApp) -> Value {
    let (status, answer) = ask(app, Method::GET, "/config/difference").await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    answer["result"].clone()
}

fn none() -> Value {
    let nothing = json!({"added": [], "changed": [], "removed": []});
    let no_services = json!({"added": [], "changed": [], "renamed": [], "removed": []});
    json!({"services": no_services, "users": nothing, "channels": nothing, "settings": [], "restart": [], "lists": [], "errors": []})
}

#[tokio::test]
async fn it_is_what_a_reload_then_changes() {
    let target = answering();
    let app = TestApp::start_in(configuration(CONFIG, &services(&target))).await;
    app.until("Web", "operational").await;
    assert_eq!(difference(&app).await, none());

    let added = "added: {role: dev, type: tcp, properties: {host: 127.0.0.1, port: 9}, data: {name: Added}}\n";
    let changed = web(&target, "MARKER").replace("role: dev", "role: ops, interval: 2");
    write(&app, "services.yaml", &format!("{changed}{added}"));
    let users =
        USERS.replace("dev: {role: dev, password: dev}", "dev: {role: qa, password: MARKER}\nnew: {role: qa, password: MARKER}");
    write(&app, "users.yaml", &users.replace("number: {role: [dev], password: 12345}\n", ""));
    write(&app, "config.yaml", &format!("{CONFIG}views: [{{name: All, sort: name}}]\nretry_interval: 1\n"));
    let expected = json!({
        "services": {
            "added": ["added"],
            "changed": [{"name": "web", "keys": ["data.search", "interval", "retry_interval", "role"]}],
            "renamed": [],
            "removed": ["closed"],
        },
        "users": {"added": ["new"], "changed": [{"name": "dev", "keys": ["password", "role"]}], "removed": ["number"]},
        "channels": {"added": [], "changed": [], "removed": []}, "settings": ["retry_interval", "views"], "restart": [], "lists": [], "errors": [],
    });
    let (_, before) = ask(&app, Method::GET, "/config").await;
    assert_eq!(difference(&app).await, expected);
    assert_eq!(difference(&app).await, expected, "it changes nothing");
    assert_eq!(ask(&app, Method::GET, "/config").await.1, before);
    assert_eq!(reload(&app).await, (StatusCode::OK, changes(1, 1, 1)));
    assert_eq!(difference(&app).await, none());
    app.stop().await;
}

#[tokio::test]
async fn what_a_reload_would_refuse_is_named() {
    let target = answering();
    let app = TestApp::start_in(configuration(CONFIG, &services(&target))).await;
    write(&app, "config.yaml", &format!("{CONFIG}listen: 127.0.0.1:1\n"));
    write(&app, "services.yaml", &format!("{}wrong: {{type: tcp, properties: {{host: h, port: many}}}}\n", services(&target)));
    let found = difference(&app).await;
    assert_eq!((&found["restart"], &found["services"]["added"]), (&json!(["listen"]), &json!(["wrong"])));
    let errors = found["errors"].as_array().unwrap();
    assert!(errors.len() == 2 && errors[0].as_str().unwrap().contains("`listen` cannot change while Platus runs"), "{errors:?}");
    let (status, refused) = reload(&app).await;
    assert_eq!((status, &refused["errors"]), (StatusCode::UNPROCESSABLE_ENTITY, &found["errors"]));

    write(&app, "services.yaml", "web: [");
    let found = difference(&app).await;
    assert!(found["errors"][0].as_str().unwrap().contains("services.yaml:1:"), "{found}");
    app.stop().await;
}

/// Runs `platus diff` with this API key in the environment.
async fn diff(app: &TestApp, key: &str, arguments: &[&str]) -> Output {
    let mut command = platus(&["diff", "--url", &format!("http://{}/", app.address)]);
    command.args(arguments).env("PLATUS_API_KEY", key);
    spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

fn said(output: &Output) -> (Option<i32>, String) {
    (output.status.code(), String::from_utf8([&output.stdout[..], &output.stderr].concat()).unwrap())
}

async fn key(app: &TestApp, user: &str, scope: &str) -> String {
    let body = json!({"name": format!("{user} {scope}"), "user": user, "scope": scope, "expires": "1d"}).to_string();
    let request = app.request(Method::POST, "/api/v1.0/keys").basic_auth("admin", Some("admin")).body(body);
    let answer: Value = request.send().await.unwrap().json().await.unwrap();
    answer["result"]["key"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

#[tokio::test]
async fn the_command_prints_it_and_its_exit_code_says_whether_there_is_one() {
    let target = answering();
    let app = TestApp::start_in(configuration(CONFIG, &services(&target))).await;
    let admin = key(&app, "admin", "admin").await;
    assert_eq!(said(&diff(&app, &admin, &[]).await), (Some(0), "No differences.\n".to_owned()));

    write(&app, "services.yaml", &web(&target, "MARKER"));
    write(&app, "users.yaml", &USERS.replace("password: dev}", "password: MARKER}"));
    let text =
        "Services\n  ~ web: data.search\n  - closed\n\nUsers\n  ~ dev: password\n\nServices: 0 to add, 1 to change, 1 to remove.\n";
    let file = app.folder().join("key");
    std::fs::write(&file, format!("{admin}\n")).unwrap();
    assert_eq!(said(&diff(&app, "", &["--key-file", file.to_str().unwrap()]).await), (Some(1), text.to_owned()));
    let (code, shown) = said(&diff(&app, &admin, &["--json"]).await);
    let shown: Value = serde_json::from_str(&shown).unwrap();
    assert_eq!((code, shown), (Some(1), difference(&app).await));

    // A renamed service is neither added nor removed.
    let renamed = services(&target).replace("closed: {", "shut: {was: closed, interval: 7, ");
    write(&app, "services.yaml", &renamed);
    write(&app, "users.yaml", USERS);
    let text = "Services\n  ~ closed -> shut: interval\n\nServices: 0 to add, 0 to change, 1 to rename, 0 to remove.\n";
    assert_eq!(said(&diff(&app, &admin, &[]).await), (Some(1), text.to_owned()));
    let found = difference(&app).await["services"]["renamed"].clone();
    assert_eq!(found, json!([{"name": "shut", "was": "closed", "keys": ["interval"]}]));

    write(&app, "services.yaml", &format!("{}wrong: {{type: tcp, properties: {{host: h, port: many}}}}\n", services(&target)));
    let (code, shown) = said(&diff(&app, &admin, &[]).await);
    assert!(code == Some(2) && shown.contains("A reload would be refused\n  ! ") && shown.contains("services.yaml:3:"), "{shown}");

    // It is not known what a list that is being written will change.
    let discovered = "shop: {type: tcp, discover: {file: shops.json}, properties: {host: '${each.host}', port: 9}}\n";
    write(&app, "services.yaml", &format!("{}{discovered}", services(&target)));
    write(&app, "shops.json", "[{\"targets\": [\"a");
    let (code, shown) = said(&diff(&app, &admin, &[]).await);
    let expected = "Lists of services that are not used as a whole\n  ! shop: ";
    assert!(code == Some(1) && shown.starts_with(expected) && shown.contains("shops.json is no JSON"), "{shown}");

    let operator = key(&app, "operator", "operate").await;
    for (key, part) in
        [("", "set the variable PLATUS_API_KEY"), ("wrong", "does not know the API key"), (&operator, "needs the role admin")]
    {
        let (code, shown) = said(&diff(&app, key, &[]).await);
        assert!(code == Some(2) && shown.contains(part), "{shown}");
        let (code, shown) = said(&diff(&app, key, &["--json"]).await);
        let shown: Value = serde_json::from_str(&shown).unwrap();
        assert!(code == Some(2) && shown["error"].as_str().unwrap().contains(part), "{shown}");
    }
    app.stop().await;
    let nowhere = spawn_blocking(|| platus(&["diff", "--url", "http://127.0.0.1:9"]).env("PLATUS_API_KEY", "k").output().unwrap());
    assert_eq!(said(&nowhere.await.unwrap()).0, Some(2));
}
