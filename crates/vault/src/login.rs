//! The login of Platus to Vault.

use super::error::VaultError;
use super::wire::{Answer, Wire};
use crate::{Credential, VaultLogin};
use serde_json::{Value, json};
use std::time::Duration;
use system::files::read_ordinary_text;
use tokio::time::Instant;
use yaml::Secret;

/// The size, in bytes, from which the file of a token is refused.
const CREDENTIAL_LIMIT: u64 = 64 * 1024;

/// A login that is valid for some time.
#[derive(Clone)]
pub(super) struct Token {
    pub secret: Secret,
    /// Its lifetime and the begin of that; absent for one that never expires, and when the lifetime is unknown.
    pub lease: Option<(Duration, Instant)>,
    pub is_renewable: bool,
}

impl Token {
    /// When to renew it: after two thirds of its lifetime, as the agent of Vault does.
    pub fn tend_at(&self) -> Option<Instant> {
        let (lasts, begun) = self.lease?;
        // A lifetime beyond the range of the clock needs no renewal.
        begun.checked_add(lasts / 3 * 2)
    }

    /// From the part `auth` of an answer.
    fn of_auth(auth: &Value) -> Option<Self> {
        let secret = Secret::new(auth["client_token"].as_str().filter(|token| is_header(token))?);
        Some(Self { secret, lease: lease(&auth["lease_duration"]), is_renewable: auth["renewable"].as_bool().unwrap_or(false) })
    }
}

fn lease(seconds: &Value) -> Option<(Duration, Instant)> {
    seconds.as_u64().filter(|seconds| *seconds > 0).map(|seconds| (Duration::from_secs(seconds), Instant::now()))
}

/// Logs in.
pub(super) async fn log_in(wire: &Wire, login: &VaultLogin) -> Result<Token, VaultError> {
    match login {
        VaultLogin::Token(token) => given(wire, read(token).await?).await,
        VaultLogin::AppRole { mount, role_id, secret_id } => {
            let secret_id = read(secret_id).await?;
            let body = json!({"role_id": role_id.expose(), "secret_id": secret_id.expose()});
            exchange(wire, &["auth", mount, "login"], &body).await
        }
        VaultLogin::Userpass { mount, username, password } => {
            let password = read(password).await?;
            exchange(wire, &["auth", mount, "login", username], &json!({"password": password.expose()})).await
        }
        VaultLogin::Kubernetes { mount, role, jwt } => {
            let jwt = read(jwt).await?;
            exchange(wire, &["auth", mount, "login"], &json!({"role": role, "jwt": jwt.expose()})).await
        }
    }
}

/// Renews a token. `None` when Vault does not renew it any more.
pub(super) async fn renew(wire: &Wire, token: &Token) -> Result<Option<Token>, VaultError> {
    let answer = wire.post(&["auth", "token", "renew-self"], &json!({}), Some(&token.secret)).await?;
    if let Some(failure) = answer.failure().filter(|failure| failure.kind == super::Kind::Away) {
        return Err(failure);
    }
    Ok(Token::of_auth(&answer.body["auth"]).filter(|renewed| renewed.lease.is_some()))
}

/// A configured token. Vault is asked for its lifetime; without an answer to that, it is used until it is refused. Fails when Vault does
/// not respond at all, so that no further request waits for it.
async fn given(wire: &Wire, secret: Secret) -> Result<Token, VaultError> {
    let looked_up = wire.get(&["auth", "token", "lookup-self"], &secret).await?;
    let data = Some(looked_up).filter(Answer::is_good).map(|answer| answer.body["data"].clone()).unwrap_or_default();
    Ok(Token { secret, lease: lease(&data["ttl"]), is_renewable: data["renewable"].as_bool().unwrap_or(false) })
}

async fn exchange(wire: &Wire, path: &[&str], body: &Value) -> Result<Token, VaultError> {
    let answer = wire.post(path, body, None).await?;
    if let Some(failure) = answer.failure() {
        return Err(VaultError::new(failure.kind, format!("the login failed: {failure}")));
    }
    let no_token = || VaultError::denied(format!("the login failed: {}", answer.reason()));
    Token::of_auth(&answer.body["auth"]).ok_or_else(no_token)
}

async fn read(credential: &Credential) -> Result<Secret, VaultError> {
    let path = match credential {
        Credential::Given(secret) => return Ok(secret.clone()),
        Credential::File(path) => path,
    };
    // Without its folder: rows show the error to users who may not see the folders of the server.
    let name = path.file_name().unwrap_or_default().display();
    let unreadable = |problem: String| VaultError::denied(format!("the file {name} cannot be used for the login: {problem}"));
    let (file, read) = (path.clone(), |path: std::path::PathBuf| read_ordinary_text(&path, CREDENTIAL_LIMIT));
    let text = tokio::task::spawn_blocking(move || read(file)).await.map_err(|error| unreadable(error.to_string()))?;
    let text = text.map_err(|error| unreadable(error.to_string()))?;
    match text.trim() {
        "" => Err(unreadable("it is empty".to_owned())),
        text if !is_header(text) => Err(unreadable("it holds more than one word".to_owned())),
        text => Ok(Secret::new(text)),
    }
}

/// Whether it can be sent as a header.
fn is_header(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}
