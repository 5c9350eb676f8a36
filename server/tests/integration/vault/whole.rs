//! What `RustyVault` lacks and `OpenBao` and Vault have: version 2 of the store, policies that are enforced, tokens that expire.

use super::{assert_denied, connect, program, read};
use crate::servers::vault::{KV_READER, VaultServer};
use crate::test_app::configuration;
use crate::waiting;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::fs;
use std::io::Write;

/// Where the machine has neither `OpenBao` nor Vault, this passes without having shown anything, and says so: a test that is skipped
/// counts as failed, and `documented` shows the same against answers that are played.
#[tokio::test]
async fn what_only_openbao_and_vault_can_do_is_done_where_one_of_them_is() {
    let Some(vault) = VaultServer::start_whole().await else {
        // Not by a macro, whose output is shown only when a test fails.
        let told =
            b"There is neither OpenBao nor Vault here: version 2, policies and expiry were not tried against a real server.\n";
        std::io::stderr().write_all(told).unwrap();
        return;
    };
    vault.write("a", json!({"value": "first"})).await;
    version_2_is_found_and_read(&vault).await;
    what_a_policy_does_not_allow_is_denied(&vault).await;
    version_2_is_written_by_who_may_only_write(&vault).await;
    a_login_that_has_expired_is_made_anew(&vault).await;
    a_login_is_renewed_and_outlives_its_time(&vault).await;
    a_given_token_that_has_expired_is_told(&vault).await;
}

async fn version_2_is_found_and_read(vault: &VaultServer) {
    add_version_2(vault, "team/kv").await;
    for (path, fields) in [
        ("apps/shop", json!({"password": "old"})),
        ("apps/shop", json!({"password": "first", "user": "shop"})),
        ("deleted", json!({"value": "hidden"})),
        ("destroyed", json!({"value": "hidden"})),
    ] {
        vault.call(Method::POST, &format!("team/kv/data/{path}"), json!({"data": fields})).await;
    }
    vault.call(Method::DELETE, "team/kv/data/deleted", Value::Null).await;
    vault.call(Method::PUT, "team/kv/destroy/destroyed", json!({"versions": [1]})).await;

    let client = connect(&vault.backend_at("team/kv", &format!("token: {}", vault.root_token)));
    assert_eq!(read(&client, "apps/shop#password").await.as_deref(), Ok("first"));
    assert_eq!(read(&client, "apps/shop#user").await.as_deref(), Ok("shop"));
    let several = "it has several fields; say which, as apps/shop#FIELD: password, user";
    assert_eq!(read(&client, "apps/shop").await, Err(several.to_owned()));
    let deleted = read(&client, "deleted").await.unwrap_err();
    assert!(deleted.starts_with("it was deleted at 2"), "{deleted}");
    assert_eq!(read(&client, "destroyed").await, Err("there is nothing at team/kv/destroyed".to_owned()));
    assert_eq!(read(&client, "nowhere").await, Err("there is nothing at team/kv/nowhere".to_owned()));
}

async fn what_a_policy_does_not_allow_is_denied(vault: &VaultServer) {
    add_version_2(vault, "policed").await;
    for path in ["allowed", "other"] {
        vault.call(Method::POST, &format!("policed/data/{path}"), json!({"data": {"value": path}})).await;
    }
    vault.add_policy("one-of-policed", "policed/data/allowed", "read").await;
    vault.write("other", json!({"value": "other"})).await;
    vault.add_policy("one-of-kv", "kv/a", "read").await;
    let policies = json!(["one-of-policed", "one-of-kv"]);
    let token = add_token(vault, json!({"policies": policies})).await;
    let (role_id, secret_id) = vault.add_app_role("policed-role", json!({"token_policies": policies})).await;
    for login in [
        format!("token: {token}"),
        format!("auth: {{method: approle, mount: policed-role, role_id: '{role_id}', secret_id: '{secret_id}'}}"),
    ] {
        let version_2 = connect(&vault.backend_at("policed", &login));
        assert_eq!(read(&version_2, "allowed").await.as_deref(), Ok("allowed"), "{login}");
        assert_denied(&read(&version_2, "other").await);
        let version_1 = connect(&vault.backend(&login));
        assert_eq!(read(&version_1, "a").await.as_deref(), Ok("first"), "{login}");
        assert_denied(&read(&version_1, "other").await);
    }
}

