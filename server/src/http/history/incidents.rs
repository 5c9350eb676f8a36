//! What went wrong.

use super::query::{BadParameter, Query};
use super::question::{Weight, ask, written};
use super::seconds::Seconds;
use super::time;
use super::watched::{Watched, named};
use crate::auth::Principal;
use crate::http::Context;
use crate::http::errors::ApiError;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery};
use axum::response::Response;
use axum::{Extension, extract};
use chrono::{DateTime, FixedOffset, TimeDelta, Utc};
use chrono_tz::Tz;
use model::{ServiceId, ServiceSettings, State};
use serde::Serialize;
use std::sync::Arc;
use storage::{Incident, IncidentQuery};

const PARAMETERS: &[&str] = &["from", "to", "limit", "tz"];
const PARAMETERS_OF_ALL: &[&str] = &["from", "to", "limit", "open", "tz"];

const LIMIT: u32 = 100;
const MOST: u32 = 1000;

/// Bytes of an answer, which a client that does not read keeps in memory; and what an incident takes besides its message.
const MOST_BYTES: usize = 512 << 10;
const BYTES_OF_AN_INCIDENT: usize = 500;

const DEFAULT_PERIOD: TimeDelta = TimeDelta::days(30);

/// `GET /services/ID/incidents`: the incidents of one service, the latest first.
pub async fn incidents(
    extract::State(context): extract::State<Arc<Context>>,
    Extension(caller): Extension<Principal>,
    id: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let service = named(&context, &caller, id)?;
    let wanted = Wanted::read(&Query::read(query.as_deref(), PARAMETERS)?, &context)?;
    answer(&context, &caller, Watched::one(&context, service), wanted).await
}

/// `GET /incidents`: those of all services that the caller may see, the latest first.
pub async fn all_incidents(
    extract::State(context): extract::State<Arc<Context>>,
    Extension(caller): Extension<Principal>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let wanted = Wanted::read(&Query::read(query.as_deref(), PARAMETERS_OF_ALL)?, &context)?;
    answer(&context, &caller, Watched::all(&context, &caller), wanted).await
}

async fn answer(context: &Context, caller: &Principal, watched: Watched<'_>, wanted: Wanted) -> Result<Response, ApiError> {
    let query = IncidentQuery {
        nodes: Some(watched.ids().into_iter().collect()),
        from: wanted.from,
        to: wanted.to,
        limit: wanted.limit + 1,
    };
    let mut found = ask(context, caller, &watched, Weight::Light, context.history.incidents(&query)).await?;
    if wanted.open {
        found.retain(|incident| incident.ended.is_none());
    }
    let mut truncated = found.len() > wanted.limit;
    let nodes = watched.by_id();
    let named = |incident: Incident| {
        let (service, node) = nodes.get(&incident.node)?;
        Some(IncidentAnswer::new(service, node, incident, &wanted))
    };
    let (mut incidents, mut bytes) = (Vec::new(), 0);
    for incident in found.into_iter().take(wanted.limit).filter_map(named) {
        bytes += incident.message.as_ref().map_or(0, String::len) + BYTES_OF_AN_INCIDENT;
        if bytes > MOST_BYTES {
            truncated = true;
            break;
        }
        incidents.push(incident);
    }
    let range = (!wanted.open).then(|| (written_in(wanted.from, wanted.zone), written_in(wanted.to, wanted.zone)));
    let (from, to) = range.unzip();
    written(IncidentsAnswer { timezone: wanted.zone.name(), from, to, incidents, truncated }).await
}

/// Which incidents somebody wants.
struct Wanted {
    zone: Tz,
    from: DateTime<FixedOffset>,
    to: DateTime<FixedOffset>,
    limit: usize,
    /// Only those that have not ended, whenever they began.
    open: bool,
    now: DateTime<Utc>,
}

impl Wanted {
    fn read(query: &Query, context: &Context) -> Result<Self, BadParameter> {
        let (zone, now) = (query.zone()?, Utc::now());
        let limit = query.number("limit", LIMIT, 1..=MOST)? as usize;
        let open = query.word("open", &[("true", ())])?.is_some();
        let (from, to) = if open {
            query
                .refuse(&["from", "to"], "not to be given with `open`, which asks for the incidents of now, whenever they began")?;
            // What has not ended lasts at this instant.
            let now = now.fixed_offset();
            (now, now + TimeDelta::milliseconds(1))
        } else {
            let period = query.period(zone, now, context.history.retention().day, |to| to - DEFAULT_PERIOD)?;
            (period.from.fixed_offset(), period.to.fixed_offset())
        };
        Ok(Self { zone, from, to, limit, open, now })
    }
}

#[derive(Serialize)]
struct IncidentsAnswer {
    timezone: &'static str,
    /// Absent, as is `to`, when the open ones were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    /// The latest opened first.
    incidents: Vec<IncidentAnswer>,
    /// Whether there were more.
    truncated: bool,
}

#[derive(Serialize)]
struct IncidentAnswer {
    id: u64,
    service: ServiceId,
    #[serde(rename = "type")]
    group: String,
    name: String,
    node: String,
    since: String,
    opened: String,
    /// Absent while it lasts.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended: Option<String>,
    /// Up to now, while it lasts.
    lasted: Seconds,
    worst: State,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

impl IncidentAnswer {
    fn new(service: &ServiceSettings, node: &str, incident: Incident, wanted: &Wanted) -> Self {
        let until = incident.ended.unwrap_or_else(|| wanted.now.fixed_offset());
        let lasted = until.signed_duration_since(incident.since).num_milliseconds();
        Self {
            id: incident.id,
            service: service.id.clone(),
            group: service.group.clone(),
            name: service.name.clone(),
            node: node.to_owned(),
            since: written_in(incident.since, wanted.zone),
            opened: written_in(incident.opened, wanted.zone),
            ended: incident.ended.map(|ended| written_in(ended, wanted.zone)),
            lasted: Seconds(u64::try_from(lasted).unwrap_or_default()),
            worst: incident.worst,
            message: incident.message,
        }
    }
}

fn written_in(instant: DateTime<FixedOffset>, zone: Tz) -> String {
    time::written(instant.with_timezone(&zone))
}
