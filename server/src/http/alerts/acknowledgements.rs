//! Acknowledgements: an operator works on an incident.

use super::answer::SilenceAnswer;
use super::body;
use super::caller_silences::CallerSilences;
use crate::auth::Principal;
use crate::http::Context;
use crate::http::api::{Answer, json};
use crate::http::errors::ApiError;
use axum::body::Bytes;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::response::Response;
use axum::{Extension, extract};
use std::sync::Arc;

/// `PUT /incidents/ID/acknowledgement`: no notifications of the incident but its recovery.
pub async fn acknowledge(
    extract::State(context): extract::State<Arc<Context>>,
    Extension(caller): Extension<Principal>,
    id: Result<Path<u64>, PathRejection>,
    bytes: Bytes,
) -> Result<Response, ApiError> {
    let Path(incident) = id.map_err(|_| ApiError::NotFound)?;
    let silences = CallerSilences::of(&context, &caller);
    let silence = silences.acknowledge(incident, body::read(&bytes)?).await?;
    Ok(json(&Answer { result: SilenceAnswer::new(&silence, &silences) }))
}

/// `DELETE /incidents/ID/acknowledgement`: notifications of the incident are sent again.
pub async fn withdraw_acknowledgement(
    extract::State(context): extract::State<Arc<Context>>,
    Extension(caller): Extension<Principal>,
    id: Result<Path<u64>, PathRejection>,
) -> Result<Response, ApiError> {
    let Path(incident) = id.map_err(|_| ApiError::NotFound)?;
    CallerSilences::of(&context, &caller).withdraw_acknowledgement(incident).await?;
    Ok(json(&Answer { result: true }))
}
