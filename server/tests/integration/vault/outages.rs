//! Vault is sealed, away, or replaced by another server.

use super::{assert_denied, connect, read};
use crate::command_line::platus;
use crate::rest_http::close_notify;
use crate::servers::redis::RedisServer;
use crate::servers::vault::{Certificate, KV_READER, VaultServer};
use crate::targets::targets;
use crate::test_app::{TestApp, configuration};
use crate::waiting;
use checks::CheckTypes;
use serde_json::{Value, json};
use std::path::Path;

async fn failure(app: &TestApp) -> Value {
    let request = app.request(reqwest::Method::POST, "/rpc/settings").basic_auth("admin", Some("admin"));
    let answer: Value = request.header("content-type", "application/json").body("{}").send().await.unwrap().json().await.unwrap();
    answer["vault"]["trouble"].clone()
}

#[tokio::test]
async fn the_last_good_value_goes_on_while_vault_is_away_and_a_new_service_says_what_is_wrong() {
    let mut vault = VaultServer::start().await;
    vault.write("apps/cache", json!({"password": "first"})).await;
    let (role_id, secret_id) = vault.add_app_role("approle", json!({"token_policies": KV_READER})).await;
    let redis = RedisServer::start(&["--requirepass", "first"]);
    let login = format!("auth: {{method: approle, role_id: '{role_id}', secret_id: '{secret_id}'}}");
    let config = format!("{}check_interval: 1\n", vault.backend(&login));
    let services = format!(
        "cache: {{type: redis, properties: {{host: 127.0.0.1, port: {}, vault_password: 'apps/cache#password'}}, data: {{name: cache}}}}",
        redis.port
    );
    let app = TestApp::start_with(&config, &services, &CheckTypes::built_in()).await;
    app.until("cache", "operational").await;
    assert_eq!(failure(&app).await, Value::Null);

    vault.kill();
    waiting::until("the settings say so", async || !failure(&app).await.is_null()).await;
    let first = failure(&app).await;
    assert!(first["message"].as_str().unwrap().starts_with("no answer from http://127.0.0.1:"), "{first}");
    vault.start_again();
    waiting::until("it is sealed", async || failure(&app).await["message"] == "Vault is sealed").await;
    assert_eq!(failure(&app).await["since"], first["since"], "it has never been well in between");
    let mut stream = app.events("admin", &[]).await;
    let checked = stream.until(|event| event.data["name"] == "cache").await;
    assert_eq!(checked.data["state"], "operational", "the last good value is used");

    let second = TestApp::start_with(&config, &services, &CheckTypes::built_in()).await;
    let mut stream = second.events("admin", &[]).await;
    let row = stream.until(|event| event.data["name"] == "cache" && !event.data["message"].is_null()).await.data;
    assert_eq!(row["state"], "unknown");
    let message = row["message"].as_str().unwrap();
    assert!(message.contains("the secret `apps/cache#password` cannot be read from Vault: "), "{message}");
    assert!(message.ends_with("Vault is sealed") && !message.contains("services.yaml"), "{message}");

    vault.unseal().await;
    second.until("cache", "operational").await;
    waiting::until("all is well", async || failure(&app).await.is_null() && failure(&second).await.is_null()).await;
}

#[tokio::test]
async fn vault_is_verified_like_any_other_server() {
    let (ca, cert) = (targets().file("CA"), targets().get("CA").replace("ca.crt", "server.crt"));
    let key = cert.replace(".crt", ".key");
    let vault = VaultServer::start_with_tls(Certificate { cert: Path::new(&cert), key: Path::new(&key) }).await;
    vault.write("a", json!({"value": "first"})).await;
    let token = format!("token: {}", vault.root_token);
    let trusting = connect(&vault.backend(&format!("{token}\n  ca: {}", serde_json::to_string(&ca).unwrap())));
    assert_eq!(read(&trusting, "a").await.as_deref(), Ok("first"));
    let careless = connect(&vault.backend(&format!("{token}\n  verify: false")));
    assert_eq!(read(&careless, "a").await.as_deref(), Ok("first"));
    let strict = read(&connect(&vault.backend(&token)), "a").await.unwrap_err();
    assert!(strict.contains("is not trusted (unknown issuer); add the authority as `ca`"), "{strict}");
}

