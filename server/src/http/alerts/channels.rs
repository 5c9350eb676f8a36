//! The status of the channels.

use crate::auth::Principal;
use crate::http::Context;
use crate::http::api::{Answer, json};
use crate::http::errors::ApiError;
use axum::response::Response;
use axum::{Extension, extract};
use model::State;
use notify::dispatcher::ChannelHealth;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use storage::Notification;

/// `GET /channels`: pending, failed and dropped notifications. It names services of every role, and so is for administrators only.
pub async fn channels(
    extract::State(context): extract::State<Arc<Context>>,
    Extension(caller): Extension<Principal>,
) -> Result<Response, ApiError> {
    if !caller.is_admin() {
        return Err(ApiError::Forbidden);
    }
    let health = context.channels.health();
    Ok(json(&Answer { result: health.iter().map(ChannelAnswer::new).collect::<Vec<_>>() }))
}

#[derive(Serialize)]
struct ChannelAnswer<'a> {
    name: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
    /// Present if its configuration cannot be used.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    disabled: bool,
    waiting: usize,
    held: usize,
    /// The number of held messages by reason.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    held_by: BTreeMap<String, usize>,
    delivered: u64,
    failures: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_success: Option<String>,
    #[serde(rename = "trouble", skip_serializing_if = "Option::is_none")]
    failure: Option<FailureAnswer<'a>>,
    /// The latest last.
    given_up: Vec<GivenUpAnswer<'a>>,
}

#[derive(Serialize)]
struct FailureAnswer<'a> {
    since: String,
    failures: u32,
    message: &'a str,
}

#[derive(Serialize)]
struct GivenUpAnswer<'a> {
    service: &'a str,
    node: &'a str,
    name: &'a str,
    state: State,
    last_state: State,
    created: String,
    given_up: String,
    reason: &'a str,
}

impl<'a> ChannelAnswer<'a> {
    fn new(health: &'a ChannelHealth) -> Self {
        let failure = health.failure.as_ref();
        Self {
            name: &health.name,
            kind: &health.kind,
            disabled: health.is_disabled,
            waiting: health.waiting,
            held: health.all_suppressed(),
            held_by: health.suppressed.iter().map(|(reason, messages)| (reason.to_string(), *messages)).collect(),
            delivered: health.delivered,
            failures: health.failures,
            last_success: health.last_success.map(|at| at.to_rfc3339()),
            failure: failure.map(|failure| FailureAnswer {
                since: failure.since.to_rfc3339(),
                failures: failure.failures,
                message: &failure.message,
            }),
            given_up: health.given_up.iter().filter_map(GivenUpAnswer::new).collect(),
        }
    }
}

impl<'a> GivenUpAnswer<'a> {
    fn new(message: &'a Notification) -> Option<Self> {
        let given_up = message.given_up.as_ref()?;
        Some(Self {
            service: message.service.as_str(),
            node: &message.node,
            name: &message.name,
            state: message.state,
            last_state: message.last_state,
            created: message.created.to_rfc3339(),
            given_up: given_up.at.to_rfc3339(),
            reason: &given_up.reason,
        })
    }
}
