//! The records of a store. They belong to it alone: what goes over the wire has types of its own.

use chrono::{DateTime, FixedOffset};
use history::{NodeId, Sample};
use model::{HoldKind, ServiceId, State, StoredHeartbeat};
use serde::{Deserialize, Serialize};

/// A node that there is or was.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NodeRecord {
    pub id: NodeId,
    pub service: ServiceId,
    pub node: String,
    /// The last commit whose samples of this node are in its chunks. What the journal has of it up to there is not to be counted again.
    pub folded: u64,
    /// How it is. Absent once that is forgotten, by a flush or because the node is gone; then only its history is left.
    pub status: Option<StoredStatus>,
}

/// All that goes on after a restart as if there had been none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredStatus {
    /// `data.type` and `data.name` as they were, for those who read the database.
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
    /// Since when it has been in `state`.
    pub since: DateTime<FixedOffset>,
    /// The trouble it is in; absent while it is operational.
    pub trouble: Option<StoredTrouble>,
    /// Whether it has a row. While a check cannot tell which nodes there are, they have none but are remembered.
    pub shown: bool,
    /// Whether it exists only because the check could not tell which nodes there are.
    pub stands_in: bool,
    #[serde(default, skip_serializing_if = "StoredAlerting::is_usual")]
    pub alerting: StoredAlerting,
    /// What the job of a heartbeat service reported last; absent for other services.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heartbeat: Option<StoredHeartbeat>,
}

/// What is remembered about telling people of a node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredAlerting {
    /// Checks in a row that found it operational, counted while its recovery has to be confirmed.
    pub successes: u32,
    /// Its latest changes between operational and not, one bit for each check, the newest lowest.
    pub changes: u32,
    pub is_flapping: bool,
    /// When somebody was told of its trouble last, and how many reminders that makes.
    pub reminded: Option<(DateTime<FixedOffset>, u32)>,
}

impl StoredAlerting {
    fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}

/// A run of checks that did not find a node operational.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredTrouble {
    pub since: DateTime<FixedOffset>,
    pub worst: State,
    /// The state in which it was seen last; that of the node when absent.
    #[serde(default)]
    pub latest: Option<State>,
    /// The incident that was opened when the trouble was confirmed; absent before that. Somebody was told then.
    pub incident: Option<u64>,
}

/// A node went from one state to another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Transition {
    /// Rises from 1 in the order in which things happened.
    pub id: u64,
    pub node: NodeId,
    pub at: DateTime<FixedOffset>,
    pub from: State,
    pub to: State,
    /// What was seen, in one sentence.
    pub message: Option<String>,
    /// How long it had been in `from`, in milliseconds.
    pub lasted: u64,
}

/// Trouble that was confirmed: one from its first sight to the recovery, whatever bad states it went through.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Incident {
    /// Rises from 1 in the order of opening.
    pub id: u64,
    pub node: NodeId,
    /// When the node was first seen in trouble.
    pub since: DateTime<FixedOffset>,
    /// When that was confirmed.
    pub opened: DateTime<FixedOffset>,
    /// When the node was operational again, or was gone; absent while it lasts.
    pub ended: Option<DateTime<FixedOffset>>,
    pub worst: State,
    /// What was seen when it was opened or became worse.
    pub message: Option<String>,
    /// The channels that are told of it, and therefore are owed word of its end.
    #[serde(default)]
    pub told: Vec<String>,
}

/// Names a message of the outbox for good, to the store and to whoever receives it: every attempt to send it has the same key, and no
/// other message has it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MessageKey(pub String);

