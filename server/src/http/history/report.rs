//! How available everything was.

mod answer;
mod form;

use super::availability::{Maintenance, Tally};
use super::query::{BadParameter, Query};
use super::question::{Weight, ask, elsewhere};
use super::time::days_before;
use super::watched::Watched;
use crate::auth::Principal;
use crate::http::Context;
use crate::http::errors::ApiError;
use answer::ReportAnswer;
use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use chrono::{DateTime, FixedOffset, Utc};
use chrono_tz::Tz;
use form::Form;
use history::{Bucket, NodeId};
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::Arc;
use storage::{Incident, IncidentQuery, StoreError};

const PARAMETERS: &[&str] = &["from", "to", "tz", "maintenance", "format"];

/// Whole days before today.
const DEFAULT_DAYS: i64 = 30;

/// Incidents that are counted. If there are more, the report says nothing of their number.
const MOST_INCIDENTS: usize = 10_000;

/// `GET /report`: the availability of every service that the caller may see and of its nodes, as JSON or as a table.
pub async fn report(
    State(context): State<Arc<Context>>,
    Extension(caller): Extension<Principal>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let query = Query::read(query.as_deref(), PARAMETERS)?;
    let form = Form::wanted(&query, &headers)?;
    let wanted = Wanted::read(&query, &context)?;
    let watched = Watched::all(&context, &caller);
    let known = ask(&context, &caller, &watched, Weight::Heavy, Known::read(&context, &watched, &wanted)).await?;
    let report = ReportAnswer::new(&wanted, &watched, &known);
    elsewhere(move || form.written(report)).await
}

/// What somebody wants to know.
struct Wanted {
    zone: Tz,
    /// Milliseconds since 1970.
    asked: Range<i64>,
    /// The part of it of which history can tell.
    covered: Range<i64>,
    maintenance: Maintenance,
    now: i64,
}

impl Wanted {
    fn read(query: &Query, context: &Context) -> Result<Self, BadParameter> {
        let (zone, now) = (query.zone()?, Utc::now());
        let words = [("include", Maintenance::Include), ("exclude", Maintenance::Exclude)];
        let maintenance = query.word("maintenance", &words)?.unwrap_or(Maintenance::Include);
        let period = query.period(zone, now, context.history.retention().day, |to| days_before(to, DEFAULT_DAYS))?;
        let (asked, now) = (period.milliseconds(), now.timestamp_millis());
        let covered = context.history.covered(asked.clone(), now);
        Ok(Self { zone, asked, covered, maintenance, now })
    }

    /// Milliseconds.
    fn length(&self) -> u64 {
        u64::try_from(self.covered.end - self.covered.start).unwrap_or_default()
    }
}

/// What the store knows of it.
struct Known {
    totals: BTreeMap<NodeId, Bucket>,
    /// How many incidents of each node were opened; absent when there were too many to count.
    incidents: Option<HashMap<NodeId, u64>>,
}

impl Known {
    async fn read(context: &Context, watched: &Watched<'_>, wanted: &Wanted) -> Result<Self, StoreError> {
        let ids = watched.ids();
        // Reading everything is quicker than looking for each of thousands of nodes.
        let nodes = (!watched.is_everything).then_some(ids.as_slice());
        let query = IncidentQuery {
            nodes: Some(ids.iter().copied().collect()),
            from: instant(wanted.covered.start),
            to: instant(wanted.covered.end),
            limit: MOST_INCIDENTS + 1,
        };
        let totals = context.history.totals(nodes, wanted.asked.clone(), wanted.now);
        let (totals, incidents) = tokio::try_join!(totals, context.history.incidents(&query))?;
        Ok(Self { totals, incidents: count(&incidents, &wanted.covered) })
    }

    /// What is known of a node; nothing when nothing is.
    fn of(&self, node: NodeId, wanted: &Wanted) -> Option<Tally> {
        let incidents = self.incidents.as_ref().map(|incidents| incidents.get(&node).copied().unwrap_or_default());
        let bucket = self.totals.get(&node)?;
        Some(Tally::of_node(bucket, wanted.length(), wanted.maintenance, incidents))
    }
}

fn count(incidents: &[Incident], time: &Range<i64>) -> Option<HashMap<NodeId, u64>> {
    if incidents.len() > MOST_INCIDENTS {
        return None;
    }
    let mut counts = HashMap::new();
    for incident in incidents.iter().filter(|incident| time.contains(&incident.opened.timestamp_millis())) {
        *counts.entry(incident.node).or_default() += 1;
    }
    Some(counts)
}

fn instant(milliseconds: i64) -> DateTime<FixedOffset> {
    DateTime::from_timestamp_millis(milliseconds).unwrap_or_default().fixed_offset()
}
