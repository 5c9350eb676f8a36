//! The ways to log in, as far as the server of these tests has them.

use super::{connect, read};
use crate::servers::vault::{KV_READER, VaultServer};
use reqwest::Method;
use serde_json::json;
use std::fs;

#[tokio::test]
async fn each_way_to_log_in_opens_and_a_wrong_one_says_so() {
    let vault = VaultServer::start().await;
    vault.write("a", json!({"value": "first"})).await;
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &str| {
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        path.display().to_string()
    };
    let (role_id, secret_id) = vault.add_app_role("approle", json!({"token_policies": KV_READER})).await;
    vault.call(Method::POST, "sys/auth/userpass", json!({"type": "userpass"})).await;
    vault.call(Method::POST, "auth/userpass/users/platus", json!({"password": "s3cret", "token_policies": KV_READER})).await;
    for login in [
        format!("token: {}", vault.root_token),
        format!("token_file: {}", file("token", &format!("{}\n", vault.root_token))),
        format!("auth: {{method: approle, role_id: '{role_id}', secret_id: '{secret_id}'}}"),
        format!("auth: {{method: approle, mount: approle, role_id: '{role_id}', secret_id_file: {}}}", file("id", &secret_id)),
        "auth: {method: userpass, username: platus, password: s3cret}".to_owned(),
        format!("auth: {{method: userpass, username: platus, password_file: {}}}", file("password", "s3cret\n")),
    ] {
        assert_eq!(read(&connect(&vault.backend(&login)), "a").await.as_deref(), Ok("first"), "{login}");
    }
    for (login, expected) in [
        (format!("auth: {{method: approle, role_id: '{role_id}', secret_id: wrong}}"), "the login failed: "),
        ("auth: {method: userpass, username: platus, password: hidden-one}".to_owned(), "the login failed: "),
        (format!("token_file: {}/none", folder.path().display()), "cannot be used for the login: No such file"),
        (format!("token_file: {}", file("empty", "\n")), "cannot be used for the login: it is empty"),
        (format!("token_file: {}", file("two", "hidden one")), "cannot be used for the login: it holds more than one word"),
    ] {
        let error = read(&connect(&vault.backend(&login)), "a").await.unwrap_err();
        assert!(error.contains(expected) && !error.contains("hidden"), "{login}: {error}");
    }
}

#[tokio::test]
async fn a_new_token_in_the_file_is_taken_when_the_old_one_is_refused() {
    let vault = VaultServer::start().await;
    vault.write("a", json!({"value": "first"})).await;
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), "outdated").unwrap();
    let backend = vault.backend(&format!("token_file: {}", file.path().display())).replace("cache_ttl: 0.2", "cache_ttl: 0.001");
    let client = connect(&backend);
    assert!(read(&client, "a").await.is_err());
    fs::write(file.path(), &vault.root_token).unwrap();
    assert_eq!(read(&client, "a#value").await.as_deref(), Ok("first"), "another key, since the first is left alone for a while");
}
