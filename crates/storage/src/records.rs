//! The records of a store. Only stores serialise them; the API and the page have types of their own. Names in a `serde` attribute are names
//! in databases, and never change.

use crate::api_key::StoredKey;
use crate::delivery_record::DeliveryRecord;
use crate::note::Note;
use crate::silence::Silence;
use chrono::{DateTime, FixedOffset};
use history::{NodeId, Sample};
use model::{NodeKey, NotificationKind, ServiceId, State, StoredHeartbeat};
use serde::{Deserialize, Serialize};

/// A present or former node.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NodeRecord {
    pub id: NodeId,
    pub service: ServiceId,
    pub node: String,
    /// The last commit whose samples of this node are in its chunks. Its samples in the journal up to there must not be counted again.
    pub folded: u64,
    /// Its status. Absent after a reset or when the node was removed; then only its history is left.
    pub status: Option<StoredStatus>,
}

/// The status of a node that continues after a restart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredStatus {
    /// `data.type` and `data.name` at that time, for readers of the database.
    pub group: String,
    pub name: String,
    pub node_name: Option<String>,
    pub state: State,
    pub message: Option<String>,
    pub checked: DateTime<FixedOffset>,
    /// Microseconds; absent when nothing was measured.
    pub elapsed: Option<u64>,
    pub retries: u32,
    pub last_state: State,
    /// Begin of `state`.
    pub since: DateTime<FixedOffset>,
    /// Its current failure; absent while it is operational.
    #[serde(rename = "trouble")]
    pub failure: Option<StoredFailure>,
    /// Whether it has a row. While a check cannot determine its nodes, they have none but are kept.
    pub shown: bool,
    /// Whether it exists only because the check could not determine its nodes.
    pub stands_in: bool,
    #[serde(default, skip_serializing_if = "StoredAlerting::is_usual")]
    pub alerting: StoredAlerting,
    /// The latest heartbeats of a heartbeat service; absent for other services.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heartbeat: Option<StoredHeartbeat>,
}

/// The state of the notifications about a node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredAlerting {
    /// Successful checks in a row, counted while its recovery is not confirmed.
    pub successes: u32,
    /// Its latest changes between `operational` and a failure, one bit for each check, the newest lowest.
    pub changes: u32,
    pub is_flapping: bool,
    /// Time of the latest notification about its failure, and the number of reminders so far.
    pub reminded: Option<(DateTime<FixedOffset>, u32)>,
}

impl StoredAlerting {
    fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}

/// Consecutive failed checks of a node.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredFailure {
    pub since: DateTime<FixedOffset>,
    pub worst: State,
    /// Its latest state; that of the node when absent.
    #[serde(default)]
    pub latest: Option<State>,
    /// The incident that was opened when the failure was confirmed; absent before.
    pub incident: Option<u64>,
}

/// A node went from one state to another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Transition {
    /// Rises from 1 in the order of events.
    pub id: u64,
    pub node: NodeId,
    pub at: DateTime<FixedOffset>,
    pub from: State,
    pub to: State,
    /// The message of the check, in one sentence.
    pub message: Option<String>,
    /// How long it had been in `from`, in milliseconds.
    pub lasted: u64,
}

/// A confirmed failure of one node, from the first failed check to the recovery, whatever its states in between.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Incident {
    /// Rises from 1 in the order of opening.
    pub id: u64,
    pub node: NodeId,
    /// Time of the first failed check.
    pub since: DateTime<FixedOffset>,
    /// Time of the confirmation.
    pub opened: DateTime<FixedOffset>,
    /// Time of the recovery, or when the node was removed; absent while the incident is open.
    pub ended: Option<DateTime<FixedOffset>>,
    pub worst: State,
    /// The message of the check when it was opened or became worse.
    pub message: Option<String>,
    /// The channels that are notified of it, and therefore of its end.
    #[serde(rename = "told", default)]
    pub notified_channels: Vec<String>,
    /// The id that its service had when it was opened; absent if the service still has it. Receivers know the incident by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opened_as: Option<ServiceId>,
    /// The results of its notifications, in order; at most [`MOST_DELIVERIES`](crate::MOST_DELIVERIES).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deliveries: Vec<DeliveryRecord>,
}

/// The unique key of a notification in the outbox. Every delivery attempt has the same key, which receivers use to recognise duplicates.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NotificationKey(pub String);

/// A notification for one channel. It is stored in the commit of the change that caused it, and removed when it is delivered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Notification {
    pub key: NotificationKey,
    /// The channel that sends it.
    pub channel: String,
    pub created: DateTime<FixedOffset>,
    /// Its incident.
    pub incident: u64,
    pub service: ServiceId,
    pub node: String,
    /// The display name of the service, `data.name`.
    pub name: String,
    /// The new state, and the one before the failure or, for a recovery, the state of the failure.
    pub state: State,
    pub last_state: State,
    /// The message of the check, in one sentence.
    pub message: Option<String>,
    #[serde(default)]
    pub kind: NotificationKind,
    /// `data.type` at that time.
    #[serde(default)]
    pub group: String,
    /// Time of the first failed check.
    #[serde(default)]
    pub since: Option<DateTime<FixedOffset>>,
    /// Failed checks in a row.
    #[serde(default)]
    pub checks: u32,
    /// The delivery that it is part of, set before the first attempt. All attempts have the same notifications.
    #[serde(default)]
    pub delivery: Option<String>,
    /// Set when it is no longer retried.
    #[serde(default)]
    pub given_up: Option<Undeliverable>,
    /// As of its incident.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opened_as: Option<ServiceId>,
}

impl Notification {
    /// Its service has this id now.
    pub fn rename(&mut self, to: ServiceId) {
        let before = std::mem::replace(&mut self.service, to);
        self.opened_as.get_or_insert(before);
    }

    /// Whether it ends the incident, or reports that the node has stopped flapping and is operational.
    pub fn ends_incident(&self) -> bool {
        matches!(self.kind, NotificationKind::Recovered | NotificationKind::Removed) || self.state.is_operational()
    }
}

/// When and why a notification was dropped.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Undeliverable {
    pub at: DateTime<FixedOffset>,
    /// In one sentence; contains no secret.
    pub reason: String,
}

/// Changes that are stored together or not at all.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Commit {
    /// Rises by one from commit to commit, from 1.
    pub number: u64,
    /// The samples, in the order in which the checks ended.
    pub samples: Vec<Sample>,
    /// The nodes of the samples, each once.
    pub nodes: Vec<NodeChange>,
    /// What nodes of this commit were called before, if their service has another id now. A store that keeps something under the name of
    /// a node removes it.
    pub renamed: Vec<NodeKey>,
    pub transitions: Vec<Transition>,
    /// New and changed incidents, by their ids.
    pub incidents: Vec<Incident>,
    /// New and changed notifications of the outbox, by their keys.
    pub notifications: Vec<Notification>,
    /// Notifications that leave the outbox.
    pub settled: Vec<NotificationKey>,
    /// New and changed silences, by their ids.
    pub silences: Vec<Silence>,
    /// Ids of withdrawn silences.
    pub withdrawn: Vec<u64>,
    /// New and changed API keys, by their ids.
    pub keys: Vec<StoredKey>,
    /// Ids of revoked API keys.
    pub revoked: Vec<u64>,
    /// New notes.
    pub notes: Vec<Note>,
}

/// A node as it is after a commit.
#[derive(Clone, Debug, PartialEq)]
pub struct NodeChange {
    pub record: NodeRecord,
    /// Whether only `checked` and `elapsed` differ from the stored record. A store may then postpone it until the next fold, because the
    /// samples have the same data.
    pub routine: bool,
}