/// Word of a change that is owed to one channel. It is stored in the commit of the change and removed when it has been delivered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    pub key: MessageKey,
    /// The channel that is to send it.
    pub channel: String,
    pub created: DateTime<FixedOffset>,
    /// The incident that it is about.
    pub incident: u64,
    pub service: ServiceId,
    pub node: String,
    /// The name of the service that people know.
    pub name: String,
    /// The new state, and the one before the trouble or, for a recovery, the one it came out of.
    pub state: State,
    pub last_state: State,
    /// What was seen, in one sentence.
    pub message: Option<String>,
    #[serde(default)]
    pub kind: MessageKind,
    /// `data.type` as it was.
    #[serde(default)]
    pub group: String,
    /// When the trouble was seen first.
    #[serde(default)]
    pub since: Option<DateTime<FixedOffset>>,
    /// How many checks in a row had found the node in trouble.
    #[serde(default)]
    pub checks: u32,
    /// The delivery that it is part of, once somebody has begun to send it: from then on it goes together with the same others.
    #[serde(default)]
    pub delivery: Option<String>,
    /// Set when it will not be sent any more.
    #[serde(default)]
    pub given_up: Option<GivenUp>,
}

/// What a message says of an incident.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageKind {
    #[default]
    Opened,
    /// It is so much worse that a channel is to be told which was not told before.
    Worsened,
    Reminder,
    FlappingStarted,
    FlappingEnded,
    Recovered,
    /// The node is no longer reported, which ends its incident without a recovery.
    Removed,
}

impl Message {
    /// Whether the incident is over with it, or the node has stopped flapping and is operational.
    pub fn ends_incident(&self) -> bool {
        matches!(self.kind, MessageKind::Recovered | MessageKind::Removed) || self.state.is_operational()
    }
}

/// When and why nobody tries to send a message any more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GivenUp {
    pub at: DateTime<FixedOffset>,
    /// In one sentence; holds no secret.
    pub reason: String,
}

/// What an operator has ordered about alerts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Directive {
    /// Rises from 1.
    pub id: u64,
    pub kind: DirectiveKind,
    /// The services it is about; all when there is none.
    pub services: Vec<ServiceId>,
    pub author: String,
    pub comment: String,
    pub created: DateTime<FixedOffset>,
    pub from: DateTime<FixedOffset>,
    /// Absent when it holds until it is withdrawn.
    pub until: Option<DateTime<FixedOffset>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DirectiveKind {
    /// Nobody is to be told.
    Silence,
    /// Somebody works on this incident; nobody else needs to be told.
    Acknowledgement { incident: u64 },
    /// Trouble is expected, and reports may leave the time out.
    Maintenance,
}

/// Everything that is stored together or not at all.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Commit {
    /// Rises by one from commit to commit, from 1.
    pub number: u64,
    /// The checks, in the order in which they ended.
    pub samples: Vec<Sample>,
    /// The nodes that they concern, each once.
    pub nodes: Vec<NodeChange>,
    pub transitions: Vec<Transition>,
    /// New and changed incidents, by their ids.
    pub incidents: Vec<Incident>,
    /// New and changed messages of the outbox, by their keys.
    pub messages: Vec<Message>,
    /// Messages that the outbox is done with.
    pub settled: Vec<MessageKey>,
    /// New and changed directives, by their ids.
    pub directives: Vec<Directive>,
    /// Directives that hold no more.
    pub withdrawn: Vec<u64>,
}

/// A node as it is after a commit.
#[derive(Clone, Debug, PartialEq)]
pub struct NodeChange {
    pub record: NodeRecord,
    /// Whether nothing but `checked` and `elapsed` differs from what was stored last. A store may then leave it until the next fold,
    /// since the samples say the same.
    pub routine: bool,
}

impl Directive {
    /// Whether it holds at this time.
    pub fn is_in_force(&self, now: DateTime<FixedOffset>) -> bool {
        self.from <= now && self.until.is_none_or(|until| now < until)
    }

    /// Whether it is about this service.
    pub fn covers(&self, service: &ServiceId) -> bool {
        self.services.is_empty() || self.services.contains(service)
    }
}

impl DirectiveKind {
    /// What it is to those who look.
    pub const fn hold(self) -> HoldKind {
        match self {
            Self::Silence => HoldKind::Silence,
            Self::Acknowledgement { .. } => HoldKind::Acknowledgement,
            Self::Maintenance => HoldKind::Maintenance,
        }
    }
}
