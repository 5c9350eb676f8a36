//! Silences and maintenance that operators order.

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
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Extension, extract};
use std::sync::Arc;

/// `GET /silences`: what holds now or later and is about a service that the caller may see.
pub async fn list(extract::State(context): extract::State<Arc<Context>>, Extension(caller): Extension<Principal>) -> Response {
    let orders = Orders::of(&context, &caller);
    let all = orders.all();
    json(&Answer { result: all.iter().map(|directive| DirectiveAnswer::new(directive, &orders)).collect::<Vec<_>>() })
}

/// `POST /silences`: nobody is told of these services for a while.
pub async fn create(
    extract::State(context): extract::State<Arc<Context>>,
    Extension(caller): Extension<Principal>,
    bytes: Bytes,
) -> Result<Response, ApiError> {
    if !caller.is_operator() {
        return Err(ApiError::NotOperator);
    }
    let orders = Orders::of(&context, &caller);
    let directive = orders.hold(body::read(&bytes)?).await?;
    let answer = Answer { result: DirectiveAnswer::new(&directive, &orders) };
    Ok((StatusCode::CREATED, json(&answer)).into_response())
}

/// `DELETE /silences/ID`: it holds no more.
pub async fn withdraw(
    extract::State(context): extract::State<Arc<Context>>,
    Extension(caller): Extension<Principal>,
    id: Result<Path<u64>, PathRejection>,
) -> Result<Response, ApiError> {
    let Path(id) = id.map_err(|_| ApiError::NotFound)?;
    Orders::of(&context, &caller).withdraw(id).await?;
    Ok(json(&Answer { result: true }))
}
