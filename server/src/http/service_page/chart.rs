//! The history of a service as the page draws it: one series of points, and what belongs beside it.

use super::maintenance;
use super::metric_history::{self, METRIC_POINTS};
use super::view::settings;
use crate::auth::Principal;
use crate::http::Context;
use crate::http::errors::ApiError;
use crate::http::history::question::{Weight, ask};
use crate::http::history::series::of_node;
use crate::http::history::watched::Watched;
use crate::http::history::{BadParameter, deliveries};
use chrono::{DateTime, FixedOffset, Utc};
use history::{Bucket, Elapsed, NodeId, index};
use model::{
    ElapsedView, HistoryPoint, HistoryRange, IncidentView, PeriodProblem, ServiceHistoryView, ServiceSettings, State,
    TransitionView,
};
use std::collections::HashMap;
use std::ops::Range;
use storage::history_reader::Point;
use storage::{Incident, IncidentQuery, Transition, TransitionQuery};

/// The most points: one for three pixels of a wide page.
const MOST_POINTS: u32 = 400;

const TRANSITIONS: usize = 500;
const INCIDENTS: usize = 200;

/// Incidents with the results of their notifications: the page shows all steps of the latest ones.
const WITH_DELIVERIES: usize = 2;

/// In the order of a [`HistoryPoint`].
const STATES: [State; 4] = [State::Operational, State::Unhealthy, State::Down, State::Unknown];

/// The history of the service at this place, or of one of its nodes.
pub async fn chart(
    context: &Context,
    caller: &Principal,
    place: usize,
    range: HistoryRange,
) -> Result<ServiceHistoryView, ApiError> {
    let service = settings(context, place)?;
    let now = Utc::now().timestamp_millis();
    let time = checked(&range, now, context.history.retention().horizon(history::Tier::Day, now))?;
    let watched = Watched::one(context, service);
    let ids = match &range.node {
        Some(node) => match of_node(&watched, node) {
            Err(_) if range.or_all => watched.ids(),
            id => vec![id?],
        },
        None => watched.ids(),
    };
    let nodes = || Some(ids.iter().copied().collect());
    let (from, to) = (instant(time.start), instant(time.end));
    let transitions = TransitionQuery { nodes: nodes(), from, to, limit: TRANSITIONS + 1 };
    let incidents = IncidentQuery { nodes: nodes(), from, to, limit: INCIDENTS };
    let points = in_whole_buckets(time.end - time.start, range.points);
    let reading = async {
        let series = context.history.series(&ids, time.clone(), points, now);
        let history = &context.history;
        let metrics = history.metrics(&ids, time.clone(), range.points.min(METRIC_POINTS), now);
        tokio::try_join!(series, metrics, history.transitions(&transitions), history.incidents(&incidents))
    };
    let (series, metrics, mut transitions, incidents) = ask(context, caller, &watched, Weight::Light, reading).await?;
    let merged = series.merged();
    let names: HashMap<NodeId, String> = watched.by_id().into_iter().map(|(id, (_, node))| (id, node.to_owned())).collect();
    let truncated = transitions.len() > TRANSITIONS;
    transitions.truncate(TRANSITIONS);
    let latest = incidents.iter().take(WITH_DELIVERIES);
    let deliveries = latest.map(|incident| (incident.id, deliveries(caller, incident.deliveries.clone()))).collect();
    Ok(ServiceHistoryView {
        from: time.start,
        to: time.end,
        step: series.step,
        interval: (service.interval * 1_000.0) as i64,
        maintenance: maintenance::ranges(context, service, &time, &merged, series.step),
        points: merged.iter().map(point_view).collect(),
        transitions: transitions.into_iter().filter_map(|transition| transition_view(transition, &names)).collect(),
        truncated,
        deliveries,
        metrics: metric_history::views(&metrics),
        metric_step: metrics.step,
        incidents: incidents.into_iter().filter_map(|incident| incident_view(context, service, incident, &names)).collect(),
    })
}

/// The time of a range up to now. Fails if that is empty, or longer than history is kept.
fn checked(range: &HistoryRange, now: i64, horizon: i64) -> Result<Range<i64>, BadParameter> {
    if range.points == 0 || range.points > MOST_POINTS {
        return Err(BadParameter::new(
            "points",
            format!("expected a whole number from 1 to {MOST_POINTS}, not `{}`", range.points),
        ));
    }
    let to = range.to.min(now);
    if range.from >= to {
        let problem = "expected an instant before `to`, which is not after now";
        return Err(BadParameter::new("from", problem).of_period(PeriodProblem::Empty));
    }
    if to.saturating_sub(range.from) > now - horizon {
        let problem = "history is not kept for as long as that; expected a later instant";
        return Err(BadParameter::new("from", problem).of_period(PeriodProblem::TooLong));
    }
    Ok(range.from..to)
}

