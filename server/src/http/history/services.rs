//! The list of services and their current states. Does not query the store.

use super::query::Query;
use super::question::written;
use super::watched::visible;
use crate::auth::Principal;
use crate::http::Context;
use crate::http::errors::ApiError;
use crate::http::service_page::ServiceAnswer;
use axum::extract::RawQuery;
use axum::response::Response;
use axum::{Extension, extract};
use model::{NodeStatus, ServiceId};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

const PARAMETERS: &[&str] = &["tz"];

/// `GET /services`: every service that the caller may see, sorted by type, name and id.
pub async fn services(
    extract::State(context): extract::State<Arc<Context>>,
    Extension(caller): Extension<Principal>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let zone = Query::read(query.as_deref(), PARAMETERS)?.zone()?;
    let (_, rows) = context.events.rows();
    let mut nodes: HashMap<&ServiceId, Vec<Cow<'_, NodeStatus>>> = HashMap::new();
    for row in &rows {
        nodes.entry(&row.status.service).or_default().push(row.status_for(caller.is_admin()));
    }
    let answers: Vec<_> = visible(&context, &caller)
        .map(|service| {
            let nodes = nodes.remove(&service.id).unwrap_or_default();
            ServiceAnswer::brief(service, nodes.iter().map(AsRef::as_ref), zone)
        })
        .collect();
    written(answers).await
}
