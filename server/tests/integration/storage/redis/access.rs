//! Logins and encrypted connections.

use super::*;
use crate::servers::free_port;
use crate::targets::targets;
use std::path::PathBuf;

#[tokio::test]
async fn passwords_are_looked_at() {
    let server = RedisServer::start(&["--requirepass", "s3cret"]);
    let with = |more: Value| store_with(server.port, more);
    with(json!({"password": "s3cret", "db": 3})).load().await.unwrap();
    with(json!({"username": "default", "password": "s3cret"})).load().await.unwrap();
    assert_unusable(with(json!({})).load().await, "wants a password (NOAUTH); set `password`");
    let wrong = with(json!({"password": "marker"})).load().await;
    assert!(!format!("{wrong:?}").contains("marker"));
    assert_unusable(wrong, "does not accept the login (WRONGPASS); look at `username` and `password`");
    assert_unusable(with(json!({"password": "s3cret", "db": 99})).load().await, "has no database 99");
}

#[tokio::test]
async fn users_need_some_rights() {
    let server = RedisServer::start(&[
        "--user",
        "whole",
        "on",
        ">p",
        "~*",
        "+@all",
        "-@admin",
        "--user",
        "narrow",
        "on",
        ">p",
        "~platus:*",
        "+@all",
        "-@admin",
        "--user",
        "reader",
        "on",
        ">p",
        "~*",
        "+@read",
        "+@connection",
        "--user",
        "half",
        "on",
        ">p",
        "~*",
        "+@all",
        "-zadd",
    ]);
    let with = |username: &str| store_with(server.port, json!({"username": username, "password": "p"}));
    let shop = commit(1, vec![node(1, Some(status("Shop", State::Down)))]);
    // Without a right to the names of services, these are left out.
    let narrow = with("narrow");
    narrow.load().await.unwrap();
    narrow.commit(&shop).await.unwrap();
    assert_eq!(ask::<u32>(&server, &["EXISTS", "platus:node:shop:web1", "Shop"]), 1);
    let whole = with("whole");
    whole.load().await.unwrap();
    whole.commit(&Commit { number: 2, ..shop }).await.unwrap();
    assert_eq!(hash(&server, "Shop")["state"], "down");

    assert_unusable(with("reader").load().await, "has no right to what the store needs");
    // What a commit needs is tried at the start, for a script that fails half-way is half done.
    assert_unusable(with("half").load().await, "has no right to what the store needs");
}

#[tokio::test]
async fn the_authority_of_the_server_can_be_added() {
    let port = free_port();
    let file = |name: &str| PathBuf::from(targets().get("CA")).with_file_name(name).to_str().unwrap().to_owned();
    let (certificate, key, authority) = (file("server.crt"), file("server.key"), file("ca.crt"));
    let port_text = port.to_string();
    let server = RedisServer::start(&[
        "--tls-port",
        &port_text,
        "--tls-cert-file",
        &certificate,
        "--tls-key-file",
        &key,
        "--tls-ca-cert-file",
        &authority,
        "--tls-auth-clients",
        "no",
    ]);
    let with = |more: Value| store_with(port, more);
    let trusting = with(json!({"tls": true, "ca": targets().file("CA")}));
    trusting.load().await.unwrap();
    trusting.commit(&commit(1, Vec::new())).await.unwrap();
    assert_eq!(with(json!({"tls": true, "verify": false})).load().await.unwrap().last_commit, 1);
    assert_unusable(with(json!({"tls": true})).load().await, "is not trusted (unknown issuer); add the authority as `ca`");
    assert_away(with(json!({})).load().await, "if it speaks TLS, set `tls: true`");
    drop(server);
    let foolish: Settings = serde_json::from_value(json!({"host": "a", "ca": "PEM"})).unwrap();
    assert_eq!(RedisStore::new(foolish).err().unwrap(), "`ca` means nothing without TLS; add `tls: true`");
}
