//! What a reload would change. The answer has names and keys, and no values.

use crate::auth::Principal;
use crate::http::Context;
use crate::http::api::{Answer, json};
use crate::http::errors::ApiError;
use crate::reload::{Changed, Differences, NamedDifferences, NoResult, Renamed};
use axum::response::Response;
use axum::{Extension, extract};
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;

/// How long a caller waits for the result of a comparison or a reload. It must be shorter than the time limit of answers.
pub(super) const RESULT: Duration = Duration::from_secs(25);

/// `GET /config/difference`: what a reload would change now, or why it would be refused.
pub async fn difference(
    extract::State(context): extract::State<Arc<Context>>,
    Extension(caller): Extension<Principal>,
) -> Result<Response, ApiError> {
    if !caller.is_admin() {
        return Err(ApiError::Forbidden);
    }
    match context.reloads.compare(RESULT).await {
        Ok(differences) => Ok(json(&Answer { result: DifferencesAnswer::from(differences) })),
        Err(NoResult::StillRunning) => Err(ApiError::NotCompared { validate: context.commands.validate.clone() }),
        Err(NoResult::ShuttingDown) => Err(ApiError::ShuttingDown),
    }
}

#[derive(Serialize)]
struct DifferencesAnswer {
    services: ServicesAnswer,
    users: NamedAnswer,
    channels: NamedAnswer,
    settings: Vec<String>,
    restart: Vec<String>,
    lists: Vec<String>,
    errors: Vec<String>,
}

#[derive(Serialize)]
struct ServicesAnswer {
    #[serde(flatten)]
    named: NamedAnswer,
    renamed: Vec<RenamedAnswer>,
}

#[derive(Serialize)]
struct NamedAnswer {
    added: Vec<String>,
    changed: Vec<ChangedAnswer>,
    removed: Vec<String>,
}

#[derive(Serialize)]
struct ChangedAnswer {
    name: String,
    keys: Vec<String>,
}

#[derive(Serialize)]
struct RenamedAnswer {
    name: String,
    was: String,
    keys: Vec<String>,
}

impl From<Differences> for DifferencesAnswer {
    fn from(Differences { mut services, users, channels, settings, restart, lists, errors }: Differences) -> Self {
        let renamed = std::mem::take(&mut services.renamed);
        let renamed = renamed.into_iter().map(|Renamed { name, was, keys }| RenamedAnswer { name, was, keys }).collect();
        let services = ServicesAnswer { named: services.into(), renamed };
        Self { services, users: users.into(), channels: channels.into(), settings, restart, lists, errors }
    }
}

impl From<NamedDifferences> for NamedAnswer {
    fn from(NamedDifferences { added, changed, removed, .. }: NamedDifferences) -> Self {
        let changed = changed.into_iter().map(|Changed { name, keys }| ChangedAnswer { name, keys });
        Self { added, changed: changed.collect(), removed }
    }
}
