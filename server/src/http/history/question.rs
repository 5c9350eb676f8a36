//! Queries to the store: a bounded number at once, each with a deadline.

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

/// The number of places that a query takes.
#[derive(Clone, Copy, Debug)]
pub enum Weight {
    /// About one service, or few records.
    Light = 1,
    /// About all records of all services.
    Heavy = 4,
}

/// How long a query waits for its place, and then for its answer.
const PLACE: Duration = Duration::from_secs(5);
const ANSWER: Duration = Duration::from_secs(15);

/// Queries the store about these services.
pub async fn ask<T>(
    context: &Context,
    caller: &Principal,
    watched: &Watched<'_>,
    weight: Weight,
    question: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, ApiError> {
    never_seen(context, watched).map_err(|error| refusal(error, caller))?;
    let place =
        timeout(PLACE, context.history_queries.take(caller, weight as u32)).await.map_err(|_| ApiError::TooManyHistoryQueries)?;
    let _place = place.ok_or(ApiError::ShuttingDown)?;
    let late = || StoreError::Away(format!("the store did not answer within {} s", ANSWER.as_secs()));
    timeout(ANSWER, question).await.unwrap_or_else(|_| Err(late())).map_err(|error| refusal(error, caller))
}

/// Serialises an answer, which can be long, on a blocking thread.
pub async fn written<T: Serialize + Send + 'static>(result: T) -> Result<Response, ApiError> {
    elsewhere(move || json(&Answer { result })).await
}

/// Does work that takes a while on a blocking thread.
pub async fn elsewhere(work: impl FnOnce() -> Response + Send + 'static) -> Result<Response, ApiError> {
    // A panic has been logged.
    tokio::task::spawn_blocking(work).await.map_err(|_| ApiError::ShuttingDown)
}

/// Fails if no node is known because the store could not be reached since the start of the process: its content is unknown then, not
/// empty.
fn never_seen(context: &Context, watched: &Watched<'_>) -> Result<(), StoreError> {
    if !watched.services.is_empty() && watched.services.iter().all(|(_, nodes)| nodes.is_empty()) {
        let health = context.store_health.borrow();
        if let Some(message) = health.outage.as_ref().map(|outage| outage.message.clone()) {
            return Err(StoreError::Away(message));
        }
    }
    Ok(())
}

/// Only administrators see the error of the store. It is also in the log.
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
