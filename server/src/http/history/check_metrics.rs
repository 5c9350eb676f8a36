//! The metrics that the checks of a service reported.

use super::query::{Period, Query};
use super::question::{Weight, ask, written};
use super::seconds::Seconds;
use super::series::of_node;
use super::time;
use super::watched::{Watched, named};
use crate::auth::Principal;
use crate::http::Context;
use crate::http::errors::ApiError;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery};
use axum::response::Response;
use axum::{Extension, extract};
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use history::{MetricBucket, MetricBuckets, MetricKey, NodeId};
use model::{CheckDetail, MetricView, ServiceId, ServiceSettings, Threshold};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use storage::history_reader::MetricSeries;

const PARAMETERS: &[&str] = &["from", "to", "points", "tz", "node"];

/// Of one node.
const POINTS: u32 = 100;
const MOST_POINTS: u32 = 2000;

/// Of all nodes together: a service of many gets fewer points for each.
const MOST_POINTS_IN_ALL: usize = 4_000;

const DEFAULT_PERIOD: TimeDelta = TimeDelta::days(1);

/// `GET /services/ID/metrics`: the metrics of each node as a bounded number of points.
pub async fn check_metrics(
    extract::State(context): extract::State<Arc<Context>>,
    Extension(caller): Extension<Principal>,
    id: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let service = named(&context, &caller, id)?;
    let query = Query::read(query.as_deref(), PARAMETERS)?;
    let (zone, now) = (query.zone()?, Utc::now());
    let points = query.number("points", POINTS, 1..=MOST_POINTS)?;
    let period = query.period(zone, now, context.history.retention().day, |to| to - DEFAULT_PERIOD)?;
    let watched = Watched::one(&context, service);
    let ids = match query.text("node") {
        Some(node) => vec![of_node(&watched, node)?],
        None => watched.ids(),
    };
    let affordable = (MOST_POINTS_IN_ALL / ids.len().max(1)).max(1);
    let points = points.min(u32::try_from(affordable).unwrap_or(MOST_POINTS));
    let question = context.history.metrics(&ids, period.milliseconds(), points, now.timestamp_millis());
    let series = ask(&context, &caller, &watched, Weight::Light, question).await?;
    let names = watched.by_id().into_iter().map(|(id, (_, node))| (id, node.to_owned())).collect();
    let latest = context.details.of(&service.id);
    written(MetricsAnswer::new(service, period, &names, series, &latest)).await
}

#[derive(Serialize)]
struct MetricsAnswer {
    service: ServiceId,
    timezone: &'static str,
    from: String,
    to: String,
    step: Seconds,
    /// Only nodes with metrics, sorted.
    nodes: Vec<NodeAnswer>,
}

#[derive(Serialize)]
struct NodeAnswer {
    node: String,
    metrics: Vec<MetricAnswer>,
}

#[derive(Serialize)]
struct MetricAnswer {
    name: String,
    unit: String,
    /// The thresholds of the latest check.
    #[serde(skip_serializing_if = "Option::is_none")]
    warning: Option<Threshold>,
    #[serde(skip_serializing_if = "Option::is_none")]
    critical: Option<Threshold>,
    points: Vec<PointAnswer>,
}

#[derive(Serialize)]
struct PointAnswer {
    at: String,
    /// The number of values.
    count: u32,
    minimum: f32,
    mean: f32,
    maximum: f32,
}

impl MetricsAnswer {
    fn new(
        service: &ServiceSettings,
        period: Period,
        names: &HashMap<NodeId, String>,
        series: MetricSeries,
        latest: &BTreeMap<String, Arc<CheckDetail>>,
    ) -> Self {
        let zone = period.from.timezone();
        let node = |(id, metrics): (NodeId, BTreeMap<MetricKey, MetricBuckets>)| {
            let node = names.get(&id)?.clone();
            let known = latest.get(&node).map(|detail| &detail.metrics[..]).unwrap_or_default();
            let metrics = metrics.into_iter().map(|(key, buckets)| MetricAnswer::new(key, buckets, zone, known)).collect();
            Some(NodeAnswer { node, metrics })
        };
        let mut nodes: Vec<NodeAnswer> = series.nodes.into_iter().filter_map(node).collect();
        nodes.sort_by(|a, b| a.node.cmp(&b.node));
        Self {
            service: service.id.clone(),
            timezone: zone.name(),
            from: time::written(period.from),
            to: time::written(period.to),
            step: Seconds(series.step.unsigned_abs()),
            nodes,
        }
    }
}

impl MetricAnswer {
    fn new(key: MetricKey, buckets: MetricBuckets, zone: Tz, latest: &[MetricView]) -> Self {
        let latest = latest.iter().find(|metric| (&metric.name, &metric.unit) == (&key.name, &key.unit));
        let (warning, critical) = latest.map(|metric| (metric.warning, metric.critical)).unwrap_or_default();
        let point = |(at, bucket): (i64, MetricBucket)| {
            let MetricBucket { count, minimum, mean, maximum } = bucket;
            let at = DateTime::from_timestamp_millis(at)?.with_timezone(&zone);
            Some(PointAnswer { at: time::written(at), count, minimum, mean, maximum })
        };
        let points = buckets.into_iter().filter_map(point).collect();
        Self { name: key.name, unit: key.unit, warning, critical, points }
    }
}
