use super::{ServiceId, State, Suppression, SuppressionKind};
use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

/// Identifies a row: a node of a service.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NodeKey {
    pub service: ServiceId,
    pub node: String,
}

/// One row: the present state of one node of one service. A row is always sent whole, so that repeated and missed rows are harmless.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NodeStatus {
    pub service: ServiceId,
    /// The group the service is listed under: `data.type`.
    #[serde(rename = "type")]
    pub group: String,
    /// The display name: `data.name`.
    pub name: String,
    /// The host, member, worker or instance that was checked.
    pub node: String,
    /// The display name of the node, if it has one besides its identifier (the `Name` tag of an EC2 instance).
    #[serde(rename = "nodename", default, skip_serializing_if = "Option::is_none")]
    pub node_name: Option<String>,
    pub state: State,
    /// What the check found, in one sentence; absent if the state says it all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The latest check, in the time zone of the server; the start of the process for a node that was not checked yet.
    pub checked: DateTime<FixedOffset>,
    /// The duration of the check, in microseconds; absent if nothing was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub elapsed: Option<u64>,
    /// Failed checks in a row.
    pub retries: u32,
    /// `retries_before_notify`: at this number of retries the incident opens.
    pub retry_limit: u32,
    /// The state before the failure. It does not change while the node fails.
    pub last_state: State,
    /// The time of the change to `state`.
    pub since: DateTime<FixedOffset>,
    /// The number of the open incident; absent if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident: Option<u64>,
    /// Why no notifications are sent for the node; absent if they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suppression: Option<Box<Suppression>>,
}

impl NodeStatus {
    /// The key of the row.
    pub fn key(&self) -> NodeKey {
        NodeKey { service: self.service.clone(), node: self.node.clone() }
    }

    /// Whether its service is paused. Its state is then the latest known one, and nothing that needs attention.
    pub fn is_paused(&self) -> bool {
        self.suppression.as_ref().is_some_and(|suppression| suppression.kind == SuppressionKind::Pause)
    }

    /// Whether the node was checked. A check either finds it operational or counts as a retry,
    /// except while a job waits for its first heartbeat.
    pub fn is_checked(&self) -> bool {
        self.state.is_operational() || self.retries > 0
    }
}