/// The number of points to ask for: some fewer if a step is a whole day or hour then, which is much faster to read.
fn in_whole_buckets(length: i64, points: u32) -> u32 {
    const HOUR: i64 = 3_600_000;
    let enough = (i64::from(points) * 2 + 2) / 3;
    let bucket = [24 * HOUR, HOUR].into_iter().find(|bucket| length / bucket >= enough);
    let count = bucket.and_then(|bucket| u32::try_from((length + bucket - 1) / bucket).ok());
    count.map_or(points, |count| count.min(points))
}

fn point_view(point: &Point) -> HistoryPoint {
    let bucket: &Bucket = &point.bucket;
    HistoryPoint {
        at: point.at,
        checks: STATES.map(|state| bucket.checks[index(state)]),
        time: STATES.map(|state| bucket.time_in(state, true)),
        elapsed: bucket.elapsed.as_ref().map(elapsed_view),
    }
}

pub(super) fn elapsed_view(elapsed: &Elapsed) -> ElapsedView {
    let [p50, p95, p99] = [0.5, 0.95, 0.99].map(|part| elapsed.quantile(part));
    ElapsedView { p50, p95, p99, maximum: elapsed.maximum }
}

fn transition_view(transition: Transition, names: &HashMap<NodeId, String>) -> Option<TransitionView> {
    let Transition { node, at, from, to, lasted, message, .. } = transition;
    Some(TransitionView { at, node: names.get(&node)?.clone(), from, to, lasted, message })
}

fn incident_view(
    context: &Context,
    service: &ServiceSettings,
    incident: Incident,
    names: &HashMap<NodeId, String>,
) -> Option<IncidentView> {
    let Incident { id, node, since, opened, ended, worst, message, .. } = incident;
    let acknowledged_by = || context.silences.acknowledged_by(id, context.clock.now());
    Some(IncidentView {
        id,
        service: service.id.clone(),
        group: service.group.clone(),
        name: service.name.clone(),
        node: names.get(&node)?.clone(),
        since,
        opened,
        ended,
        worst,
        message,
        acknowledged_by: if ended.is_none() { acknowledged_by() } else { None },
    })
}

fn instant(milliseconds: i64) -> DateTime<FixedOffset> {
    DateTime::from_timestamp_millis(milliseconds).unwrap_or_default().fixed_offset()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;
    const DAY: i64 = 24 * HOUR;

    #[test]
    fn points_are_whole_days_or_hours_where_that_is_fine_enough() {
        assert_eq!(in_whole_buckets(365 * DAY, 400), 365);
        assert_eq!(in_whole_buckets(365 * DAY + 1, 400), 366);
        assert_eq!(in_whole_buckets(HOUR, 2), 2);
        assert_eq!(in_whole_buckets(365 * DAY, 300), 300, "days are more than enough: the reader joins some");
        assert_eq!(in_whole_buckets(365 * DAY, 600), 600);
        assert_eq!(in_whole_buckets(14 * DAY, 400), 336);
        assert_eq!(in_whole_buckets(7 * DAY, 400), 400);
        assert_eq!(in_whole_buckets(HOUR, 60), 60);
        assert_eq!(in_whole_buckets(HOUR, 1), 1);
    }

    #[test]
    fn a_range_ends_now_at_the_latest_and_is_not_longer_than_history() {
        let range = |from, to, points| HistoryRange { from, to, points, node: None, or_all: false };
        let checked = |from, to, points| checked(&range(from, to, points), 10 * DAY, 2 * DAY).ok();
        assert_eq!(checked(9 * DAY, 12 * DAY, 1), Some(9 * DAY..10 * DAY));
        assert_eq!(checked(DAY, 5 * DAY, MOST_POINTS), Some(DAY..5 * DAY));
        for (from, to, points) in
            [(DAY, 12 * DAY, 1), (i64::MIN, DAY, 1), (5, 5, 1), (11 * DAY, 12 * DAY, 1), (1, 2, 0), (1, 2, 401)]
        {
            assert_eq!(checked(from, to, points), None, "{from} {to} {points}");
        }
    }
}
