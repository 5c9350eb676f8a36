use super::{NodeKey, NodeStatus, StoreNotice};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// One change on the event stream. On the wire the variant is the `event:` field ([`event_name`]) and its content the `data:` field.
#[derive(Clone, Debug, PartialEq)]
pub enum StatusEvent {
    /// A row, new or changed.
    Status(Box<NodeStatus>),
    /// A row that is no more.
    Removed(NodeKey),
    /// That history cannot be saved, or nothing when it can be again.
    Store(Option<StoreNotice>),
    /// What holds alerts, now or later, is not what it was. What it is has to be asked for.
    Suppressions,
}

/// The names of the `event:` field.
pub mod event_name {
    /// A whole row: `NodeStatus` as JSON.
    pub const STATUS: &str = "status";
    /// A row that is no more: `NodeKey` as JSON.
    pub const REMOVED: &str = "removed";
    /// That history cannot be saved: `StoreNotice` as JSON, or `null` when it can be again.
    pub const STORE: &str = "store";
    /// What holds alerts, now or later, is not what it was. Data: `{}`.
    pub const SUPPRESSIONS: &str = "holds";
    /// Events were missed that the server no longer holds: fetch the board anew. Data: the position to go on from.
    pub const RESYNC: &str = "resync";
    /// Nothing happened, but the line is alive. Scripts in a page cannot see comments, so this is an event; it has no id.
    pub const HEARTBEAT: &str = "heartbeat";
}

/// A place in the event stream. Sequence numbers begin anew with each process, so the epoch tells one process from the next.
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

/// A text that is no position of an event stream.
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
