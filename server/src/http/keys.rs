//! API keys, for administrators.

use super::Context;
use super::alerts::read_body;
use super::api::{Answer, json};
use super::errors::ApiError;
use crate::auth::{ListedKey, NewKeyRequest, Principal};
use axum::Extension;
use axum::body::Bytes;
use axum::extract::rejection::PathRejection;
use axum::extract::{self, Path};
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, SecondsFormat, Utc};
use model::{CreatedKeyView, KeyRefusal, KeyRequest, Roles};
use serde::Serialize;
use std::borrow::Cow;
use std::sync::Arc;
use system::foreign_text;

/// `GET /keys`: all API keys, sorted by user and name.
pub async fn list(
    extract::State(context): extract::State<Arc<Context>>,
    Extension(caller): Extension<Principal>,
) -> Result<Response, ApiError> {
    if !caller.is_admin() {
        return Err(ApiError::Forbidden);
    }
    let mut keys = context.keys.listed();
    keys.sort_by(|a, b| (&a.key.user, &a.key.name).cmp(&(&b.key.user, &b.key.name)));
    Ok(json(&Answer { result: keys.iter().map(|key| KeyAnswer::new(key, None)).collect::<Vec<_>>() }))
}

/// `POST /keys`: creates a key. Only this answer has its text.
pub async fn create(
    extract::State(context): extract::State<Arc<Context>>,
    Extension(caller): Extension<Principal>,
    bytes: Bytes,
) -> Result<Response, ApiError> {
    if !caller.is_admin() {
        return Err(ApiError::Forbidden);
    }
    let (key, text) = create_key(&context, &caller, &read_body(&bytes)?).await?;
    let answer = Answer { result: KeyAnswer::new(&key, Some(text)) };
    Ok((StatusCode::CREATED, [(CACHE_CONTROL, "no-store")], json(&answer)).into_response())
}

/// `DELETE /keys/ID`: revokes a key. It is refused at once, and its event streams end.
pub async fn revoke(
    extract::State(context): extract::State<Arc<Context>>,
    Extension(caller): Extension<Principal>,
    id: Result<Path<u64>, PathRejection>,
) -> Result<Response, ApiError> {
    if !caller.is_admin() {
        return Err(ApiError::Forbidden);
    }
    let Path(id) = id.map_err(|_| ApiError::NotFound)?;
    revoke_key(&context, &caller, id).await?;
    Ok(json(&Answer { result: true }))
}

/// Creates a key for the page.
pub(super) async fn create_for_page(
    context: &Context,
    caller: &Principal,
    request: &KeyRequest,
) -> Result<CreatedKeyView, ApiError> {
    let (listed, text) = create_key(context, caller, request).await?;
    Ok(CreatedKeyView { name: listed.key.name, text })
}

/// Revokes a key.
pub(super) async fn revoke_key(context: &Context, caller: &Principal, id: u64) -> Result<(), ApiError> {
    if !caller.is_admin() {
        return Err(ApiError::Forbidden);
    }
    let revoked = context.keys.revoke(id).await.ok_or(ApiError::NotFound)?;
    tracing::info!(key = revoked.name, user = revoked.user, by = caller.name, "An API key was revoked.");
    Ok(())
}

async fn create_key(context: &Context, caller: &Principal, request: &KeyRequest) -> Result<(ListedKey, String), ApiError> {
    if !caller.is_admin() {
        return Err(ApiError::Forbidden);
    }
    let request = NewKeyRequest::read(request, &context.users, Utc::now())?;
    let (listed, made) = context.keys.create(request, &caller.name).await?;
    let key = &listed.key;
    let expires = key.expires.map_or_else(|| "never".to_owned(), written);
    tracing::info!(
        key = key.name,
        user = key.user,
        scope = key.scope.scope(),
        expires,
        by = caller.name,
        "An API key was created."
    );
    Ok((listed, made.text))
}

#[derive(Serialize)]
struct KeyAnswer<'a> {
    /// Absent for a key of `keys.yaml`.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<u64>,
    name: Cow<'a, str>,
    user: Cow<'a, str>,
    scope: &'static str,
    /// Absent: those of its user.
    #[serde(skip_serializing_if = "Option::is_none")]
    roles: Option<Vec<&'a str>>,
    source: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    created: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    author: Option<&'a str>,
    /// Absent: never.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used: Option<String>,
    /// Absent: never.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires: Option<String>,
    /// Whether it is accepted now: it has not expired, and its user exists.
    valid: bool,
    /// The key itself, once.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
}

impl<'a> KeyAnswer<'a> {
    fn new(listed: &'a ListedKey, text: Option<String>) -> Self {
        let ListedKey { id, key, created, author, used, has_user } = listed;
        Self {
            id: *id,
            // An editor may have written any text into `keys.yaml`.
            name: foreign_text::line(&key.name),
            user: foreign_text::line(&key.user),
            scope: key.scope.scope(),
            roles: key.roles.as_ref().map(|roles: &Roles| roles.iter().collect()),
            source: if id.is_some() { "store" } else { "keys.yaml" },
            created: created.map(written),
            author: author.as_deref(),
            last_used: used.map(written),
            expires: key.expires.map(written),
            valid: *has_user && key.expires.is_none_or(|expires| expires > Utc::now()),
            key: text,
        }
    }
}

fn written(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

impl From<KeyRefusal> for ApiError {
    fn from(refusal: KeyRefusal) -> Self {
        match refusal {
            KeyRefusal::Ending => Self::ShuttingDown,
            refusal => Self::KeyRefused(refusal),
        }
    }
}
