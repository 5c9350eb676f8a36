//! What `RustyVault` cannot do, played from the answers that Vault's documentation shows: version 2 of the store, policies, tokens that
//! expire, renewal, Kubernetes. It is no Vault; `whole` asks a real one for most of it.

use super::{connect, read};
use crate::waiting;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use vault::VaultKey;

/// One request as it came: method and path, token, namespace, body.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Asked {
    pub(super) what: String,
    token: String,
    namespace: String,
    body: Value,
}

type Answers = dyn Fn(&Asked) -> (u16, Value) + Send + Sync;

/// Plays the documented answers.
pub(super) struct Documented {
    pub(super) port: u16,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Documented {
    async fn play(answers: impl Fn(&Asked) -> (u16, Value) + Send + Sync + 'static) -> Self {
        Self::play_at(Ipv4Addr::LOCALHOST.into(), answers).await
    }

    pub(super) async fn play_at(address: IpAddr, answers: impl Fn(&Asked) -> (u16, Value) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((address, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let state: (Arc<Answers>, _) = (Arc::new(answers), Arc::clone(&asked));
        let router = axum::Router::new().fallback(answer).with_state(state);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { port, asked }
    }

    fn backend(&self, rest: &str) -> String {
        format!("vault_backend:\n  host: 127.0.0.1\n  port: {}\n  protocol: http\n  cache_ttl: 0.001\n  {rest}\n", self.port)
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().iter().map(|asked| asked.what.clone()).collect()
    }
}

/// What the router is given.
type Playing = (Arc<Answers>, Arc<Mutex<Vec<Asked>>>);

async fn answer(State((answers, all)): State<Playing>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let header = |name: &str| parts.headers.get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
    let (token, namespace) = (header("x-vault-token"), header("x-vault-namespace"));
    let what = format!("{} {}", parts.method, parts.uri.path());
    let body: Bytes = axum::body::to_bytes(body, 1 << 16).await.unwrap();
    let asked = Asked { what, token, namespace, body: serde_json::from_slice(&body).unwrap_or_default() };
    let (status, body) = answers(&asked);
    all.lock().unwrap().push(asked);
    (StatusCode::from_u16(status).unwrap(), Json(body)).into_response()
}

fn denied() -> (u16, Value) {
    (403, json!({"errors": ["1 error occurred:\n\t* permission denied\n\n"]}))
}

pub(super) fn version_2(fields: Value) -> (u16, Value) {
    let metadata = json!({"created_time": "2026-01-01T00:00:00Z", "deletion_time": "", "destroyed": false, "version": 3});
    (200, json!({"request_id": "1", "data": {"data": fields, "metadata": metadata}, "warnings": null, "auth": null}))
}

#[tokio::test]
async fn the_engine_is_asked_for_once_and_version_2_is_read_below_its_data() {
    let vault = Documented::play(|asked| match asked.what.as_str() {
        "GET /v1/sys/internal/ui/mounts/team/kv/apps/shop" => {
            (200, json!({"data": {"path": "team/kv/", "type": "kv", "options": {"version": "2"}}}))
        }
        "GET /v1/team/kv/data/apps/shop" => version_2(json!({"password": "first", "user": "shop"})),
        _ => (404, json!({"errors": []})),
    })
    .await;
    let client = connect(&vault.backend("path: /v1/team/kv/\n  token: t\n  namespace: ns1/ns2"));
    assert_eq!(read(&client, "apps/shop#password").await.as_deref(), Ok("first"));
    assert_eq!(read(&client, "apps/shop#user").await.as_deref(), Ok("shop"));
    assert_eq!(
        vault.asked(),
        [
            "GET /v1/auth/token/lookup-self",
            "GET /v1/sys/internal/ui/mounts/team/kv/apps/shop",
            "GET /v1/team/kv/data/apps/shop",
            "GET /v1/team/kv/data/apps/shop"
        ]
    );
    let asked = vault.asked.lock().unwrap().clone();
    assert!(asked.iter().all(|asked| asked.token == "t" && asked.namespace == "ns1/ns2"), "{asked:?}");
}

#[tokio::test]
async fn a_policy_for_the_data_alone_is_enough() {
    let vault = Documented::play(|asked| match asked.what.as_str() {
        "GET /v1/secret/data/shop" => version_2(json!({"value": "first"})),
        _ => denied(),
    })
    .await;
    let client = connect(&vault.backend("token: t"));
    assert_eq!(read(&client, "shop").await.as_deref(), Ok("first"));
    assert_eq!(
        read(&client, "other").await,
        Err("Vault refuses: 1 error occurred:\n\t* permission denied (status 403)".to_owned())
    );
}

#[tokio::test]
async fn a_deleted_version_says_when() {
    let vault = Documented::play(|asked| match asked.what.as_str() {
        "GET /v1/secret/shop" => {
            let warning =
                "Invalid path for a versioned K/V secrets engine. See the API docs for the appropriate API endpoints to use.";
            (404, json!({"data": null, "warnings": [warning]}))
        }
        "GET /v1/secret/data/shop" => {
            let metadata = json!({"deletion_time": "2026-11-01T10:00:00Z", "destroyed": false, "version": 2});
            (404, json!({"data": {"data": null, "metadata": metadata}}))
        }
        _ => denied(),
    })
    .await;
    let client = connect(&vault.backend("token: t"));
    assert_eq!(read(&client, "shop").await, Err("it was deleted at 2026-11-01T10:00:00Z".to_owned()));
}

#[tokio::test]
async fn a_login_that_has_expired_is_made_anew() {
    let logins = Arc::new(Mutex::new(0));
    let counted = Arc::clone(&logins);
    let vault = Documented::play(move |asked| match (asked.what.as_str(), asked.token.as_str()) {
        ("POST /v1/auth/kubernetes/login", "") => {
            let mut logins = counted.lock().unwrap();
            *logins += 1;
            assert_eq!(asked.body, json!({"role": "platus", "jwt": "of-the-pod"}));
            (200, json!({"auth": {"client_token": format!("token-{logins}"), "lease_duration": 3600, "renewable": true}}))
        }
        ("GET /v1/secret/data/shop", "token-2") => version_2(json!({"value": "first"})),
        _ => denied(),
    })
    .await;
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "of-the-pod\n").unwrap();
    let login = format!("auth: {{method: kubernetes, role: platus, jwt_file: {}}}", file.path().display());
    let client = connect(&vault.backend(&login));
    assert_eq!(read(&client, "shop").await.as_deref(), Ok("first"));
    assert_eq!(*logins.lock().unwrap(), 2);
}

#[tokio::test]
async fn a_login_is_renewed_before_it_expires_and_made_anew_at_its_last_end() {
    let logins = Arc::new(Mutex::new((0, 0)));
    let counted = Arc::clone(&logins);
    let auth =
        |token: &str, lasts: u32| (200, json!({"auth": {"client_token": token, "lease_duration": lasts, "renewable": true}}));
    let vault = Documented::play(move |asked| match asked.what.as_str() {
        "POST /v1/auth/approle/login" => {
            counted.lock().unwrap().0 += 1;
            auth("token", 2)
        }
        "POST /v1/auth/token/renew-self" => {
            let mut counts = counted.lock().unwrap();
            counts.1 += 1;
            // Vault gives less and less time near the end of a token's life.
            auth("token", if counts.1 % 2 == 1 { 2 } else { 1 })
        }
        "GET /v1/secret/data/shop" => version_2(json!({"value": "first"})),
        _ => denied(),
    })
    .await;
    let client = connect(&vault.backend("auth: {method: approle, role_id: r, secret_id: s}"));
    assert_eq!(read(&client, "shop").await.as_deref(), Ok("first"));
    let stop = tokio_util::sync::CancellationToken::new();
    let tending = tokio::spawn(client.clone().tend(stop.clone()));
    waiting::until("there is a second login", async || logins.lock().unwrap().0 == 2).await;
    let (_, renewals) = *logins.lock().unwrap();
    assert_eq!(renewals, 2, "renewed once, and then there was too little time left");
    stop.cancel();
    tending.await.unwrap();
}

#[tokio::test]
async fn both_versions_are_written_in_their_form() {
    let vault = Documented::play(|asked| match asked.what.as_str() {
        "GET /v1/sys/internal/ui/mounts/secret/shop" => {
            (200, json!({"data": {"path": "secret/", "type": "kv", "options": {"version": "2"}}}))
        }
        "POST /v1/secret/data/shop" => (200, json!({"data": {"version": 4}})),
        _ => denied(),
    })
    .await;
    let client = connect(&vault.backend("token: t"));
    let fields = serde_json::Map::from_iter([("password".to_owned(), json!("second"))]);
    client.write("shop", &fields).await.unwrap();
    let asked = vault.asked.lock().unwrap().clone();
    assert_eq!(asked.last().unwrap().body, json!({"data": {"password": "second"}}));
    let error = client.write("other/x", &fields).await.unwrap_err().to_string();
    assert!(error.contains("permission denied"), "{error}");
}

#[tokio::test]
async fn a_path_is_encoded_once() {
    let vault = Documented::play(|asked| match asked.what.as_str() {
        "GET /v1/secret/a%20b%25%3F%23/K%C3%A4se%2520" => (200, json!({"data": {"value": "first"}})),
        _ => (404, json!({"errors": []})),
    })
    .await;
    let client = connect(&vault.backend("token: t"));
    assert_eq!(read(&client, "a b%?\\#/Käse%20").await.as_deref(), Ok("first"), "{:?}", vault.asked());
}

fn mount(version: &str) -> (u16, Value) {
    (200, json!({"data": {"path": "secret/", "type": "kv", "options": {"version": version}}}))
}

fn invalid_path() -> (u16, Value) {
    let warning = "Invalid path for a versioned K/V secrets engine. See the API docs for the appropriate API endpoints to use.";
    (404, json!({"data": null, "warnings": [warning]}))
}

#[tokio::test]
async fn an_engine_that_has_changed_its_version_is_found_out_again() {
    let is_version_2 = Arc::new(AtomicBool::new(false));
    let switch = Arc::clone(&is_version_2);
    let vault = Documented::play(move |asked| match (asked.what.as_str(), is_version_2.load(Ordering::Relaxed)) {
        ("GET /v1/sys/internal/ui/mounts/secret/shop", upgraded) => mount(if upgraded { "2" } else { "1" }),
        ("GET /v1/secret/shop", false) => (200, json!({"data": {"value": "first"}})),
        ("GET /v1/secret/shop" | "POST /v1/secret/shop", true) => invalid_path(),
        ("GET /v1/secret/data/shop", true) => version_2(json!({"value": "second"})),
        ("POST /v1/secret/data/shop", true) => (200, json!({"data": {"version": 4}})),
        _ => (404, json!({"errors": []})),
    })
    .await;
    let client = connect(&vault.backend("token: t"));
    let key = VaultKey::parse("shop").unwrap();
    let fresh = async || client.get_fresh(&key).await.map(|secret| secret.expose().to_owned());
    assert_eq!(fresh().await.as_deref(), Ok("first"));
    let writing = connect(&vault.backend("token: t"));
    assert_eq!(read(&writing, "shop").await.as_deref(), Ok("first"));
    switch.store(true, Ordering::Relaxed);
    // A test that is as quick as this would get the value that is known.
    waiting::until("the second value is read", async || fresh().await.as_deref() == Ok("second")).await;
    let fields = serde_json::Map::from_iter([("value".to_owned(), json!("third"))]);
    writing.write("shop", &fields).await.unwrap();
    assert_eq!(vault.asked().last().unwrap(), "POST /v1/secret/data/shop");
    switch.store(false, Ordering::Relaxed);
    waiting::until("the first value is read", async || fresh().await.as_deref() == Ok("first")).await;
}

#[tokio::test]
async fn a_path_of_the_api_gets_the_advice_to_omit_data() {
    let vault = Documented::play(|asked| match asked.what.as_str() {
        "GET /v1/sys/internal/ui/mounts/secret/data/apps/shop" => mount("2"),
        "GET /v1/secret/data/apps/shop" => version_2(json!({"value": "first"})),
        _ => (404, json!({"errors": []})),
    })
    .await;
    let hint = "; leave out `data/`, which Platus adds for version 2 of the engine";
    let client = connect(&vault.backend("token: t"));
    assert_eq!(read(&client, "data/apps/shop").await, Err(format!("there is nothing at secret/data/apps/shop{hint}")));
    let fields = serde_json::Map::from_iter([("value".to_owned(), json!("second"))]);
    let error = client.write("data/apps/shop", &fields).await.unwrap_err().to_string();
    assert_eq!(error, format!("it would be written to another place{hint}"));
    assert!(vault.asked().iter().all(|asked| asked.starts_with("GET ")), "{:?}", vault.asked());
}

#[tokio::test]
async fn a_path_that_repeats_the_engine_gets_the_advice_to_omit_it() {
    for version in ["1", "2"] {
        let vault = Documented::play(move |asked| match asked.what.as_str() {
            what if what.starts_with("GET /v1/sys/internal/ui/mounts/secret/") => mount(version),
            _ => (404, json!({"errors": []})),
        })
        .await;
        let client = connect(&vault.backend("token: t"));
        for (key, repeated, more) in [
            ("secret/data/apps/shop", "secret/data/", ", and Platus adds `data/` for version 2 of the engine"),
            ("secret/apps/shop", "secret/", ""),
        ] {
            let hint = format!("; leave out `{repeated}`: keys begin below the `path` of `vault_backend`{more}");
            assert_eq!(read(&client, key).await, Err(format!("there is nothing at secret/{key}{hint}")), "version {version}");
        }
        let other = read(&client, "secrets/shop").await;
        assert_eq!(other, Err("there is nothing at secret/secrets/shop".to_owned()), "version {version}");
        let fields = serde_json::Map::from_iter([("value".to_owned(), json!("second"))]);
        let error = client.write("secret/data/apps/shop", &fields).await.unwrap_err().to_string();
        assert!(error.starts_with("it would be written to another place; leave out `secret/data/`"), "{error}");
        assert!(vault.asked().iter().all(|asked| asked.starts_with("GET ")), "{:?}", vault.asked());
    }
}
