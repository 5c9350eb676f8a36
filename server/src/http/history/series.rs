//! The history of the nodes of a service.

mod table;

use super::by_state::ByState;
use super::query::{BadParameter, Period, Query};
use super::question::{Weight, ask, elsewhere};
use super::report::Form;
use super::seconds::{Seconds, of_microseconds};
use super::time;
use super::watched::{Watched, named};
use crate::auth::Principal;
use crate::http::Context;
use crate::http::errors::ApiError;
use crate::http::service_page::maintenance_ranges;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::{Extension, extract};
use chrono::{TimeDelta, Utc};
use chrono_tz::Tz;
use history::{Bucket, Elapsed, NodeId, Tier};
use model::{ServiceId, ServiceSettings, State};
use serde::Serialize;
use std::collections::HashMap;
use std::sync::Arc;
use storage::history_reader::{Point, Series};
use storage::{Transition, TransitionQuery};

const PARAMETERS: &[&str] = &["from", "to", "points", "tz", "node", "merge", "format"];

/// Of one node.
const POINTS: u32 = 100;
const MOST_POINTS: u32 = 2000;

/// Of all nodes together: a service of many gets fewer points for each.
const MOST_POINTS_IN_ALL: usize = 20_000;

const TRANSITIONS: usize = 500;

const DEFAULT_PERIOD: TimeDelta = TimeDelta::days(1);

/// `GET /services/ID/history`: each node as a bounded number of points, and the latest transitions. As CSV only the points.
pub async fn history(
    extract::State(context): extract::State<Arc<Context>>,
    Extension(caller): Extension<Principal>,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let service = named(&context, &caller, id)?;
    let query = Query::read(query.as_deref(), PARAMETERS)?;
    let form = Form::wanted(&query, &headers)?;
    let (zone, now) = (query.zone()?, Utc::now());
    let points = query.number("points", POINTS, 1..=MOST_POINTS)?;
    let period = query.period(zone, now, context.history.retention().day, |to| to - DEFAULT_PERIOD)?;

    let merge = query.word("merge", &[("true", true), ("false", false)])?.unwrap_or(false);
    let watched = Watched::one(&context, service);
    let ids = match query.text("node") {
        Some(node) => vec![of_node(&watched, node)?],
        None => watched.ids(),
    };
    let affordable = (MOST_POINTS_IN_ALL / ids.len().max(1)).max(1);
    let points = points.min(u32::try_from(affordable).unwrap_or(MOST_POINTS));
    let wanted = TransitionQuery {
        nodes: Some(ids.iter().copied().collect()),
        from: period.from.fixed_offset(),
        to: period.to.fixed_offset(),
        limit: TRANSITIONS + 1,
    };
    let series = context.history.series(&ids, period.milliseconds(), points, now.timestamp_millis());
    let reading = async { tokio::try_join!(series, context.history.transitions(&wanted)) };
    let (series, transitions) = ask(&context, &caller, &watched, Weight::Light, reading).await?;

    let names = watched.by_id().into_iter().map(|(id, (_, node))| (id, node.to_owned())).collect();
    let mut answer = HistoryAnswer::new(service, period, &names, &series, transitions);
    if merge {
        let (points, time) = (series.merged(), period.milliseconds());
        answer.merge(&points, zone, maintenance_ranges(&context, service, &time, &points, series.step));
    }
    elsewhere(move || form.written(&answer, HistoryAnswer::file_name, HistoryAnswer::table)).await
}

/// The number of the node with this name.
pub fn of_node(watched: &Watched<'_>, node: &str) -> Result<NodeId, BadParameter> {
    let known = watched.services.iter().find_map(|(_, nodes)| nodes.get(node).copied());
    known.ok_or_else(|| BadParameter::new("node", "the service has no node of this name, and had none as far as history is kept"))
}

#[derive(Serialize)]
struct HistoryAnswer {
    service: ServiceId,
    #[serde(rename = "type")]
    group: String,
    name: String,
    timezone: &'static str,
    from: String,
    to: String,
    tier: Tier,
    step: Seconds,
    nodes: Vec<NodeAnswer>,
    /// All nodes together; absent unless that is asked for, and then `nodes` is empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    points: Option<Vec<PointAnswer>>,
    /// Present with `points`.
    #[serde(skip_serializing_if = "Option::is_none")]
    maintenance: Option<Vec<RangeAnswer>>,
    /// The latest first.
    transitions: Vec<TransitionAnswer>,
    /// Whether there were more transitions.
    truncated: bool,
}

