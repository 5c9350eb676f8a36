//! What the page of one service shows.

use super::{DeliveryView, NodeStatus, ServiceSettings, State, Threshold};
use chrono::{DateTime, FixedOffset};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

/// A service now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ServiceView {
    /// The configuration, without secrets.
    pub settings: ServiceSettings,
    /// Where the service is configured, as `file:line`; absent for a user who is not an administrator.
    pub source: Option<String>,
    /// Sorted by node.
    pub nodes: Vec<NodeView>,
    /// The time of the next check; absent while it is not known: during a check, while paused, and if the service cannot be checked.
    pub next_check: Option<DateTime<FixedOffset>>,
    pub is_checking: bool,
    /// Absent unless the service is paused.
    pub pause: Option<PauseView>,
    /// Whether the service does not have the node that was asked for, and had none of that name as far as history is kept.
    #[serde(default)]
    pub lacks_node: bool,
}

/// Why a service is not checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PauseView {
    /// The user who paused it.
    pub author: String,
    pub comment: String,
    pub since: DateTime<FixedOffset>,
    /// Absent if it is paused until a user resumes it.
    pub until: Option<DateTime<FixedOffset>>,
}

/// A request to pause a service.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PauseRequest {
    #[serde(default)]
    pub comment: String,
    /// Default: until the service is resumed.
    #[serde(default, deserialize_with = "instant")]
    pub until: Option<DateTime<FixedOffset>>,
    /// Instead of `until`.
    #[serde(default)]
    pub minutes: Option<u32>,
}

/// An instant with its offset; the error names what is expected.
fn instant<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<DateTime<FixedOffset>>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    let read = |text: String| {
        let wrong =
            |_| D::Error::custom(format!("`until` is not a time with an offset, such as 2026-11-29T12:00:00+01:00: `{text}`"));
        DateTime::parse_from_rfc3339(&text).map_err(wrong)
    };
    text.map(read).transpose()
}

/// A node now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NodeView {
    pub status: NodeStatus,
    /// The details of the latest check; absent before the first check since the start of Platus.
    pub detail: Option<CheckDetail>,
}

/// What the latest check of a node found, besides its row.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CheckDetail {
    /// In the order of the check.
    pub phases: Vec<PhaseView>,
    /// The step in which the check ended, because it took too long or failed: the time until then.
    #[serde(default)]
    pub unfinished: Option<PhaseView>,
    pub expectations: Vec<ExpectationView>,
    pub metrics: Vec<MetricView>,
    /// How the node was reached, if that is notable.
    pub notes: Vec<String>,
}

/// One step of a check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhaseView {
    /// For example `resolve`, `connect`, `tls`, `first byte`.
    pub name: String,
    /// Microseconds.
    pub elapsed: u64,
    /// The median of the latest checks, in microseconds; absent before there are several.
    pub usual: Option<u64>,
}

/// An expected and a seen value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExpectationView {
    /// For example `status 200`.
    pub expected: String,
    /// For example `503 Service Unavailable`.
    pub seen: String,
    pub met: bool,
}

/// A measurement of a check.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MetricView {
    pub name: String,
    pub value: f64,
    /// For example `ms`, `%` or `B`; empty for a plain number.
    pub unit: String,
    /// As in [`Metric`](super::Metric).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warning: Option<Threshold>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub critical: Option<Threshold>,
}

/// Which history of a service the page shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryRange {
    /// Milliseconds since 1970, included.
    pub from: i64,
    /// Milliseconds since 1970, not included.
    pub to: i64,
    /// The node; absent: all nodes together.
    pub node: Option<String>,
    /// Whether all nodes are meant when there is no such node. Otherwise that is an error.
    #[serde(default)]
    pub or_all: bool,
    /// The most points, 1 to 400.
    pub points: u32,
}

