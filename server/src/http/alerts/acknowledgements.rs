//! Somebody works on an incident.

use super::body::{self, BadBody};
use super::directives::{DirectiveAnswer, visible};
use crate::auth::{Principal, can_see};
use crate::http::Context;
use crate::http::api::{Answer, json};
use crate::http::errors::ApiError;
use crate::notify::holding::Draft;
use crate::storage::{Directive, DirectiveKind};
use app::model::ServiceId;
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
    let service = context.open_incidents.service(incident).filter(|service| may_see(&context, &caller, service));
    let service = service.ok_or(ApiError::NotFound)?;
    if !caller.is_operator() {
        return Err(ApiError::NotOperator);
    }
    let Order { comment, minutes } = body::read(&bytes)?;
    if comment.len() > 1000 {
        return Err(BadBody("the comment is longer than 1000 bytes".to_owned()).into());
    }
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
    let answer = Answer { result: DirectiveAnswer::new(&directive, &visible(&context, &caller)) };
    Ok((StatusCode::OK, json(&answer)).into_response())
}

/// `DELETE /incidents/ID/acknowledgement`: others are told again.
pub async fn withdraw_acknowledgement(
    extract::State(context): extract::State<Arc<Context>>,
    Extension(caller): Extension<Principal>,
    id: Result<Path<u64>, PathRejection>,
) -> Result<Response, ApiError> {
    let Path(incident) = id.map_err(|_| ApiError::NotFound)?;
    let theirs = of_incident(&context, incident, Local::now().fixed_offset());
    let theirs: Vec<_> = theirs
        .into_iter()
        .filter(|directive| directive.services.iter().all(|service| may_see(&context, &caller, service)))
        .collect();
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

fn may_see(context: &Context, caller: &Principal, service: &ServiceId) -> bool {
    context.settings.services.iter().any(|(roles, known)| known.id == *service && can_see(caller, roles))
}