#[tokio::test]
async fn a_property_that_is_not_secret_is_reported_by_name() {
    let vault = VaultServer::start().await;
    vault.write("several", json!({"user": "a", "password": "hidden"})).await;
    vault.write("deep/er/still", json!({"value": "first"})).await;
    let client = connect(&vault.backend(&format!("token: {}", vault.root_token)));
    assert_eq!(read(&client, "deep/er/still").await.as_deref(), Ok("first"));
    assert_eq!(read(&client, "several#user").await.as_deref(), Ok("a"));
    let error = |text: &str| Err(text.to_owned());
    assert_eq!(read(&client, "several").await, error("it has several fields; say which, as several#FIELD: password, user"));
    assert_eq!(read(&client, "several#passwd").await, error("it has no field `passwd`, but password, user"));
    assert_eq!(read(&client, "nowhere").await, error("there is nothing at kv/nowhere"));
    let stranger = connect(&vault.backend("token: wrong"));
    assert_denied(&read(&stranger, "several#user").await);
}

/// With as much patience as this, a check that waited for Vault would wait longer than the test.
#[tokio::test]
async fn a_vault_that_does_not_answer_delays_no_check_whose_value_is_known() {
    let vault = VaultServer::start().await;
    vault.write("apps/cache", json!({"password": "first"})).await;
    let redis = RedisServer::start(&["--requirepass", "first"]);
    let backend = vault.backend(&format!("token: {}\n  timeout: 600", vault.root_token));
    let services = format!(
        "cache: {{type: redis, properties: {{host: 127.0.0.1, port: {}, vault_password: 'apps/cache#password'}}, data: {{name: cache}}}}",
        redis.port
    );
    let app = TestApp::start_with(&format!("{backend}check_interval: 1\n"), &services, &CheckTypes::built_in()).await;
    app.until("cache", "operational").await;
    vault.pause();
    let mut stream = app.events("admin", &[]).await;
    for _ in 0..3 {
        let checked = stream.until(|event| event.data["name"] == "cache").await;
        assert_eq!(checked.data["state"], "operational", "{checked:?}");
    }
}

/// What a library says of a connection that ends without a farewell has an address of its documentation in it.
#[tokio::test]
async fn a_row_with_a_reason_from_vault_has_no_link_to_documentation() {
    for answer in [
        &b""[..],
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"data\"",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    ] {
        let server = close_notify::server(answer, false);
        let ca = server["ca"].as_str().unwrap().replace('\n', "\n    ");
        let config = format!(
            "vault: true\nvault_backend:\n  host: 127.0.0.1\n  port: {}\n  protocol: https\n  token: t\n  ca: |\n    {ca}\ncheck_interval: 1\n",
            server["port"]
        );
        let services = "cache: {type: redis, properties: {host: h, vault_password: 'apps/cache#password'}, data: {name: cache}}";
        let app = TestApp::start_with(&config, services, &CheckTypes::built_in()).await;
        let mut stream = app.events("admin", &[]).await;
        let row = stream.until(|event| event.data["name"] == "cache" && !event.data["message"].is_null()).await.data;
        let message = row["message"].as_str().unwrap();
        assert!(row["state"] == "unknown" && message.contains("no answer from https://127.0.0.1:"), "{message}");
        let rest = message.replace("https://127.0.0.1", "");
        assert!(!rest.contains("http") && !rest.contains("docs.rs"), "{message}");
    }
}

/// Nothing was read before, so nothing of that is used.
#[test]
fn the_log_says_that_there_are_no_values_from_before() {
    let port = targets().port("CLOSED");
    let backend =
        format!("vault: true\nvault_backend: {{host: 127.0.0.1, port: {port}, protocol: http, token: t}}\ncheck_interval: 1\n");
    let services = "cache: {type: redis, properties: {host: h, vault_password: 'apps/cache#password'}, data: {name: cache}}";
    let folder = configuration(&backend, services);
    let config = folder.path().join("config.yaml");
    let output = platus(&["probe", "--config", config.to_str().unwrap()]).output().unwrap();
    let log = String::from_utf8(output.stderr).unwrap();
    assert!(
        log.contains("Secrets cannot be read from Vault; no value was read before, so checks and channels that need one fail."),
        "{log}"
    );
    assert!(!log.contains("last good"), "{log}");
}
