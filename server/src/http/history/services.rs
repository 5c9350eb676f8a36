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
    let mut nodes: HashMap<&ServiceId, Vec<&NodeStatus>> = HashMap::new();
    for row in &rows {
        nodes.entry(&row.status.service).or_default().push(&row.status);
    }
    let answers: Vec<_> = visible(&context, &caller)
        .map(|service| ServiceAnswer::brief(service, nodes.remove(&service.id).unwrap_or_default(), zone))
        .collect();
    written(answers).await
}

/// `GET /services/ID`: one of them.
pub async fn service(
    extract::State(context): extract::State<Arc<Context>>,
    Extension(caller): Extension<Principal>,
    id: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let service = named(&context, &caller, id)?;
    let zone = Query::read(query.as_deref(), PARAMETERS)?.zone()?;
    let (_, rows) = context.events.rows();
    let is_its = |row: &&Arc<Row>| row.status.service == service.id;
    let nodes = rows.iter().filter(is_its).map(|row| NodeAnswer::new(&row.status, zone)).collect();
    written(ServiceAnswer::new(service, nodes)).await
}

#[derive(Serialize)]
struct ServiceAnswer {
    id: ServiceId,
    #[serde(rename = "type")]
    group: String,
    name: String,
    plugin: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    /// Seconds.
    interval: f64,
    nodes: Vec<NodeAnswer>,
}

impl ServiceAnswer {
    fn new(service: &ServiceSettings, nodes: Vec<NodeAnswer>) -> Self {
        Self {
            id: service.id.clone(),
            group: service.group.clone(),
            name: service.name.clone(),
            plugin: service.plugin.clone(),
            tags: service.tags.clone(),
            interval: service.interval,
            nodes,
        }
    }
}

#[derive(Serialize)]
struct NodeAnswer {
    node: String,
    #[serde(rename = "nodename", skip_serializing_if = "Option::is_none")]
    node_name: Option<String>,
    state: State,
    since: String,
    /// Absent before the first check.
    #[serde(skip_serializing_if = "Option::is_none")]
    checked: Option<String>,
    /// Seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    elapsed: Option<f64>,
    retries: u32,
    last_state: State,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

impl NodeAnswer {
    fn new(status: &NodeStatus, zone: Tz) -> Self {
        Self {
            node: status.node.clone(),
            node_name: status.node_name.clone(),
            state: status.state,
            since: time::written(status.since.with_timezone(&zone)),
            checked: status.is_checked().then(|| time::written(status.checked.with_timezone(&zone))),
            elapsed: status.elapsed.map(seconds::of_microseconds),
            retries: status.retries,
            last_state: status.last_state,
            message: status.message.clone(),
        }
    }
}
