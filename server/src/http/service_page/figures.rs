//! Availability, incidents and response times of a service, for several periods.

use super::chart::elapsed_view;
use super::view::settings;
use crate::auth::Principal;
use crate::http::Context;
use crate::http::errors::ApiError;
use crate::http::history::availability::{Maintenance, Tally};
use crate::http::history::question::{Weight, ask};
use crate::http::history::series::of_node;
use crate::http::history::watched::Watched;
use chrono::{DateTime, FixedOffset, Utc};
use history::{Bucket, NodeId};
use model::{Availability, AvailabilityView, ElapsedView, IncidentFiguresView, ServiceFiguresView};
use std::collections::BTreeMap;
use std::time::Duration;
use storage::{Incident, IncidentQuery, StoreError};

/// The periods of availability, in days.
const PERIODS: [u32; 5] = [1, 7, 30, 90, 365];

/// The period of the incidents, in days, and the most that are read.
const INCIDENT_DAYS: u32 = 30;
const MOST_INCIDENTS: usize = 1000;

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// The figures of the service at this place: of all its nodes together, or of one.
pub async fn figures(
    context: &Context,
    caller: &Principal,
    place: usize,
    node: Option<&str>,
) -> Result<ServiceFiguresView, ApiError> {
    let service = settings(context, place)?;
    let watched = Watched::one(context, service);
    // Only of known nodes, so that what is kept is bounded.
    let ids = match node {
        Some(node) => vec![of_node(&watched, node)?],
        None => watched.ids(),
    };
    let rows = context.events.rows_of(&service.id);
    let rows = rows.iter().filter(|row| node.is_none_or(|node| node == row.status.node));
    let open: Vec<_> = rows.filter_map(|row| row.status.incident).collect();
    if let Some(figures) = context.figures.get(&service.id, node, &open) {
        return Ok(figures);
    }
    let figures = ask(context, caller, &watched, Weight::Light, read(context, &ids)).await?;
    context.figures.set(&service.id, node, open, figures.clone());
    Ok(figures)
}

async fn read(context: &Context, ids: &[NodeId]) -> Result<ServiceFiguresView, StoreError> {
    let now = Utc::now();
    let at = now.timestamp_millis();
    let totals = async |from: i64, to: i64| context.history.totals(Some(ids), from..to, at).await;
    let mut availability = Vec::new();
    let mut usual = None;
    for days in PERIODS {
        let from = at - i64::from(days) * DAY;
        let nodes = totals(from, at).await?;
        let covered = context.history.covered(from..at, at);
        let length = u64::try_from(covered.end - covered.start).unwrap_or_default();
        availability.push(AvailabilityView {
            days,
            with_maintenance: of_nodes(&nodes, length, Maintenance::Include),
            without_maintenance: of_nodes(&nodes, length, Maintenance::Exclude),
        });
        if days == 1 {
            usual = elapsed(&nodes);
        }
    }
    // With the minute that is not over yet.
    let recent = elapsed(&totals(at - 5 * MINUTE, at + MINUTE).await?);
    let from = now.fixed_offset() - Duration::from_millis(u64::from(INCIDENT_DAYS) * DAY.unsigned_abs());
    let query = IncidentQuery { nodes: Some(ids.iter().copied().collect()), from, to: now.fixed_offset(), limit: MOST_INCIDENTS };
    let incidents = context.history.incidents(&query).await?;
    Ok(ServiceFiguresView { availability, incidents: of_incidents(&incidents, from, now.fixed_offset()), recent, usual })
}

fn of_nodes(nodes: &BTreeMap<NodeId, Bucket>, length: u64, maintenance: Maintenance) -> Availability {
    let tallies: Vec<_> = nodes.values().map(|bucket| Tally::of_node(bucket, length, maintenance, None)).collect();
    let total = Tally::of_service(&tallies, length);
    Availability { operational: total.availability(), known: total.known() }
}

fn elapsed(nodes: &BTreeMap<NodeId, Bucket>) -> Option<ElapsedView> {
    let mut all = Bucket::default();
    nodes.values().for_each(|bucket| all.merge(bucket));
    all.elapsed.as_ref().map(elapsed_view)
}

/// Of incidents that were open at some time from this instant until now.
fn of_incidents(incidents: &[Incident], from: DateTime<FixedOffset>, now: DateTime<FixedOffset>) -> IncidentFiguresView {
    let lasted = |incident: &Incident| {
        let lasted = incident.ended.unwrap_or(now) - incident.since;
        u64::try_from(lasted.num_milliseconds()).unwrap_or_default()
    };
    let count = |incidents: usize| u32::try_from(incidents).unwrap_or(u32::MAX);
    let ended: Vec<u64> = incidents.iter().filter(|incident| incident.ended.is_some()).map(lasted).collect();
    let sum: u64 = ended.iter().sum();
    IncidentFiguresView {
        days: INCIDENT_DAYS,
        count: count(incidents.iter().filter(|incident| incident.opened >= from).count()),
        open: count(incidents.len() - ended.len()),
        mean: sum.checked_div(ended.len() as u64),
        longest: incidents.iter().map(lasted).max(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;
    use model::State;
    use test_support::noon;

    #[test]
    fn incidents_are_counted_and_their_durations_compared() {
        let hours = |hours: i64| noon() + TimeDelta::hours(hours);
        let incident = |since: i64, ended: Option<i64>| Incident {
            id: 1,
            node: NodeId(1),
            since: hours(since),
            opened: hours(since),
            ended: ended.map(hours),
            worst: State::Down,
            message: None,
            notified_channels: Vec::new(),
            opened_as: None,
            deliveries: Vec::new(),
        };
        let now = hours(100);
        assert_eq!(of_incidents(&[], hours(0), now), IncidentFiguresView { days: 30, ..IncidentFiguresView::default() });
        let incidents = [incident(-2, Some(1)), incident(4, Some(5)), incident(90, None)];
        let hour = 3_600_000;
        let expected = IncidentFiguresView { days: 30, count: 2, open: 1, mean: Some(2 * hour), longest: Some(10 * hour) };
        assert_eq!(of_incidents(&incidents, hours(0), now), expected);
    }

    #[test]
    fn the_known_part_is_that_of_all_nodes() {
        let node = |parts: &[(State, u64, bool)]| {
            let mut bucket = Bucket::default();
            parts.iter().for_each(|&(state, milliseconds, maintenance)| bucket.add_time(state, milliseconds, maintenance));
            bucket
        };
        let nodes = [
            node(&[(State::Operational, 600, false), (State::Down, 200, true), (State::Unknown, 200, false)]),
            node(&[(State::Operational, 300, false), (State::Unhealthy, 100, false)]),
        ];
        let nodes = (1..).map(NodeId).zip(nodes).collect();
        let with = of_nodes(&nodes, 1000, Maintenance::Include);
        assert_eq!(with, Availability { operational: Some(900.0 / 1200.0), known: 1200.0 / 2000.0 });
        let without = of_nodes(&nodes, 1000, Maintenance::Exclude);
        assert_eq!(without, Availability { operational: Some(900.0 / 1000.0), known: 1000.0 / 1800.0 });
        let nothing = of_nodes(&BTreeMap::new(), 1000, Maintenance::Include);
        assert_eq!(nothing, Availability { operational: None, known: 0.0 });
    }
}
