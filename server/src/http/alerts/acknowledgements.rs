//! Somebody works on an incident.

use super::body::{self, BadBody};
use super::directives::{DirectiveAnswer, check_comment, visible};
use crate::auth::Principal;
use crate::http::Context;
use crate::http::api::{Answer, json};
use crate::http::errors::ApiError;
use crate::notify::holding::Draft;
use crate::storage::{Directive, DirectiveKind};
use axum::Extension;
use axum::body::Bytes;
use axum::extract;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, FixedOffset, Local, TimeDelta};
use serde::Deserialize;
use std::sync::Arc;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    #[serde(default)]
    comment: String,
    /// After so long others are told again; absent for when the incident ends.
    minutes: Option<u32>,
}

/// `PUT /incidents/ID/acknowledgement`: nobody else needs to be told of it before it ends. Another one takes the place of the first.
pub async fn acknowledge(
    extract::State(context): extract::State<Arc<Context>>,
    Extension(caller): Extension<Principal>,
    id: Result<Path<u64>, PathRejection>,
    bytes: Bytes,
) -> Result<Response, ApiError> {
    let Path(incident) = id.map_err(|_| ApiError::NotFound)?;
    let visible = visible(&context, &caller);
    let service = context.open_incidents.service(incident).filter(|service| visible.contains(service));
    let service = service.ok_or(ApiError::NotFound)?;
    if !caller.is_operator() {
        return Err(ApiError::NotOperator);
    }
    let Order { comment, minutes } = body::read(&bytes)?;
    check_comment(&comment)?;
    let now = Local::now().fixed_offset();
    let earlier = of_incident(&context, incident, now);
    let draft = Draft {
        kind: DirectiveKind::Acknowledgement { incident },
        services: vec![service],
        author: caller.name.clone(),
        comment,
        from: now,
        until: minutes.map(|minutes| now + TimeDelta::minutes(i64::from(minutes))),
    };
    let directive = context.directives.order(draft, now).await.map_err(|error| BadBody(error.to_string()))?;
    for earlier in earlier {
        context.directives.withdraw(earlier.id).await;
    }
    tracing::info!(incident, author = directive.author, "An incident was acknowledged.");
    let answer = Answer { result: DirectiveAnswer::new(&directive, &visible) };
    Ok((StatusCode::OK, json(&answer)).into_response())
}

/// `DELETE /incidents/ID/acknowledgement`: others are told again.
pub async fn withdraw_acknowledgement(
    extract::State(context): extract::State<Arc<Context>>,
    Extension(caller): Extension<Principal>,
    id: Result<Path<u64>, PathRejection>,
) -> Result<Response, ApiError> {
    let Path(incident) = id.map_err(|_| ApiError::NotFound)?;
    let visible = visible(&context, &caller);
    let mut theirs = of_incident(&context, incident, Local::now().fixed_offset());
    theirs.retain(|directive| directive.services.iter().all(|service| visible.contains(service)));
    if theirs.is_empty() {
        return Err(ApiError::NotFound);
    }
    if !caller.is_operator() {
        return Err(ApiError::NotOperator);
    }
    for directive in theirs {
        context.directives.withdraw(directive.id).await;
    }
    Ok(json(&Answer { result: true }))
}

fn of_incident(context: &Context, incident: u64, now: DateTime<FixedOffset>) -> Vec<Directive> {
    let mut all = context.directives.all(now);
    all.retain(|directive| directive.kind == DirectiveKind::Acknowledgement { incident });
    all
}