impl HistoryAnswer {
    fn new(
        service: &ServiceSettings,
        period: Period,
        names: &HashMap<NodeId, String>,
        series: &Series,
        transitions: Vec<Transition>,
    ) -> Self {
        let zone = period.from.timezone();
        let name = |id: &NodeId| names.get(id).cloned();
        let node = |(id, points): (&NodeId, &Vec<Point>)| {
            Some(NodeAnswer { node: name(id)?, points: points.iter().map(|point| PointAnswer::new(point, zone)).collect() })
        };
        let mut nodes: Vec<NodeAnswer> = series.nodes.iter().filter_map(node).collect();
        nodes.sort_by(|a, b| a.node.cmp(&b.node));
        let truncated = transitions.len() > TRANSITIONS;
        let transitions = transitions.into_iter().take(TRANSITIONS);
        Self {
            service: service.id.clone(),
            group: service.group.clone(),
            name: service.name.clone(),
            timezone: zone.name(),
            from: time::written(period.from),
            to: time::written(period.to),
            tier: series.tier,
            step: Seconds(series.step.unsigned_abs()),
            nodes,
            points: None,
            maintenance: None,
            transitions: transitions.filter_map(|it| Some(TransitionAnswer::new(name(&it.node)?, it, zone))).collect(),
            truncated,
        }
    }

    /// Replaces the points of each node by those of all nodes together, and adds the maintenance, in milliseconds since 1970.
    fn merge(&mut self, points: &[Point], zone: Tz, maintenance: Vec<(i64, i64)>) {
        let range = |(from, to)| {
            let [from, to] = [from, to].map(|at| time::written_milliseconds(at, zone));
            RangeAnswer { from, to }
        };
        self.nodes.clear();
        self.points = Some(points.iter().map(|point| PointAnswer::new(point, zone)).collect());
        self.maintenance = Some(maintenance.into_iter().map(range).collect());
    }
}

#[derive(Serialize)]
struct RangeAnswer {
    from: String,
    to: String,
}

#[derive(Serialize)]
struct NodeAnswer {
    node: String,
    points: Vec<PointAnswer>,
}

#[derive(Serialize)]
struct PointAnswer {
    at: String,
    checks: ByState<u32>,
    /// Maintenance included.
    seconds: ByState<Seconds>,
    /// Of these, within maintenance windows. Absent when there were none.
    #[serde(skip_serializing_if = "Option::is_none")]
    maintenance: Option<ByState<Seconds>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    elapsed: Option<ElapsedAnswer>,
}

impl PointAnswer {
    fn new(point: &Point, zone: Tz) -> Self {
        let bucket: &Bucket = &point.bucket;
        let maintenance = ByState::new(|state| Seconds(bucket.time_in(state, true) - bucket.time_in(state, false)));
        Self {
            at: time::written_milliseconds(point.at, zone),
            checks: ByState::of(bucket.checks),
            seconds: ByState::new(|state| Seconds(bucket.time_in(state, true))),
            maintenance: (maintenance != ByState::default()).then_some(maintenance),
            elapsed: bucket.elapsed.as_ref().map(ElapsedAnswer::new),
        }
    }
}

/// Seconds.
#[derive(Serialize)]
struct ElapsedAnswer {
    minimum: f64,
    average: f64,
    maximum: f64,
    p50: f64,
    p95: f64,
    p99: f64,
}

impl ElapsedAnswer {
    fn new(elapsed: &Elapsed) -> Self {
        let seconds = |microseconds: u32| of_microseconds(microseconds.into());
        Self {
            minimum: seconds(elapsed.minimum),
            average: seconds(elapsed.average()),
            maximum: seconds(elapsed.maximum),
            p50: seconds(elapsed.quantile(0.5)),
            p95: seconds(elapsed.quantile(0.95)),
            p99: seconds(elapsed.quantile(0.99)),
        }
    }
}

#[derive(Serialize)]
struct TransitionAnswer {
    at: String,
    node: String,
    from: State,
    to: State,
    /// How long it had been as it was before.
    lasted: Seconds,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

impl TransitionAnswer {
    fn new(node: String, transition: Transition, zone: Tz) -> Self {
        Self {
            at: time::written(transition.at.with_timezone(&zone)),
            node,
            from: transition.from,
            to: transition.to,
            lasted: Seconds(transition.lasted),
            message: transition.message,
        }
    }
}
