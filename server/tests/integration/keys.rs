//! API keys that administrators create and revoke with the API and on the page. Those of `keys.yaml` are in `authentication` and
//! `access`.

use crate::servers::redis::RedisServer;
use crate::test_app::{EventStream, TestApp, configuration};
use crate::waiting;
use chrono::{DateTime, TimeDelta, Utc};
use reqwest::{Method, StatusCode};
use rusqlite::Connection;
use serde_json::{Value, json};
use server::auth::{ApiKey, NewKey, Permission};
use server::config::keys_text;
use std::fs;

const SERVICES: &str = "
for-dev: {role: dev, interval: 3600, type: rest_http, properties: {host: 127.0.0.1, port: 9, protocol: http}, data: {name: for-dev}}
for-ops: {role: ops, interval: 3600, type: rest_http, properties: {host: 127.0.0.1, port: 9, protocol: http}, data: {name: for-ops}}
";

async fn create(app: &TestApp, user: &str, body: &Value) -> (StatusCode, Value) {
    let request = app.request(Method::POST, "/api/v1.0/keys").basic_auth(user, Some(user)).body(body.to_string());
    let response = request.send().await.unwrap();
    (response.status(), response.json().await.unwrap())
}

/// The id and the text of a new key.
async fn created(app: &TestApp, body: &Value) -> (u64, String) {
    let (status, answer) = create(app, "admin", body).await;
    assert_eq!(status, StatusCode::CREATED, "{answer}");
    (answer["result"]["id"].as_u64().unwrap(), answer["result"]["key"].as_str().unwrap().to_owned())
}

async fn list(app: &TestApp) -> Vec<Value> {
    let answer: Value = app.get_as("admin", "/api/v1.0/keys").await.json().await.unwrap();
    answer["result"].as_array().unwrap().clone()
}

async fn revoke(app: &TestApp, id: u64) -> StatusCode {
    let request = app.request(Method::DELETE, &format!("/api/v1.0/keys/{id}")).basic_auth("admin", Some("admin"));
    request.send().await.unwrap().status()
}

/// The status of a request with this key, and the names of the services that it sees.
async fn with_key(app: &TestApp, key: &str) -> (StatusCode, Vec<String>) {
    let response = app.request(Method::GET, "/api/v1.0/status").bearer_auth(key).send().await.unwrap();
    let status = response.status();
    let answer: Value = response.json().await.unwrap();
    let rows = answer["result"].as_array().cloned().unwrap_or_default();
    (status, rows.iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect())
}

