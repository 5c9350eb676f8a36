//! The configuration that is in use, and its reload.

use super::Context;
use super::api::{Answer, json};
use super::errors::ApiError;
use crate::auth::Principal;
use crate::reload::{Attempt, Changes, ConfigurationStatus, RequestedBy};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Extension, extract};
use serde::Serialize;
use std::sync::Arc;

/// `GET /config`: which configuration is in use, and what came of the latest reload. Administrators only: errors name files of the server.
pub async fn configuration(
    extract::State(context): extract::State<Arc<Context>>,
    Extension(caller): Extension<Principal>,
) -> Result<Response, ApiError> {
    if !caller.is_admin() {
        return Err(ApiError::Forbidden);
    }
    let ConfigurationStatus { digest, loaded, latest, succeeded, failed } = context.reloads.status();
    let services = context.settings.services.len();
    let latest_reload = latest.map(AttemptAnswer::from);
    let result = ConfigurationAnswer { digest, loaded: loaded.to_rfc3339(), services, succeeded, failed, latest_reload };
    Ok(json(&Answer { result }))
}

/// `POST /reload`: reads the configuration again, and answers with what has changed, or with 422 and every error.
pub async fn reload(
    extract::State(context): extract::State<Arc<Context>>,
    Extension(caller): Extension<Principal>,
) -> Result<Response, ApiError> {
    if !caller.is_admin() {
        return Err(ApiError::Forbidden);
    }
    let attempt = context.reloads.reload(RequestedBy::User(caller.name)).await.ok_or(ApiError::ShuttingDown)?;
    Ok(match attempt.outcome {
        Ok(changes) => json(&Answer { result: ChangesAnswer::from(changes) }),
        Err(errors) => (StatusCode::UNPROCESSABLE_ENTITY, json(&Refused { error: REFUSED, errors })).into_response(),
    })
}

const REFUSED: &str = "The configuration has errors; the previous one stays in use";

#[derive(Serialize)]
struct Refused {
    error: &'static str,
    errors: Vec<String>,
}

#[derive(Serialize)]
struct ConfigurationAnswer {
    digest: String,
    loaded: String,
    services: usize,
    /// Reloads since the start.
    succeeded: u64,
    failed: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    latest_reload: Option<AttemptAnswer>,
}

#[derive(Serialize)]
struct AttemptAnswer {
    at: String,
    by: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    changes: Option<ChangesAnswer>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<String>,
}

#[derive(Serialize)]
struct ChangesAnswer {
    added: usize,
    changed: usize,
    removed: usize,
    channels: usize,
}

impl From<Attempt> for AttemptAnswer {
    fn from(Attempt { at, by, outcome }: Attempt) -> Self {
        let (changes, errors) = match outcome {
            Ok(changes) => (Some(changes.into()), Vec::new()),
            Err(errors) => (None, errors),
        };
        Self { at: at.to_rfc3339(), by: by.to_string(), changes, errors }
    }
}

impl From<Changes> for ChangesAnswer {
    fn from(Changes { added, changed, removed, channels }: Changes) -> Self {
        Self { added, changed, removed, channels }
    }
}
