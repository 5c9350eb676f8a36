//! Incidents.

mod answer;
mod around;
mod days;
mod deliveries;
mod detail;
mod notes;
mod page;
mod reading;

pub use around::around;
pub use deliveries::deliveries;
pub use notes::{NoteAnswer, ask_for_incident, notes_of};
pub use page::{list as list_for_page, one as one_for_page};

use super::query::{BadParameter, Query};
use super::question::{Weight, ask, elsewhere, written};
use super::report::Form;
use super::watched::{Watched, named};
use crate::auth::Principal;
use crate::http::Context;
use crate::http::errors::ApiError;
use answer::{IncidentAnswer, IncidentDetailAnswer, IncidentsAnswer, written_in};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::{Extension, extract};
use chrono::{DateTime, FixedOffset, TimeDelta, Utc};
use chrono_tz::Tz;
use model::{IncidentFilter, IncidentStatus, IncidentView, ServiceId, State};
use reading::{MOST_READ, Names};
use std::sync::Arc;

const PARAMETERS: &[&str] = &["from", "to", "limit", "tz"];
const PARAMETERS_OF_ALL: &[&str] =
    &["from", "to", "limit", "open", "tz", "status", "state", "type", "service", "search", "before", "format"];
const PARAMETERS_OF_ONE: &[&str] = &["tz"];

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
    written(answer(&context, &caller, Watched::one(&context, service), wanted).await?).await
}

/// `GET /incidents`: those of all services that the caller may see, the latest first, as JSON or as a table.
pub async fn all_incidents(
    extract::State(context): extract::State<Arc<Context>>,
    Extension(caller): Extension<Principal>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let query = Query::read(query.as_deref(), PARAMETERS_OF_ALL)?;
    let form = Form::wanted(&query, &headers)?;
    let wanted = Wanted::read(&query, &context)?;
    let watched = Watched::filtered(&context, &caller, wanted.filter.service.as_ref());
    let answer = answer(&context, &caller, watched, wanted).await?;
    elsewhere(move || form.written(&answer, IncidentsAnswer::file_name, IncidentsAnswer::table)).await
}

/// `GET /incidents/ID`: one of them, with the transitions of its node.
pub async fn incident(
    extract::State(context): extract::State<Arc<Context>>,
    Extension(caller): Extension<Principal>,
    id: Result<Path<u64>, PathRejection>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let Path(id) = id.map_err(|_| ApiError::NotFound)?;
    let zone = Query::read(query.as_deref(), PARAMETERS_OF_ONE)?.zone()?;
    let watched = Watched::all(&context, &caller);
    let detail = detail::read(&context, &caller, &watched, id).await?;
    written(IncidentDetailAnswer::new(detail, zone, Utc::now().fixed_offset())).await
}

async fn answer(context: &Context, caller: &Principal, watched: Watched<'_>, wanted: Wanted) -> Result<IncidentsAnswer, ApiError> {
    let (most, weight) = if wanted.is_filtered() { (MOST_READ, Weight::Heavy) } else { (wanted.limit, Weight::Light) };
    let query = reading::query(&watched, wanted.from, wanted.to, most);
    let found = ask(context, caller, &watched, weight, context.history.incidents(&query)).await?;
    let mut truncated = found.len() > most;
    let names = Names::new(context, &watched);
    let is_wanted = |incident: &IncidentView| {
        wanted.filter.has(incident)
            && (!wanted.open || incident.ended.is_none())
            && wanted.before.is_none_or(|before| incident.id < before)
    };
    let (mut incidents, mut bytes, mut last) = (Vec::new(), 0, None);
    let mut next = None;
    for incident in found.iter().take(most).filter_map(|incident| names.view(incident)).filter(is_wanted) {
        bytes += incident.message.as_ref().map_or(0, String::len) + BYTES_OF_AN_INCIDENT;
        if incidents.len() == wanted.limit || bytes > MOST_BYTES {
            truncated = true;
            next = last;
            break;
        }
        last = Some(incident.id);
        incidents.push(IncidentAnswer::new(incident, wanted.zone, wanted.now));
    }
    if !wanted.is_filtered() {
        next = last.filter(|_| truncated);
    }
    let range = (!wanted.open).then(|| (written_in(wanted.from, wanted.zone), written_in(wanted.to, wanted.zone)));
    let (from, to) = range.unzip();
    Ok(IncidentsAnswer { timezone: wanted.zone.name(), from, to, incidents, truncated, next })
}

/// Which incidents the caller asks for.
struct Wanted {
    zone: Tz,
    from: DateTime<FixedOffset>,
    to: DateTime<FixedOffset>,
    limit: usize,
    /// Only open incidents, whenever they began.
    open: bool,
    filter: IncidentFilter,
    /// Only incidents with a lower number.
    before: Option<u64>,
    now: DateTime<FixedOffset>,
}

impl Wanted {
    fn read(query: &Query, context: &Context) -> Result<Self, BadParameter> {
        let (zone, now) = (query.zone()?, Utc::now());
        let limit = query.number("limit", LIMIT, 1..=MOST)? as usize;
        let open = query.word("open", &[("true", ())])?.is_some();
        let filter = IncidentFilter {
            status: query.word("status", &IncidentStatus::ALL.map(|status| (status.as_str(), status)))?,
            state: query.word("state", &[State::Down, State::Unhealthy, State::Unknown].map(|state| (state.as_str(), state)))?,
            group: query.text("type").map(str::to_owned),
            service: query.text("service").map(ServiceId::new),
            search: query.text("search").unwrap_or_default().to_owned(),
        };
        let before = Some(query.number("before", 0, 0..=u32::MAX)?).filter(|before| *before > 0).map(u64::from);
        let (from, to) = if open {
            query
                .refuse(&["from", "to"], "not to be given with `open`, which asks for the incidents of now, whenever they began")?;
            // An open incident lasts until now.
            let now = now.fixed_offset();
            (now, now + TimeDelta::milliseconds(1))
        } else {
            let period = query.period(zone, now, context.history.retention().day, |to| to - DEFAULT_PERIOD)?;
            (period.from.fixed_offset(), period.to.fixed_offset())
        };
        Ok(Self { zone, from, to, limit, open, filter, before, now: now.fixed_offset() })
    }

    /// Whether it has conditions that the store does not know.
    fn is_filtered(&self) -> bool {
        self.filter != IncidentFilter::default() || self.before.is_some()
    }
}
