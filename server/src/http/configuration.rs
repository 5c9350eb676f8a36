//! The configuration that is in use, and its reload.

mod difference;

pub use difference::difference;

use super::Context;
use super::api::{Answer, json};
use super::errors::ApiError;
use crate::auth::Principal;
use crate::reload::{Attempt, Changes, ConfigurationStatus, DiscoveredList, NoResult, RequestedBy};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Extension, extract};
use difference::RESULT;
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
    let ConfigurationStatus { digest, loaded, is_reloading, latest, succeeded, failed, lists } = context.reloads.status();
    let services = context.settings.services.len();
    let latest_reload = latest.map(AttemptAnswer::from);
    let loaded = loaded.to_rfc3339();
    let lists = lists.into_iter().map(ListAnswer::from).collect();
    let result = ConfigurationAnswer { digest, loaded, services, reloading: is_reloading, succeeded, failed, latest_reload, lists };
    Ok(json(&Answer { result }))
}

/// `POST /reload`: reads the configuration again, and answers with what has changed, or with 422 and every error. If it takes long, the
/// answer is 202, and `GET /config` has the result.
pub async fn reload(
    extract::State(context): extract::State<Arc<Context>>,
    Extension(caller): Extension<Principal>,
) -> Result<Response, ApiError> {
    if !caller.is_admin() {
        return Err(ApiError::Forbidden);
    }
    reloaded(context.reloads.reload(RequestedBy::User(caller.name), RESULT).await)
}

fn reloaded(result: Result<Attempt, NoResult>) -> Result<Response, ApiError> {
    match result.map(|attempt| attempt.outcome) {
        Ok(Ok(changes)) => Ok(json(&Answer { result: ChangesAnswer::from(changes) })),
        Ok(Err(errors)) => Ok((StatusCode::UNPROCESSABLE_ENTITY, json(&Refused { error: REFUSED, errors })).into_response()),
        Err(NoResult::StillRunning) => {
            Ok((StatusCode::ACCEPTED, json(&Answer { result: Accepted { reloading: true } })).into_response())
        }
        Err(NoResult::ShuttingDown) => Err(ApiError::ShuttingDown),
    }
}

const REFUSED: &str = "The configuration has errors; the previous one stays in use";

#[derive(Serialize)]
struct Refused {
    error: &'static str,
    errors: Vec<String>,
}

/// The result is not known yet.
#[derive(Serialize)]
struct Accepted {
    reloading: bool,
}

#[derive(Serialize)]
struct ConfigurationAnswer {
    digest: String,
    loaded: String,
    services: usize,
    reloading: bool,
    /// Reloads since the start.
    succeeded: u64,
    failed: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    latest_reload: Option<AttemptAnswer>,
    /// The entries with `discover`.
    lists: Vec<ListAnswer>,
}

#[derive(Serialize)]
struct ListAnswer {
    entry: String,
    source: String,
    services: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl From<DiscoveredList> for ListAnswer {
    fn from(DiscoveredList { entry, source, services, failure }: DiscoveredList) -> Self {
        Self { entry, source, services, error: failure }
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use test_support::noon;

    #[test]
    fn the_status_says_what_came_of_a_reload() {
        let attempt = |outcome| Attempt { at: noon(), by: RequestedBy::Signal, outcome };
        let status = |result| reloaded(result).unwrap_or_else(IntoResponse::into_response).status();
        assert_eq!(status(Ok(attempt(Ok(Changes::default())))), StatusCode::OK);
        assert_eq!(status(Ok(attempt(Err(Vec::new())))), StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(status(Err(NoResult::StillRunning)), StatusCode::ACCEPTED);
        assert_eq!(status(Err(NoResult::ShuttingDown)), StatusCode::SERVICE_UNAVAILABLE);
    }
}
