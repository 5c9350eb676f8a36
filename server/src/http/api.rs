//! The JSON API, in the forms of the original.

use super::Context;
use super::errors::ApiError;
use crate::auth::{Principal, can_see};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse, Response};
use axum::{Extension, extract};
use engine::recorder::Flush;
use model::python_format::{datetime, timedelta};
use model::{NodeStatus, State};
use serde::Serialize;
use std::sync::Arc;
use system::foreign_text;
use tokio::sync::oneshot;

/// `GET /health`: whether Platus itself works: 200 and the original's text, or 503 and the reasons. Asks for no login.
pub async fn health(extract::State(context): extract::State<Arc<Context>>) -> Response {
    #[derive(Serialize)]
    struct Health {
        health: &'static str,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        problems: Vec<String>,
    }
    let problems = context.health.problems();
    if problems.is_empty() {
        json(&Health { health: "Good doctor!", problems })
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, json(&Health { health: "Platus does not work as it should.", problems })).into_response()
    }
}

/// `GET /status`: the latest state of every node that the caller may see, sorted by type, name and node.
pub async fn status(extract::State(context): extract::State<Arc<Context>>, Extension(caller): Extension<Principal>) -> Response {
    let (_, rows) = context.events.rows();
    let result: Vec<_> = rows.iter().filter(|row| can_see(&caller, &row.roles)).map(|row| StatusRow::from(&row.status)).collect();
    json(&Answer { result })
}

/// `POST /flush_status`: forgets every stored state.
pub async fn flush_status(
    extract::State(context): extract::State<Arc<Context>>,
    Extension(caller): Extension<Principal>,
) -> Result<Response, ApiError> {
    if !caller.is_admin() {
        return Err(ApiError::Forbidden);
    }
    flush(&context).await.ok_or(ApiError::ShuttingDown)?;
    Ok(json(&Answer { result: true }))
}

/// Has every stored state forgotten, and waits until it is. Nothing when the process is ending.
pub async fn flush(context: &Context) -> Option<()> {
    let (done, forgotten) = oneshot::channel();
    context.flushes.send(Flush { done }).await.ok()?;
    forgotten.await.ok()
}

/// What an answer with a result looks like.
#[derive(Serialize)]
pub(super) struct Answer<T> {
    pub(super) result: T,
}

/// A row as the original sent it: these keys, in this order, and absent ones left out.
#[derive(Serialize)]
struct StatusRow<'a> {
    checked: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    elapsed: Option<String>,
    last_state: &'static str,
    name: &'a str,
    node: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    nodename: Option<&'a str>,
    retries: u32,
    state: State,
    #[serde(rename = "type")]
    group: &'a str,
}

impl<'a> From<&'a NodeStatus> for StatusRow<'a> {
    fn from(status: &'a NodeStatus) -> Self {
        Self {
            checked: datetime(status.checked),
            elapsed: status.elapsed.map(timedelta),
            last_state: status.last_state.as_str(),
            name: &status.name,
            node: &status.node,
            nodename: status.node_name.as_deref(),
            retries: status.retries,
            state: status.state,
            group: &status.group,
        }
    }
}

/// Indented by two and with a newline at the end, as the original's answers were: people read them in a terminal, and scripts grep.
pub(super) fn json(body: &impl Serialize) -> Response {
    match serde_json::to_string_pretty(body) {
        Ok(text) => {
            let mut text = foreign_text::json(text);
            text.push('\n');
            ([(CONTENT_TYPE, HeaderValue::from_static("application/json"))], text).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "An answer could not be written as JSON.");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