/// The history of a service, or of one of its nodes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ServiceHistoryView {
    /// The range of the answer, in milliseconds since 1970.
    pub from: i64,
    pub to: i64,
    /// The width of a point, in milliseconds.
    pub step: i64,
    /// The time between two checks, in milliseconds.
    #[serde(default)]
    pub interval: i64,
    /// In order. A time without checks has none.
    pub points: Vec<HistoryPoint>,
    /// The transitions of the range, the latest first.
    pub transitions: Vec<TransitionView>,
    /// Whether there were more transitions.
    pub truncated: bool,
    /// The incidents that were open at any time of the range, the latest first.
    pub incidents: Vec<IncidentView>,
    /// The results of the notifications of the latest two incidents, by their numbers.
    #[serde(default)]
    pub deliveries: Vec<(u64, Vec<DeliveryView>)>,
    /// The metrics that the checks reported, by name; at most 16. Those of several nodes are together.
    #[serde(default)]
    pub metrics: Vec<MetricHistoryView>,
    /// The width of a point of a metric, in milliseconds.
    #[serde(default)]
    pub metric_step: i64,
    /// Maintenance windows and maintenance that users have entered, as ranges in milliseconds since 1970, in order.
    pub maintenance: Vec<(i64, i64)>,
}

/// A metric of a service over a range.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MetricHistoryView {
    pub name: String,
    /// As in a [`MetricView`].
    pub unit: String,
    /// In order. A time without values has none.
    pub points: Vec<MetricPoint>,
}

/// The values of a metric within one step of time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct MetricPoint {
    /// The begin, in milliseconds since 1970.
    pub at: i64,
    pub minimum: f32,
    pub mean: f32,
    pub maximum: f32,
}

/// The checks of one step of time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct HistoryPoint {
    /// The begin, in milliseconds since 1970.
    pub at: i64,
    /// The number of checks that found the states operational, unhealthy, down, unknown.
    pub checks: [u32; 4],
    /// The time in each of these states, in milliseconds, over all nodes together.
    pub time: [u64; 4],
    /// Absent if nothing was measured.
    pub elapsed: Option<ElapsedView>,
}

/// Durations of checks, in microseconds. Percentiles are accurate within two percent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ElapsedView {
    pub p50: u32,
    pub p95: u32,
    pub p99: u32,
    pub maximum: u32,
}

/// A change of the state of a node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransitionView {
    pub at: DateTime<FixedOffset>,
    pub node: String,
    pub from: State,
    pub to: State,
    /// How long the node was in the state before, in milliseconds.
    pub lasted: u64,
    pub message: Option<String>,
}

/// A confirmed failure of a node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentView {
    pub id: u64,
    pub service: super::ServiceId,
    #[serde(rename = "type")]
    pub group: String,
    pub name: String,
    pub node: String,
    /// The first failed check.
    pub since: DateTime<FixedOffset>,
    /// The confirmation.
    pub opened: DateTime<FixedOffset>,
    /// The recovery; absent while it is open.
    pub ended: Option<DateTime<FixedOffset>>,
    pub worst: State,
    pub message: Option<String>,
    /// Who acknowledged it; absent if it is not acknowledged.
    pub acknowledged_by: Option<String>,
}

/// The figures of a service for several periods.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ServiceFiguresView {
    /// For 1, 7, 30, 90 and 365 days until now.
    pub availability: Vec<AvailabilityView>,
    pub incidents: IncidentFiguresView,
    /// The latest five minutes; absent if nothing was measured.
    pub recent: Option<ElapsedView>,
    /// The latest 24 hours; absent if nothing was measured.
    pub usual: Option<ElapsedView>,
}

/// The availability of a service in a period until now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AvailabilityView {
    pub days: u32,
    pub with_maintenance: Availability,
    pub without_maintenance: Availability,
}

/// How long a service was operational.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Availability {
    /// From 0 to 1; absent without any known time.
    pub operational: Option<f64>,
    /// The part of the time in which the state was known, from 0 to 1.
    pub known: f64,
}

/// The incidents of a service in a period until now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentFiguresView {
    pub days: u32,
    pub count: u32,
    pub open: u32,
    /// The mean duration of those that have ended, in milliseconds.
    pub mean: Option<u64>,
    /// The longest, in milliseconds; an open one until now.
    pub longest: Option<u64>,
}
