//! Puts questions to the store: a bounded number at once, each with a deadline.

use super::watched::Watched;
use crate::auth::Principal;
use crate::http::Context;
use crate::http::api::{Answer, json};
use crate::http::errors::ApiError;
use axum::response::Response;
use serde::Serialize;
use std::future::Future;
use std::time::Duration;
use storage::StoreError;
use tokio::time::timeout;

/// The places that a question takes.
#[derive(Clone, Copy, Debug)]
pub enum Weight {
    /// It is about one service, or about few records.
    Light = 1,
    /// It is about all that all services did.
    Heavy = 4,
}

/// How long a question waits for its place, and then for its answer.
const PLACE: Duration = Duration::from_secs(5);
const ANSWER: Duration = Duration::from_secs(15);

/// Asks the store something about these services.
pub async fn ask<T>(
    context: &Context,
    caller: &Principal,
    watched: &Watched<'_>,
    weight: Weight,
    question: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, ApiError> {
    never_seen(context, watched).map_err(|error| refusal(error, caller))?;
    let place = timeout(PLACE, context.readings.take(caller, weight as u32)).await.map_err(|_| ApiError::TooManyReadings)?;
    let _place = place.ok_or(ApiError::ShuttingDown)?;
    let late = || StoreError::Away(format!("the store did not answer within {} s", ANSWER.as_secs()));
    timeout(ANSWER, question).await.unwrap_or_else(|_| Err(late())).map_err(|error| refusal(error, caller))
}

/// Writes an answer, which can be long, where that keeps nobody waiting.
pub async fn written<T: Serialize + Send + 'static>(result: T) -> Result<Response, ApiError> {
    elsewhere(move || json(&Answer { result })).await
}

/// Does something that takes a while where that keeps nobody waiting.
pub async fn elsewhere(work: impl FnOnce() -> Response + Send + 'static) -> Result<Response, ApiError> {
    // A panic has been logged.
    tokio::task::spawn_blocking(work).await.map_err(|_| ApiError::ShuttingDown)
}

/// Fails when no node is known because the store could not be reached since the start of the process: what it holds is not known then,
/// which is not the same as that there is nothing.
fn never_seen(context: &Context, watched: &Watched<'_>) -> Result<(), StoreError> {
    if !watched.services.is_empty() && watched.services.iter().all(|(_, nodes)| nodes.is_empty()) {
        let health = context.store_health.borrow();
        if let Some(trouble) = &health.outage {
            return Err(StoreError::Away(trouble.message.clone()));
        }
    }
    Ok(())
}

/// What a store says is for operators, and is in the log.
fn refusal(error: StoreError, caller: &Principal) -> ApiError {
    let details = |text: &str| caller.is_admin().then(|| text.to_owned());
    match error {
        StoreError::Away(text) | StoreError::Misplaced(text) => ApiError::StoreAway { details: details(&text) },
        StoreError::Unusable(text) => {
            tracing::error!(error = text, "History cannot be read.");
            ApiError::StoreUnusable { details: details(&text) }
        }
    }
}
