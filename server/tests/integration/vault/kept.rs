//! Secrets that can be kept in Vault: properties of services, the data of stores and channels, and the passwords of users.

use crate::servers::redis::RedisServer;
use crate::servers::vault::VaultServer;
use crate::targets::OddServer;
use crate::test_app::{TestApp, USERS, configuration};
use crate::waiting;
use checks::CheckTypes;
use reqwest::StatusCode;
use serde_json::json;
use server::application::{Application, StartError};
use server::config::Config;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};

fn service(redis: &RedisServer) -> String {
    format!(
        "cache: {{role: dev, type: redis, properties: {{host: 127.0.0.1, port: {}, vault_password: 'apps/cache#password'}}, data: {{name: cache}}}}",
        redis.port
    )
}

#[tokio::test]
async fn a_service_gets_its_password_and_a_changed_one_without_a_restart() {
    let vault = VaultServer::start().await;
    vault.write("apps/cache", json!({"password": "first"})).await;
    let redis = RedisServer::start(&["--requirepass", "first"]);
    // Only the failure of a check has it read again.
    let backend = vault.backend(&format!("token: {}", vault.root_token)).replace("cache_ttl: 0.2", "cache_ttl: 3600");
    let app = TestApp::start_with(&format!("{backend}check_interval: 1\n"), &service(&redis), &CheckTypes::built_in()).await;
    app.until("cache", "operational").await;

    let mut stream = app.events("admin", &[]).await;
    vault.write("apps/cache", json!({"password": "second"})).await;
    let mut connection = redis.connect();
    use std::io::{Read, Write};
    connection.write_all(b"AUTH first\r\nCONFIG SET requirepass second\r\nCLIENT KILL TYPE normal SKIPME yes\r\n").unwrap();
    connection.read_exact(&mut [0; 10]).unwrap();
    stream.until(|event| event.data["name"] == "cache" && event.data["state"] != "operational").await;
    stream.until(|event| event.data["name"] == "cache" && event.data["state"] == "operational").await;
}

/// JSON numbers of most programs are rounded.
#[tokio::test]
async fn a_number_is_used_with_all_its_digits() {
    const NUMBER: &str = "12345678901234567890123.50";
    let redis = RedisServer::start(&["--requirepass", NUMBER]);
    let secret = format!("{{\"data\": {{\"data\": {{\"password\": {NUMBER}}}, \"metadata\": {{\"version\": 1}}}}}}");
    let vault = OddServer::answering_each(move |head| {
        let is_secret = head.starts_with("get /v1/secret/data/apps/cache ");
        let (status, body) = if is_secret { ("200 OK", secret.as_str()) } else { ("404 Not Found", "{\"errors\": []}") };
        format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n{body}", body.len())
    });
    let backend = format!("{{host: 127.0.0.1, port: {}, protocol: http, token: t}}", vault.address.port());
    let config = format!("vault: true\nvault_backend: {backend}\ncheck_interval: 1\n");
    let app = TestApp::start_with(&config, &service(&redis), &CheckTypes::built_in()).await;
    app.until("cache", "operational").await;
    app.stop().await;
}

#[tokio::test]
async fn the_settings_show_that_a_property_is_kept_in_vault_and_not_where() {
    let vault = VaultServer::start().await;
    vault.write("apps/cache", json!({"password": "first"})).await;
    let redis = RedisServer::start(&["--requirepass", "first"]);
    let backend = vault.backend(&format!("token: {}", vault.root_token));
    let app = TestApp::start_with(&backend, &service(&redis), &CheckTypes::built_in()).await;
    let page = app.get_as("admin", "/settings/configuration").await.text().await.unwrap();
    assert!(page.contains("(in Vault)") && page.contains("vault_backend.auth.method"), "{page}");
    for hidden in ["apps/cache", "first", &vault.root_token] {
        assert!(!page.contains(hidden), "{hidden}");
    }
}

#[tokio::test]
async fn a_store_is_reached_with_what_is_kept_in_vault_and_nothing_begins_without() {
    let vault = VaultServer::start().await;
    let redis = RedisServer::start(&["--requirepass", "first"]);
    let backend = vault.backend(&format!("token: {}", vault.root_token));
    let config = format!(
        "{backend}persistent_data_backend: {{type: redis, data: {{host: 127.0.0.1, port: {}, vault_password: stores/redis}}}}\n",
        redis.port
    );
    let folder = configuration(&config, "{}");
    let load = || Config::load(&folder.path().join("config.yaml"), &|_| None).unwrap();
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let error = Application::build(load(), &CheckTypes::built_in(), Some(listen)).await.err().unwrap();
    assert!(matches!(error, StartError::Secret(_)), "{error}");
    let message = error.to_string();
    assert!(
        message.contains("the secret `stores/redis` cannot be read from Vault: there is nothing at kv/stores/redis"),
        "{message}"
    );

    vault.write("stores/redis", json!({"value": "first"})).await;
    let app = TestApp::start_with(&config, "{}", &CheckTypes::built_in()).await;
    assert_eq!(app.get_as("admin", "/api/v1.0/services").await.status(), StatusCode::OK);
}

#[tokio::test]
async fn the_password_of_a_user_is_followed_and_a_change_ends_their_sessions() {
    let vault = VaultServer::start().await;
    vault.write("users/vera", json!({"value": "first"})).await;
    let backend = vault.backend(&format!("token: {}", vault.root_token));
    let folder = configuration(&backend, "{}");
    fs::write(folder.path().join("users.yaml"), format!("{USERS}vera: {{role: dev, vault_password: users/vera}}\n")).unwrap();
    let app = TestApp::start_in(folder).await;
    let status = async |password: &str| {
        let request = app.request(reqwest::Method::GET, "/api/v1.0/status").basic_auth("vera", Some(password));
        request.send().await.unwrap().status()
    };
    waiting::until("vera comes in", async || status("first").await == StatusCode::OK).await;
    let (_, cookie) = app.log_in("vera", "first", "/").await;
    let with_cookie = async || {
        let request = app.request(reqwest::Method::GET, "/api/v1.0/status").header("cookie", &cookie);
        request.send().await.unwrap().status()
    };
    assert_eq!(with_cookie().await, StatusCode::OK);
    vault.write("users/vera", json!({"value": "second"})).await;
    waiting::until("the session has ended", async || with_cookie().await == StatusCode::UNAUTHORIZED).await;
    assert_eq!((status("first").await, status("second").await), (StatusCode::UNAUTHORIZED, StatusCode::OK));
}
