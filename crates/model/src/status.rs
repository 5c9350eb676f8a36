use super::{ServiceId, State, Suppression};
use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

/// Names one row: a node of a service.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NodeKey {
    pub service: ServiceId,
    pub node: String,
}

/// One row: the latest that is known of one node of one service. A row is always sent whole, so that applying it twice, or after
/// having missed earlier ones, is harmless.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NodeStatus {
    pub service: ServiceId,
    /// The group the service is listed under: `data.type`.
    #[serde(rename = "type")]
    pub group: String,
    /// The display name: `data.name`.
    pub name: String,
    /// The host, member, worker or instance that was looked at.
    pub node: String,
    /// What people call the node, where it has a name besides its identifier (the `Name` tag of an EC2 instance).
    #[serde(rename = "nodename", default, skip_serializing_if = "Option::is_none")]
    pub node_name: Option<String>,
    pub state: State,
    /// What was seen, in one sentence; absent when there is nothing to say beyond the state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// When the node was checked last, in the server's own time zone; the start of the process for a node not checked yet.
    pub checked: DateTime<FixedOffset>,
    /// How long the check took, in microseconds; absent when nothing was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub elapsed: Option<u64>,
    /// Checks in a row that did not find the node operational.
    pub retries: u32,
    /// `retries_before_notify`: at so many retries somebody is told.
    pub retry_limit: u32,
    /// The state before the trouble: it stays what it was while the node is not operational.
    pub last_state: State,
    /// Since when the node has been in `state`.
    pub since: DateTime<FixedOffset>,
    /// The number of the incident that the node is in; absent while there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident: Option<u64>,
    /// Why nobody is told of the node now; absent while people are.
    #[serde(rename = "hold", default, skip_serializing_if = "Option::is_none")]
    pub suppression: Option<Box<Suppression>>,
}

impl NodeStatus {
    pub fn key(&self) -> NodeKey {
        NodeKey { service: self.service.clone(), node: self.node.clone() }
    }

    /// Whether anybody has looked at the node yet. A check either finds it operational or counts as a retry,
    /// except while a job waits for its first heartbeat.
    pub fn is_checked(&self) -> bool {
        self.state.is_operational() || self.retries > 0
    }
}
