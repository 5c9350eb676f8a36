//! A service in the API.

use crate::http::history::{seconds, time};
use chrono::{DateTime, FixedOffset};
use chrono_tz::Tz;
use model::{
    CheckDetail, ExpectationView, MetricView, NodeStatus, NodeView, PauseView, PhaseView, ServiceId, ServiceSettings, ServiceView,
    SettingEntry, State, SuppressionKind,
};
use serde::Serialize;

/// A service and its nodes. The list of services has only these keys.
#[derive(Serialize)]
pub struct ServiceAnswer {
    id: ServiceId,
    #[serde(rename = "type")]
    group: String,
    name: String,
    plugin: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    /// Seconds.
    interval: f64,
    nodes: Vec<NodeAnswer>,
    #[serde(flatten)]
    more: Option<MoreAnswer>,
}

/// What the answer about one service has besides.
#[derive(Serialize)]
struct MoreAnswer {
    /// Seconds.
    timeout: f64,
    roles: Vec<String>,
    /// Without secrets.
    properties: Vec<SettingEntry>,
    data: Vec<SettingEntry>,
    /// Why it cannot be checked.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
    /// `file:line`, for administrators.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_check: Option<String>,
    is_checking: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pause: Option<PauseAnswer>,
}

#[derive(Serialize)]
struct NodeAnswer {
    node: String,
    #[serde(rename = "nodename", skip_serializing_if = "Option::is_none")]
    node_name: Option<String>,
    state: State,
    since: String,
    /// Absent before the first check.
    #[serde(skip_serializing_if = "Option::is_none")]
    checked: Option<String>,
    /// Seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    elapsed: Option<f64>,
    retries: u32,
    last_state: State,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(flatten)]
    more: Option<MoreOfNodeAnswer>,
}

#[derive(Serialize)]
struct MoreOfNodeAnswer {
    /// Failed checks in a row that open an incident.
    retry_limit: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    incident: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    suppression: Option<SuppressionAnswer>,
    #[serde(flatten)]
    detail: Option<DetailAnswer>,
}

#[derive(Serialize)]
struct DetailAnswer {
    phases: Vec<PhaseAnswer>,
    /// The step in which the check ended, because it took too long or failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    unfinished: Option<PhaseAnswer>,
    expectations: Vec<ExpectationView>,
    metrics: Vec<MetricView>,
    notes: Vec<String>,
}

/// Seconds.
#[derive(Serialize)]
struct PhaseAnswer {
    name: String,
    elapsed: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    usual: Option<f64>,
}

#[derive(Serialize)]
struct SuppressionAnswer {
    kind: SuppressionKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    author: Option<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    comment: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
}

#[derive(Serialize)]
pub(super) struct PauseAnswer {
    author: String,
    comment: String,
    since: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
}

impl ServiceAnswer {
    /// A service of the list.
    pub fn brief<'a>(service: &ServiceSettings, nodes: impl IntoIterator<Item = &'a NodeStatus>, zone: Tz) -> Self {
        Self {
            id: service.id.clone(),
            group: service.group.clone(),
            name: service.name.clone(),
            plugin: service.plugin.clone(),
            tags: service.tags.clone(),
            interval: service.interval,
            nodes: nodes.into_iter().map(|status| NodeAnswer::new(status, None, zone)).collect(),
            more: None,
        }
    }

    /// One service with all that is known of it now.
    pub(super) fn whole(view: ServiceView, zone: Tz) -> Self {
        let ServiceView { settings, source, nodes, next_check, is_checking, pause, lacks_node: _ } = view;
        let node = |NodeView { status, detail }: NodeView| {
            let more = MoreOfNodeAnswer::new(&status, detail, zone);
            NodeAnswer::new(&status, Some(more), zone)
        };
        Self {
            nodes: nodes.into_iter().map(node).collect(),
            more: Some(MoreAnswer {
                timeout: settings.timeout,
                roles: settings.roles.clone(),
                properties: settings.properties.clone(),
                data: settings.data.clone(),
                problem: settings.problem.clone(),
                source,
                next_check: next_check.map(|at| written(at, zone)),
                is_checking,
                pause: pause.map(|pause| PauseAnswer::new(pause, zone)),
            }),
            ..Self::brief(&settings, [], zone)
        }
    }
}

impl NodeAnswer {
    fn new(status: &NodeStatus, more: Option<MoreOfNodeAnswer>, zone: Tz) -> Self {
        Self {
            node: status.node.clone(),
            node_name: status.node_name.clone(),
            state: status.state,
            since: written(status.since, zone),
            checked: status.is_checked().then(|| written(status.checked, zone)),
            elapsed: status.elapsed.map(seconds::of_microseconds),
            retries: status.retries,
            last_state: status.last_state,
            message: status.message.clone(),
            more,
        }
    }
}

impl MoreOfNodeAnswer {
    fn new(status: &NodeStatus, detail: Option<CheckDetail>, zone: Tz) -> Self {
        let suppression = status.suppression.as_deref().cloned();
        let suppression = suppression.map(|model::Suppression { kind, author, comment, until }| SuppressionAnswer {
            kind,
            author,
            comment,
            until: until.map(|until| written(until, zone)),
        });
        let phase = |PhaseView { name, elapsed, usual }| PhaseAnswer {
            name,
            elapsed: seconds::of_microseconds(elapsed),
            usual: usual.map(seconds::of_microseconds),
        };
        let detail = detail.map(|CheckDetail { phases, unfinished, expectations, metrics, notes }| DetailAnswer {
            phases: phases.into_iter().map(phase).collect(),
            unfinished: unfinished.map(phase),
            expectations,
            metrics,
            notes,
        });
        Self { retry_limit: status.retry_limit, incident: status.incident, suppression, detail }
    }
}

impl PauseAnswer {
    pub(super) fn new(pause: PauseView, zone: Tz) -> Self {
        let PauseView { author, comment, since, until } = pause;
        Self { author, comment, since: written(since, zone), until: until.map(|until| written(until, zone)) }
    }
}

fn written(instant: DateTime<FixedOffset>, zone: Tz) -> String {
    time::written(instant.with_timezone(&zone))
}
