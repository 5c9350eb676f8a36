//! Silences and maintenance of operators.

use super::answer::{SilenceAnswer, WindowAnswer};
use super::body;
use super::caller_silences::CallerSilences;
use super::paging::Part;
use crate::auth::Principal;
use crate::http::Context;
use crate::http::api::{Answer, json};
use crate::http::errors::ApiError;
use crate::http::history::Query;
use axum::Extension;
use axum::body::Bytes;
use axum::extract;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::sync::Arc;

const PARAMETERS: &[&str] = &["limit", "after"];

const LIMIT: u32 = 100;
const MOST: u32 = 1000;

/// `GET /silences`: active and future silences of services that the caller may see.
pub async fn list(
    extract::State(context): extract::State<Arc<Context>>,
    Extension(caller): Extension<Principal>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let query = Query::read(query.as_deref(), PARAMETERS)?;
    let (after, limit) = (query.number("after", 0, 0..=u32::MAX)?, query.number("limit", LIMIT, 1..=MOST)?);
    let silences = CallerSilences::of(&context, &caller);
    let Part { silences: listed, next } = silences.after(u64::from(after), limit as usize);
    let windows = if after == 0 { silences.configured(context.clock.now()) } else { Vec::new() };
    Ok(json(&ListAnswer {
        result: listed.iter().map(|silence| SilenceAnswer::new(silence, &silences)).collect(),
        maintenance_windows: windows.into_iter().map(WindowAnswer::from).collect(),
        next,
    }))
}

#[derive(Serialize)]
struct ListAnswer<'a> {
    result: Vec<SilenceAnswer<'a>>,
    /// Those of the configuration, in its order. Only on the first page, and absent if there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    maintenance_windows: Vec<WindowAnswer>,
    /// The parameter `after` of the next page. Absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<u64>,
}

/// `POST /silences`: no notifications of these services for a while.
pub async fn create(
    extract::State(context): extract::State<Arc<Context>>,
    Extension(caller): Extension<Principal>,
    bytes: Bytes,
) -> Result<Response, ApiError> {
    if !caller.is_operator() {
        return Err(ApiError::NotOperator);
    }
    let silences = CallerSilences::of(&context, &caller);
    let silence = silences.create(body::read(&bytes)?).await?;
    let answer = Answer { result: SilenceAnswer::new(&silence, &silences) };
    Ok((StatusCode::CREATED, json(&answer)).into_response())
}

/// `POST /silences/ID/extend`: it ends later.
pub async fn extend(
    extract::State(context): extract::State<Arc<Context>>,
    Extension(caller): Extension<Principal>,
    id: Result<Path<u64>, PathRejection>,
    bytes: Bytes,
) -> Result<Response, ApiError> {
    let Path(id) = id.map_err(|_| ApiError::NotFound)?;
    let silences = CallerSilences::of(&context, &caller);
    let silence = silences.extend(id, body::read(&bytes)?).await?;
    Ok(json(&Answer { result: SilenceAnswer::new(&silence, &silences) }))
}

/// `DELETE /silences/ID`: ends it.
pub async fn withdraw(
    extract::State(context): extract::State<Arc<Context>>,
    Extension(caller): Extension<Principal>,
    id: Result<Path<u64>, PathRejection>,
) -> Result<Response, ApiError> {
    let Path(id) = id.map_err(|_| ApiError::NotFound)?;
    CallerSilences::of(&context, &caller).withdraw(id).await?;
    Ok(json(&Answer { result: true }))
}