async fn version_2_is_written_by_who_may_only_write(vault: &VaultServer) {
    add_version_2(vault, "written").await;
    vault.add_policy("writer", "written/data/*", "create, update").await;
    let token = add_token(vault, json!({"policies": ["writer"]})).await;
    let folder = configuration(&vault.backend_at("written", &format!("token: {token}")), "{}");
    let run = |arguments: &[&str]| program::run(folder.path(), arguments);
    let ok = |told: &str| (0, told.to_owned(), String::new());
    for secrets in ["apps/shop: {password: old, user: shop}\n", "apps/shop: {password: first}\n"] {
        fs::write(folder.path().join("secrets.yaml"), secrets).unwrap();
        assert_eq!(run(&["write", "secrets.yaml"]), ok("1/1 apps/shop: written.\n"));
    }
    let written = vault.call(Method::GET, "written/data/apps/shop", Value::Null).await;
    assert_eq!(written["data"]["data"], json!({"password": "first"}), "all that was there before is replaced");
    assert_eq!(written["data"]["metadata"]["version"], 2, "{written}");
    let (code, _, told) = run(&["read", "apps/shop"]);
    assert!(
        code == 1 && told.contains("apps/shop cannot be read: Vault refuses: ") && told.contains("permission denied"),
        "{told}"
    );
}

async fn a_login_that_has_expired_is_made_anew(vault: &VaultServer) {
    let properties = json!({"token_policies": KV_READER, "token_ttl": "2s", "token_max_ttl": "2s"});
    let (role_id, secret_id) = vault.add_app_role("short", properties).await;
    let login = format!("auth: {{method: approle, mount: short, role_id: '{role_id}', secret_id: '{secret_id}'}}");
    let client = connect(&vault.backend(&login));
    assert_eq!(read(&client, "a").await.as_deref(), Ok("first"));
    waiting::until("the login has expired", async || logins(vault, "short").await.is_empty()).await;
    assert_eq!(read(&client, "a#value").await.as_deref(), Ok("first"), "another key, since the first is still known");
}

async fn a_login_is_renewed_and_outlives_its_time(vault: &VaultServer) {
    const TTL: i64 = 2;
    let properties = json!({"token_policies": KV_READER, "token_ttl": TTL});
    let (role_id, secret_id) = vault.add_app_role("renewed", properties).await;
    let login = format!("auth: {{method: approle, mount: renewed, role_id: '{role_id}', secret_id: '{secret_id}'}}");
    let client = connect(&vault.backend(&login));
    assert_eq!(read(&client, "a").await.as_deref(), Ok("first"));
    let stop = tokio_util::sync::CancellationToken::new();
    let tending = tokio::spawn(client.tend(stop.clone()));
    waiting::until("a login was renewed after the time it had at first", async || {
        let seconds = |login: &Value, what: &str| login[what].as_i64().unwrap_or_default();
        let logins = logins(vault, "renewed").await;
        logins.iter().any(|login| seconds(login, "last_renewal_time") > seconds(login, "creation_time") + TTL)
    })
    .await;
    stop.cancel();
    tending.await.unwrap();
}

async fn a_given_token_that_has_expired_is_told(vault: &VaultServer) {
    let token = add_token(vault, json!({"policies": [KV_READER], "ttl": "3s"})).await;
    let client = connect(&vault.backend(&format!("token: {token}")));
    assert_eq!(read(&client, "a").await.as_deref(), Ok("first"));
    waiting::until("the token has expired", async || {
        let (status, _) = vault.ask(Method::POST, "auth/token/lookup", json!({"token": token})).await;
        status != StatusCode::OK
    })
    .await;
    let denied = read(&client, "a#value").await;
    assert_denied(&denied);
    let trouble = client.health().borrow().outage.clone().unwrap();
    assert_eq!(trouble.message, denied.unwrap_err());
    assert_eq!(read(&client, "a").await.as_deref(), Ok("first"), "the last good value is used");
}

/// Mounts a store of keys and values in version 2, and waits until it is ready: it refuses everything for a moment.
async fn add_version_2(vault: &VaultServer, mount: &str) {
    vault.call(Method::POST, &format!("sys/mounts/{mount}"), json!({"type": "kv", "options": {"version": "2"}})).await;
    let config = format!("{mount}/config");
    waiting::until("the store is ready", async || vault.ask(Method::GET, &config, Value::Null).await.0 == StatusCode::OK).await;
}

async fn add_token(vault: &VaultServer, properties: Value) -> String {
    let created = vault.call(Method::POST, "auth/token/create", properties).await;
    created["auth"]["client_token"].as_str().unwrap().to_owned()
}

/// What Vault knows of the tokens that are good and came of a login at this mount.
async fn logins(vault: &VaultServer, mount: &str) -> Vec<Value> {
    let listed = vault.call(Method::GET, "auth/token/accessors?list=true", Value::Null).await;
    let path = format!("auth/{mount}/login");
    let mut logins = Vec::new();
    for accessor in listed["data"]["keys"].as_array().unwrap() {
        // One that has expired since it was listed is not found.
        let (_, known) = vault.ask(Method::POST, "auth/token/lookup-accessor", json!({"accessor": accessor})).await;
        if known["data"]["path"] == *path {
            logins.push(known["data"].clone());
        }
    }
    logins
}
