//! Somebody works on an incident.

use super::answer::DirectiveAnswer;
use super::body;
use super::orders::Orders;
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

/// `PUT /incidents/ID/acknowledgement`: nobody else needs to be told of it before it ends.
pub async fn acknowledge(
    extract::State(context): extract::State<Arc<Context>>,
    Extension(caller): Extension<Principal>,
    id: Result<Path<u64>, PathRejection>,
    bytes: Bytes,
) -> Result<Response, ApiError> {
    let Path(incident) = id.map_err(|_| ApiError::NotFound)?;
    let orders = Orders::of(&context, &caller);
    let directive = orders.acknowledge(incident, body::read(&bytes)?).await?;
    Ok(json(&Answer { result: DirectiveAnswer::new(&directive, &orders) }))
}

/// `DELETE /incidents/ID/acknowledgement`: others are told again.
pub async fn withdraw_acknowledgement(
    extract::State(context): extract::State<Arc<Context>>,
    Extension(caller): Extension<Principal>,
    id: Result<Path<u64>, PathRejection>,
) -> Result<Response, ApiError> {
    let Path(incident) = id.map_err(|_| ApiError::NotFound)?;
    Orders::of(&context, &caller).withdraw_acknowledgement(incident).await?;
    Ok(json(&Answer { result: true }))
}
