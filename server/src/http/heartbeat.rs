//! Where jobs say how they are. The token in the address is all that a caller needs; no login, because a line in a crontab should do.
//!
//! Only `POST` is taken: addresses that are read with `GET` are read by mail scanners and chat programs as well, which would report
//! the success of a job that never ran.

use super::Context;
use super::api::{Answer, json};
use super::errors::ApiError;
use crate::heartbeats::{Beat, Failure};
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use std::sync::Arc;

/// `POST /heartbeat/TOKEN`: the job has succeeded. What it sends along is taken and left alone.
pub async fn success(State(context): State<Arc<Context>>, Path(token): Path<String>, _said: Bytes) -> Result<Response, ApiError> {
    note(&context, &token, Beat::Success)
}

/// `POST /heartbeat/TOKEN/WORD`: `start`, `fail`, or the exit code of the job. With a failure the last line that is sent along is
/// kept.
pub async fn told(
    State(context): State<Arc<Context>>,
    Path((token, word)): Path<(String, String)>,
    said: Bytes,
) -> Result<Response, ApiError> {
    let beat = match (word.as_str(), word.parse()) {
        ("start", _) => Beat::Start,
        ("fail", _) => Beat::Failure(Failure::new(None, &said)),
        (_, Ok(0u8)) => Beat::Success,
        (_, Ok(code)) => Beat::Failure(Failure::new(Some(code), &said)),
        _ => return Err(ApiError::NotFound),
    };
    note(&context, &token, beat)
}

/// A token that nobody has registered looks like an address where there is nothing.
fn note(context: &Context, token: &str, beat: Beat) -> Result<Response, ApiError> {
    context.heartbeats.beat(token, beat).ok_or(ApiError::NotFound)?;
    Ok(json(&Answer { result: true }))
}