#[tokio::test]
async fn a_key_is_shown_once_acts_for_its_user_and_is_refused_when_it_is_revoked() {
    let app = TestApp::start(SERVICES).await;
    let (id, key) = created(&app, &json!({"name": "ci", "user": "dev", "expires": "12h"})).await;
    assert_eq!(with_key(&app, &key).await, (StatusCode::OK, vec!["for-dev".to_owned()]));

    let listed = list(&app).await;
    assert_eq!(listed.len(), 1, "{listed:?}");
    let expected = json!({
        "id": id, "name": "ci", "user": "dev", "scope": "read", "source": "store", "author": "admin", "valid": true,
        "created": listed[0]["created"], "last_used": listed[0]["last_used"], "expires": listed[0]["expires"],
    });
    assert_eq!(listed[0], expected);
    let time = |name: &str| listed[0][name].as_str().unwrap().parse::<DateTime<Utc>>().unwrap();
    assert!(Utc::now() - time("created") < TimeDelta::minutes(2) && Utc::now() - time("last_used") < TimeDelta::minutes(2));
    assert!((time("expires") - time("created") - TimeDelta::hours(12)).abs() < TimeDelta::seconds(2));
    let page = app.get_as("admin", "/settings/users").await.text().await.unwrap();
    assert!(page.contains("data-key=\"ci\"") && !page.contains(&key), "{page}");
    let command = format!("<code>platus keys revoke NAME --config {}</code>", app.folder().join("config.yaml").display());
    assert!(page.contains(&command), "{page}");

    let opened = app.request(Method::GET, "/api/v1.0/events").bearer_auth(&key).send().await.unwrap();
    let mut stream = EventStream::of(opened);
    stream.until(|event| event.name == "heartbeat").await;
    assert_eq!(revoke(&app, id).await, StatusCode::OK);
    // It does not wait for the next time when its credentials are checked.
    while stream.next().await.is_some() {}
    assert_eq!(with_key(&app, &key).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!((revoke(&app, id).await, list(&app).await.len()), (StatusCode::NOT_FOUND, 0));
}

#[tokio::test]
async fn a_key_has_at_most_the_rights_of_its_user_and_a_name_of_its_own() {
    let app = TestApp::start(SERVICES).await;
    for (body, status, reason) in [
        (json!({"name": "a", "user": "dev", "scope": "operate"}), 400, "at most the scope `read`"),
        (json!({"name": "a", "user": "dev", "roles": ["ops"]}), 400, "does not have the role `ops`"),
        (json!({"name": "a", "user": "nobody"}), 400, "there is no user `nobody`"),
        (json!({"user": "dev"}), 400, "needs a name"),
        (json!({"name": "a", "user": "dev", "expire": "1h"}), 400, "unknown field `expire`"),
        (json!({"name": "a", "user": "dev", "expires": "soon"}), 400, "the expiry is wrong: expected days (90d)"),
    ] {
        let (found, answer) = create(&app, "admin", &body).await;
        assert_eq!(found.as_u16(), status, "{body}: {answer}");
        assert!(answer["error"].as_str().unwrap().contains(reason), "{body}: {answer}");
    }
    assert_eq!(list(&app).await.len(), 0);
    let (_, narrow) = created(&app, &json!({"name": "a", "user": "admin", "scope": "operate", "roles": ["ops"]})).await;
    assert_eq!(with_key(&app, &narrow).await, (StatusCode::OK, vec!["for-ops".to_owned()]));
    let (status, answer) = create(&app, "admin", &json!({"name": "a", "user": "dev"})).await;
    assert_eq!(status, StatusCode::CONFLICT, "{answer}");
    assert_eq!(create(&app, "dev", &json!({"name": "b", "user": "dev"})).await.0, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn there_are_at_most_a_thousand_keys() {
    let app = TestApp::start(SERVICES).await;
    for number in 0..1_000 {
        created(&app, &json!({"name": format!("key {number}"), "user": "dev"})).await;
    }
    let (status, answer) = create(&app, "admin", &json!({"name": "one more", "user": "dev"})).await;
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS, "{answer}");
    assert!(answer["error"].as_str().unwrap().contains("revoke some first"), "{answer}");
    let id = list(&app).await[0]["id"].as_u64().unwrap();
    assert_eq!(revoke(&app, id).await, StatusCode::OK);
    created(&app, &json!({"name": "one more", "user": "dev"})).await;
}

#[tokio::test]
async fn the_forms_of_the_page_create_and_revoke_keys_without_javascript() {
    let app = TestApp::start(SERVICES).await;
    let send = async |fields: &str| {
        let request = app.request(Method::POST, "/settings/users").basic_auth("admin", Some("admin"));
        let request = request.header("content-type", "application/x-www-form-urlencoded").body(fields.to_owned());
        let response = request.send().await.unwrap();
        (response.status(), response.headers().get("location").cloned(), response.text().await.unwrap())
    };
    let fields = "action=create_key&name=ci&user=dev&scope=read&roles=dev&expires=90d";
    let (status, _, page) = send(fields).await;
    assert_eq!(status, StatusCode::OK);
    let (_, rest) = page.split_once("data-key=\"created\">").unwrap_or_else(|| panic!("there is no key on the page: {page}"));
    let key = rest.split('<').next().unwrap();
    assert_eq!(with_key(&app, key).await, (StatusCode::OK, vec!["for-dev".to_owned()]));
    // Loading the page again sends the form again.
    let (status, _, page) = send(fields).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(page.contains("there is a key `ci` already") && !page.contains(key), "{page}");

    let id = list(&app).await[0]["id"].as_u64().unwrap();
    let (status, location, _) = send(&format!("action=revoke_key&id={id}")).await;
    assert_eq!((status, location.unwrap().to_str().unwrap()), (StatusCode::SEE_OTHER, "/settings/users?revoked"));
    assert_eq!(with_key(&app, key).await.0, StatusCode::UNAUTHORIZED);
    let (status, ..) = send(&format!("action=revoke_key&id={id}")).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

/// Keys of the store and of the file, over a restart; one of the store is revoked before it.
async fn restart(store: &str) {
    let folder = configuration(&format!("check_interval: 3600\n{store}"), SERVICES);
    let first = TestApp::start_in(folder).await;
    let (_, kept) = created(&first, &json!({"name": "kept", "user": "dev", "expires": "never"})).await;
    let (id, revoked) = created(&first, &json!({"name": "revoked", "user": "dev"})).await;
    assert_eq!(with_key(&first, &kept).await.0, StatusCode::OK);
    assert_eq!(revoke(&first, id).await, StatusCode::OK);

    let second = TestApp::start_in(first.stop_keeping_files().await).await;
    let listed = list(&second).await;
    assert_eq!(listed.len(), 1, "{listed:?}");
    assert!(listed[0]["name"] == "kept" && listed[0]["last_used"].is_string(), "{listed:?}");
    assert_eq!(with_key(&second, &kept).await.0, StatusCode::OK);
    assert_eq!(with_key(&second, &revoked).await.0, StatusCode::UNAUTHORIZED);
    let folder = second.stop_keeping_files().await;
    for file in fs::read_dir(folder.path()).unwrap() {
        let bytes = fs::read(file.unwrap().path()).unwrap_or_default();
        assert!(!bytes.windows(kept.len()).any(|part| part == kept.as_bytes()), "only the digest of a key is stored");
    }
}

#[tokio::test]
async fn keys_survive_a_restart_and_revoked_ones_do_not_in_sqlite() {
    restart("").await;
}

#[tokio::test]
async fn keys_survive_a_restart_and_revoked_ones_do_not_in_redis() {
    let redis = RedisServer::start(&[]);
    restart(&format!("persistent_data_backend: {{type: redis, data: {{host: 127.0.0.1, port: {}}}}}\n", redis.port)).await;
}

#[tokio::test]
async fn keys_of_the_file_work_without_the_store_and_those_of_the_store_when_it_is_connected() {
    let folder = configuration("check_interval: 3600\nconnect_timeout: 0.2\n", SERVICES);
    let first = TestApp::start_in(folder).await;
    let (_, kept) = created(&first, &json!({"name": "kept", "user": "dev"})).await;
    let folder = first.stop_keeping_files().await;
    let of_file = NewKey::random().unwrap();
    let key = ApiKey {
        name: "of the file".to_owned(),
        user: "dev".to_owned(),
        roles: None,
        scope: Permission::View,
        expires: None,
        digest: of_file.digest,
    };
    fs::write(folder.path().join("keys.yaml"), keys_text(&[key])).unwrap();
    let connection = Connection::open(folder.path().join("platus.db")).unwrap();
    connection.execute_batch("BEGIN IMMEDIATE").unwrap();

    let second = TestApp::start_in(folder).await;
    assert_eq!(with_key(&second, &of_file.text).await.0, StatusCode::OK);
    assert_eq!(with_key(&second, &kept).await.0, StatusCode::UNAUTHORIZED);
    let (_, meanwhile) = created(&second, &json!({"name": "meanwhile", "user": "dev"})).await;
    let (status, answer) = create(&second, "admin", &json!({"name": "of the file", "user": "dev"})).await;
    assert_eq!(status, StatusCode::CONFLICT, "{answer}");
    connection.execute_batch("ROLLBACK").unwrap();
    waiting::until("the key of the store is accepted", async || with_key(&second, &kept).await.0 == StatusCode::OK).await;
    let listed = list(&second).await;
    let names: Vec<_> = listed.iter().map(|key| (key["name"].as_str().unwrap(), key["source"].as_str().unwrap())).collect();
    assert_eq!(names, [("kept", "store"), ("meanwhile", "store"), ("of the file", "keys.yaml")]);

    let third = TestApp::start_in(second.stop_keeping_files().await).await;
    assert_eq!(with_key(&third, &meanwhile).await.0, StatusCode::OK);
}
