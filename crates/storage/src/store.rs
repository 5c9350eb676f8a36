//! The trait of a store, and its errors, queries and results.

use super::api_key::StoredKey;
use super::note::Note;
use super::records::{Commit, Incident, NodeRecord, Notification, Transition};
use super::silence::Silence;
use chrono::{DateTime, FixedOffset};
use history::{NodeId, Sample, StoredChunk, Tier};
use model::{ServiceId, StoredHeartbeat};
use std::collections::HashSet;
use std::future::Future;
use std::ops::RangeInclusive;
use std::pin::Pin;

/// The result of a call of a store.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// A database. One task writes to it, so commits and folds come one after the other. Reads can run concurrently.
///
/// Times are read back to the microsecond, not necessarily with the same offset from UTC. Only a status keeps its offset.
///
/// Methods have no deadline: the caller stops waiting, and an abandoned write may still happen. Therefore every write can be repeated.
pub trait Store: Send + Sync + 'static {
    /// The value of `persistent_data_backend.type`.
    fn kind(&self) -> &'static str;

    /// Where the data are, for texts; contains no secret.
    fn place(&self) -> String;

    /// Connects, updates an older schema, takes over the states of the Python program, and reads what a process needs at its start.
    fn load(&self) -> Answer<'_, StoreSnapshot>;

    /// Stores a commit as a whole or not at all. On success it survives the end of the process and of the machine. A concurrent read sees
    /// all of it or nothing, where the database supports that.
    ///
    /// A commit whose number is not above that of the last stored one is stored already: it succeeds without effect.
    fn commit<'a>(&'a self, commit: &'a Commit) -> Answer<'a, ()>;

    /// Replaces chunks and nodes as a whole or not at all, and then drops the part of the journal that is no longer needed.
    fn fold<'a>(&'a self, fold: &'a Fold) -> Answer<'a, ()>;

    /// The chunks of a tier in these slots, of these nodes or of all, sorted by slot and node.
    fn chunks<'a>(&'a self, tier: Tier, slots: RangeInclusive<i64>, nodes: Option<&'a [NodeId]>) -> Answer<'a, Vec<StoredChunk>>;

    /// Transitions, the latest first.
    fn transitions<'a>(&'a self, query: &'a TransitionQuery) -> Answer<'a, Vec<Transition>>;

    /// Incidents that lasted at some time within the query's, the latest opened first.
    fn incidents<'a>(&'a self, query: &'a IncidentQuery) -> Answer<'a, Vec<Incident>>;

    /// The incident with this id, or `None` if there is none.
    fn incident(&self, id: u64) -> Answer<'_, Option<Incident>>;

    /// The first notes on an incident, at most `limit`, in the order of entering.
    fn notes(&self, incident: u64, limit: usize) -> Answer<'_, Vec<Note>>;

    /// Deletes a part of the expired data, small enough to delay nothing noticeably. Returns whether there is more.
    fn prune<'a>(&'a self, expired: &'a Expired) -> Answer<'a, bool>;

    /// Finishes writing and closes the database.
    fn close(&self) -> Answer<'_, ()>;
}

/// Why a call of a store failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// It is unavailable now, which may end by itself. The text says what happened, and contains no secret.
    #[error("{0}")]
    Away(String),
    /// It cannot be at its configured place, which does not end by itself: a missing folder, a file without write permission. The text
    /// names the place and the remedy.
    #[error("{0}")]
    Misplaced(String),
    /// Waiting does not help: unexpected data, a newer schema, missing rights. The text names the remedy.
    #[error("{0}")]
    Unusable(String),
}

/// The content of a store that a process needs at its start.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StoreSnapshot {
    /// Number of the last commit; 0 without one.
    pub last_commit: u64,
    /// Every node that has a status or history, sorted by id.
    pub nodes: Vec<NodeRecord>,
    /// The samples of the commits that are not folded for all nodes, in order.
    pub journal: Vec<(u64, Vec<Sample>)>,
    pub last_transition: u64,
    pub last_incident: u64,
    /// Incidents that have not ended.
    pub open_incidents: Vec<Incident>,
    /// Ended incidents with pending notifications. A store leaves them out, and the start of the writer looks them up.
    pub ended_incidents: Vec<Incident>,
    /// The outbox, oldest first.
    pub notifications: Vec<Notification>,
    pub silences: Vec<Silence>,
    /// API keys, without those of `keys.yaml`, sorted by id.
    pub keys: Vec<StoredKey>,
    /// The states of services that the Python program left, by name (`data.name`), read once. Empty at every later start.
    pub legacy: Vec<LegacyStatus>,
}

impl StoreSnapshot {
    /// The time of the latest check.
    pub fn last_check(&self) -> Option<DateTime<FixedOffset>> {
        let statuses = self.nodes.iter().filter_map(|record| record.status.as_ref()).map(|status| status.checked);
        let samples = self.journal.iter().flat_map(|(_, samples)| samples).map(|sample| sample.at).max();
        let sampled = samples.and_then(DateTime::from_timestamp_millis).map(|at| at.fixed_offset());
        statuses.chain(sampled).max()
    }

    /// The latest heartbeats by service.
    pub fn heartbeats(&self) -> impl Iterator<Item = (&ServiceId, &StoredHeartbeat)> {
        self.nodes.iter().filter_map(|record| Some((&record.service, record.status.as_ref()?.heartbeat.as_ref()?)))
    }
}

/// A status that the Python program stored.
#[derive(Clone, Debug, PartialEq)]
pub struct LegacyStatus {
    /// `data.name`, the only id of the Python program.
    pub name: String,
    /// The node that wrote last.
    pub node: Option<String>,
    pub state: model::State,
    pub retries: u32,
    pub last_state: model::State,
}

/// A step of moving the journal into chunks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fold {
    /// Replace the chunks that have the same tier, slot and node.
    pub chunks: Vec<StoredChunk>,
    /// Replace the nodes that have the same id, `folded` included.
    pub nodes: Vec<NodeRecord>,
    /// The journal up to and including this commit is no longer needed.
    pub drop_journal: Option<u64>,
}

/// A query for transitions.
#[derive(Clone, Debug)]
pub struct TransitionQuery {
    /// Of these nodes, or of all.
    pub nodes: Option<HashSet<NodeId>>,
    /// From this instant, included, to that, excluded.
    pub from: DateTime<FixedOffset>,
    pub to: DateTime<FixedOffset>,
    /// Most results.
    pub limit: usize,
}

/// A query for incidents.
#[derive(Clone, Debug)]
pub struct IncidentQuery {
    /// Of these nodes, or of all.
    pub nodes: Option<HashSet<NodeId>>,
    /// Incidents that were open at some time from this instant, included, to that, excluded. An incident is open from `since` to `ended`,
    /// both included.
    pub from: DateTime<FixedOffset>,
    pub to: DateTime<FixedOffset>,
    /// Most results.
    pub limit: usize,
}

/// Data past its retention.
#[derive(Clone, Debug, PartialEq)]
pub enum Expired {
    /// The chunks of a tier in slots before this one.
    Chunks { tier: Tier, before: i64 },
    /// Transitions before this instant.
    Transitions { before: DateTime<FixedOffset> },
    /// Incidents that ended before this instant.
    Incidents { before: DateTime<FixedOffset> },
    /// Nodes without status; the caller knows that no history of theirs is left.
    Nodes { ids: Vec<NodeId> },
}
