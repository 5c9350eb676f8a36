use super::{NodeKey, NodeStatus, ServiceId, StoreNotice};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// One change on the event stream. On the wire the variant is the `event:` field ([`event_name`]) and its content the `data:` field.
#[derive(Clone, Debug, PartialEq)]
pub enum StatusEvent {
    /// A row, new or changed.
    Status(Box<NodeStatus>),
    /// A removed row.
    Removed(NodeKey),
    /// History cannot be stored, or, if absent, can be again.
    Store(Option<StoreNotice>),
    /// Silences or maintenance, now or later, have changed. Clients fetch them again.
    Suppressions,
    /// A service has other tags.
    Tags(ServiceTags),
}

/// The tags of a service, in the order of the configuration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceTags {
    pub service: ServiceId,
    pub tags: Vec<String>,
}

/// The names of the `event:` field.
pub mod event_name {
    /// A whole row: `NodeStatus` as JSON.
    pub const STATUS: &str = "status";
    /// A removed row: `NodeKey` as JSON.
    pub const REMOVED: &str = "removed";
    /// History cannot be stored: `StoreNotice` as JSON, or `null` when it can be again.
    pub const STORE: &str = "store";
    /// Silences or maintenance, now or later, have changed. Data: `{}`.
    pub const SUPPRESSIONS: &str = "suppressions";
    /// A service has other tags: `ServiceTags` as JSON.
    pub const TAGS: &str = "tags";
    /// Missed events are no longer kept: fetch the board again. Data: the position to continue from.
    pub const RESYNC: &str = "resync";
    /// The connection works. An event without id, since scripts in a page cannot see comments.
    pub const HEARTBEAT: &str = "heartbeat";
}

/// A position in the event stream. Sequence numbers start again with each process, so the epoch identifies the process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Position {
    /// Start of the process in milliseconds since 1970.
    pub epoch: u64,
    /// Number of the latest event.
    pub sequence: u64,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.epoch, self.sequence)
    }
}

/// A text is not a position of an event stream.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is no event id: expected `EPOCH-SEQUENCE`, two numbers")]
pub struct InvalidPosition(String);

impl FromStr for Position {
    type Err = InvalidPosition;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || InvalidPosition(text.chars().take(64).collect());
        let (epoch, sequence) = text.split_once('-').ok_or_else(invalid)?;
        Ok(Self { epoch: epoch.parse().map_err(|_| invalid())?, sequence: sequence.parse().map_err(|_| invalid())? })
    }
}

impl TryFrom<String> for Position {
    type Error = InvalidPosition;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Position> for String {
    fn from(position: Position) -> Self {
        position.to_string()
    }
}
