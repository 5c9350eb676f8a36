//! Silences and maintenance that operators order.

use super::body::{self, BadBody};
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
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::sync::Arc;

/// No directive is for longer; who needs more says it in the configuration.
const LONGEST: TimeDelta = TimeDelta::days(366);

/// In bytes.
const LONGEST_COMMENT: usize = 1000;

/// `GET /silences`: what holds now or later and is about a service that the caller may see.
pub async fn list(extract::State(context): extract::State<Arc<Context>>, Extension(caller): Extension<Principal>) -> Response {
    let visible = visible(&context, &caller);
    let all = context.directives.all(Local::now().fixed_offset());
    let shown = all.iter().filter(|directive| is_visible(directive, &visible, &caller));
    json(&Answer { result: shown.map(|directive| DirectiveAnswer::new(directive, &visible)).collect::<Vec<_>>() })
}

/// `POST /silences`: nobody is told of these services for a while.
pub async fn create(
    extract::State(context): extract::State<Arc<Context>>,
    Extension(caller): Extension<Principal>,
    bytes: Bytes,
) -> Result<Response, ApiError> {
    if !caller.is_operator() {
        return Err(ApiError::NotOperator);
    }
    let visible = visible(&context, &caller);
    let now = Local::now().fixed_offset();
    let draft = body::read::<Order>(&bytes)?.draft(&caller, &visible, now)?;
    let directive = context.directives.order(draft, now).await.map_err(|error| BadBody(error.to_string()))?;
    tracing::info!(
        directive = directive.id,
        kind = directive.kind.as_str(),
        author = directive.author,
        "Alerts are held by order."
    );
    let answer = Answer { result: DirectiveAnswer::new(&directive, &visible) };
    Ok((StatusCode::CREATED, json(&answer)).into_response())
}

/// `DELETE /silences/ID`: it holds no more.
pub async fn withdraw(
    extract::State(context): extract::State<Arc<Context>>,
    Extension(caller): Extension<Principal>,
    id: Result<Path<u64>, PathRejection>,
) -> Result<Response, ApiError> {
    let Path(id) = id.map_err(|_| ApiError::NotFound)?;
    let visible = visible(&context, &caller);
    let is_theirs = |directive: &Directive| is_visible(directive, &visible, &caller);
    context.directives.get(id).filter(is_theirs).ok_or(ApiError::NotFound)?;
    if !caller.is_operator() {
        return Err(ApiError::NotOperator);
    }
    let directive = context.directives.withdraw(id).await.ok_or(ApiError::NotFound)?;
    tracing::info!(directive = id, kind = directive.kind.as_str(), by = caller.name, "An order to hold alerts was withdrawn.");
    Ok(json(&Answer { result: true }))
}

pub(super) fn check_comment(comment: &str) -> Result<(), BadBody> {
    if comment.len() > LONGEST_COMMENT {
        return Err(BadBody(format!("the comment is longer than {LONGEST_COMMENT} bytes")));
    }
    Ok(())
}

/// The services that somebody may see.
pub(super) fn visible(context: &Context, caller: &Principal) -> HashSet<ServiceId> {
    let services = context.settings.services.iter().filter(|(roles, _)| can_see(caller, roles));
    services.map(|(_, service)| service.id.clone()).collect()
}

/// One about services that somebody may not see at all is none for them.
fn is_visible(directive: &Directive, visible: &HashSet<ServiceId>, caller: &Principal) -> bool {
    match directive.services.as_slice() {
        [] => caller.is_admin() || !visible.is_empty(),
        services => services.iter().any(|service| visible.contains(service)),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    #[serde(default)]
    kind: Kind,
    /// All services when absent, which only an administrator may order.
    services: Option<Vec<ServiceId>>,
    #[serde(default)]
    comment: String,
    /// Now when absent.
    from: Option<DateTime<FixedOffset>>,
    until: Option<DateTime<FixedOffset>>,
    /// Instead of `until`.
    minutes: Option<u32>,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    #[default]
    Silence,
    Maintenance,
}

impl Order {
    fn draft(self, caller: &Principal, visible: &HashSet<ServiceId>, now: DateTime<FixedOffset>) -> Result<Draft, ApiError> {
        let wrong = |text: &str| ApiError::from(BadBody(text.to_owned()));
        let services = match self.services {
            None if caller.is_admin() => Vec::new(),
            None => return Err(wrong("name the `services`; all of them only an administrator may silence")),
            Some(services) if services.is_empty() => return Err(wrong("`services` is empty; name some, or leave it out for all")),
            Some(services) => services,
        };
        if let Some(unknown) = services.iter().find(|service| !visible.contains(service)) {
            return Err(wrong(&format!("there is no service `{unknown}`")));
        }
        let from = self.from.unwrap_or(now);
        let until = match (self.until, self.minutes) {
            (Some(until), None) => until,
            (None, Some(minutes)) => from + TimeDelta::minutes(i64::from(minutes)),
            _ => return Err(wrong("say how long: give either `minutes` or `until`")),
        };
        if until <= from.max(now) {
            return Err(wrong("it would have ended already"));
        }
        if until - now > LONGEST {
            return Err(wrong("it must end within a year; for longer use `maintenance` in config.yaml"));
        }
        check_comment(&self.comment)?;
        let kind = match self.kind {
            Kind::Silence => DirectiveKind::Silence,
            Kind::Maintenance => DirectiveKind::Maintenance,
        };
        Ok(Draft { kind, services, author: caller.name.clone(), comment: self.comment, from, until: Some(until) })
    }
}

/// How a directive is told.
#[derive(Serialize)]
pub(super) struct DirectiveAnswer<'a> {
    id: u64,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    incident: Option<u64>,
    /// Absent when it is about all services.
    #[serde(skip_serializing_if = "Option::is_none")]
    services: Option<Vec<&'a ServiceId>>,
    author: &'a str,
    comment: &'a str,
    created: String,
    from: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
}

impl<'a> DirectiveAnswer<'a> {
    /// With those of its services that somebody may see.
    pub(super) fn new(directive: &'a Directive, visible: &HashSet<ServiceId>) -> Self {
        let services = directive.services.iter().filter(|service| visible.contains(service)).collect();
        Self {
            id: directive.id,
            kind: directive.kind.as_str(),
            incident: match directive.kind {
                DirectiveKind::Acknowledgement { incident } => Some(incident),
                DirectiveKind::Silence | DirectiveKind::Maintenance => None,
            },
            services: (!directive.services.is_empty()).then_some(services),
            author: &directive.author,
            comment: &directive.comment,
            created: directive.created.to_rfc3339(),
            from: directive.from.to_rfc3339(),
            until: directive.until.map(|until| until.to_rfc3339()),
        }
    }
}
