//! The routes of one service, besides those of its history.

use super::answer::{PauseAnswer, ServiceAnswer};
use super::figures_answer::FiguresAnswer;
use super::view::{pause_view, place_of, settings, view};
use crate::auth::Principal;
use crate::http::Context;
use crate::http::alerts::{CallerSilences, read_body};
use crate::http::api::{Answer, json};
use crate::http::errors::ApiError;
use crate::http::history::Query;
use crate::http::history::question::written;
use axum::body::Bytes;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Extension, extract};
use chrono_tz::Tz;
use std::sync::Arc;

const PARAMETERS: &[&str] = &["tz"];

/// The context, the caller, and the id in the address.
type Id = Result<Path<String>, PathRejection>;

fn place(context: &Context, caller: &Principal, id: Id) -> Result<usize, ApiError> {
    let Path(id) = id.map_err(|_| ApiError::NotFound)?;
    place_of(context, caller, &id)
}

fn zone(query: Option<&str>) -> Result<Tz, ApiError> {
    Ok(Query::read(query, PARAMETERS)?.zone()?)
}

/// `GET /services/ID`: a service now.
pub async fn service(
    extract::State(context): extract::State<Arc<Context>>,
    Extension(caller): Extension<Principal>,
    id: Id,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let place = place(&context, &caller, id)?;
    let zone = zone(query.as_deref())?;
    written(ServiceAnswer::whole(view(&context, &caller, place)?, zone)).await
}

/// `GET /services/ID/figures`: availability, incidents and response times for several periods until now, of all nodes together or of
/// one.
pub async fn figures(
    extract::State(context): extract::State<Arc<Context>>,
    Extension(caller): Extension<Principal>,
    id: Id,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let query = Query::read(query.as_deref(), &["node"])?;
    let place = place(&context, &caller, id)?;
    let figures = super::figures::figures(&context, &caller, place, query.text("node")).await?;
    Ok(json(&Answer { result: FiguresAnswer::from(figures) }))
}

/// `POST /services/ID/check`: checks it now, and answers with what was found; with 202 if the check takes long and continues.
pub async fn check(
    extract::State(context): extract::State<Arc<Context>>,
    Extension(caller): Extension<Principal>,
    id: Id,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let place = place(&context, &caller, id)?;
    let zone = zone(query.as_deref())?;
    let has_ended = super::actions::check(&context, &caller, place).await?;
    let status = if has_ended { StatusCode::OK } else { StatusCode::ACCEPTED };
    let answer = written(ServiceAnswer::whole(view(&context, &caller, place)?, zone)).await?;
    Ok((status, answer).into_response())
}

/// `POST /services/ID/pause`: no checks and no notifications of it until it is resumed, or until a time.
pub async fn pause(
    extract::State(context): extract::State<Arc<Context>>,
    Extension(caller): Extension<Principal>,
    id: Id,
    bytes: Bytes,
) -> Result<Response, ApiError> {
    let service = &settings(&context, place(&context, &caller, id)?)?.id;
    if !caller.is_operator() {
        return Err(ApiError::NotOperator);
    }
    let pause = CallerSilences::of(&context, &caller).pause(service, read_body(&bytes)?).await?;
    Ok(json(&Answer { result: PauseAnswer::new(pause_view(&pause), Tz::UTC) }))
}

/// `POST /services/ID/resume`: ends its pause. Answers whether there was one.
pub async fn resume(
    extract::State(context): extract::State<Arc<Context>>,
    Extension(caller): Extension<Principal>,
    id: Id,
) -> Result<Response, ApiError> {
    let service = &settings(&context, place(&context, &caller, id)?)?.id;
    let was_paused = CallerSilences::of(&context, &caller).resume(service).await?;
    Ok(json(&Answer { result: was_paused }))
}
