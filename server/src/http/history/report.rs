//! Availability reports.

mod answer;
mod data;
mod form;
mod request;

use super::query::Query;
use super::question::{Weight, ask, elsewhere};
use super::watched::Watched;
use crate::auth::Principal;
use crate::http::Context;
use crate::http::errors::ApiError;
use answer::ReportAnswer;
use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use data::ReportData;
pub use form::Form;
use request::ReportRequest;
use std::sync::Arc;

const PARAMETERS: &[&str] = &["from", "to", "tz", "maintenance", "format"];

/// `GET /report`: the availability of every service that the caller may see and of its nodes, as JSON or as a table.
pub async fn report(
    State(context): State<Arc<Context>>,
    Extension(caller): Extension<Principal>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let query = Query::read(query.as_deref(), PARAMETERS)?;
    let form = Form::wanted(&query, &headers)?;
    let request = ReportRequest::read(&query, &context)?;
    let watched = Watched::all(&context, &caller);
    let data = ask(&context, &caller, &watched, Weight::Heavy, ReportData::read(&context, &watched, &request)).await?;
    let report = ReportAnswer::new(&request, &watched, &data);
    elsewhere(move || form.written(&report, ReportAnswer::file_name, ReportAnswer::table)).await
}
