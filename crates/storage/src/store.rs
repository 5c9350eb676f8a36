//! What a database has to be able to do.

use super::records::{Commit, Directive, Incident, Message, NodeRecord, Transition};
use chrono::{DateTime, FixedOffset};
use history::{NodeId, Sample, StoredChunk, Tier};
use model::{ServiceId, StoredHeartbeat};
use std::collections::HashSet;
use std::future::Future;
use std::ops::RangeInclusive;
use std::pin::Pin;

/// What comes of asking a store.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// A database. One task writes to it, so that commits and folds come one after the other; reading may go on beside that.
///
/// Instants come back as the same instants, to the microsecond, not necessarily with the same offset from UTC; only a status keeps its
/// offset.
///
/// No method is given a deadline: whoever calls it gives up in time, and what was given up may still happen. Therefore everything
/// that is written can be written again.
pub trait Store: Send + Sync + 'static {
    /// The word of `persistent_data_backend.type`.
    fn kind(&self) -> &'static str;

    /// Where the data are, for a person; holds no secret.
    fn place(&self) -> String;

    /// Connects, brings an older schema up to date, takes over what the original Platus left there, and reads what a process has to
    /// know at its start.
    fn load(&self) -> Answer<'_, Loaded>;

    /// Stores a commit as a whole or not at all. On success it survives the end of the process and of the machine. Whoever reads
    /// meanwhile sees all of it or nothing, where the database has a way to do that.
    ///
    /// A commit whose number is not above that of the last one stored has been stored already: nothing is done, and that is a success.
    fn commit<'a>(&'a self, commit: &'a Commit) -> Answer<'a, ()>;

    /// Replaces chunks and nodes as a whole or not at all, and then drops the part of the journal that is not needed any more.
    fn fold<'a>(&'a self, fold: &'a Fold) -> Answer<'a, ()>;

    /// The chunks of a tier in these slots, of these nodes or of all, sorted by slot and node.
    fn chunks<'a>(&'a self, tier: Tier, slots: RangeInclusive<i64>, nodes: Option<&'a [NodeId]>) -> Answer<'a, Vec<StoredChunk>>;

    /// Transitions, the latest first.
    fn transitions<'a>(&'a self, query: &'a TransitionQuery) -> Answer<'a, Vec<Transition>>;

    /// Incidents that lasted at some time within the query's, the latest opened first.
    fn incidents<'a>(&'a self, query: &'a IncidentQuery) -> Answer<'a, Vec<Incident>>;

    /// Deletes some of what has expired, so little that nothing else waits for it noticeably. Returns whether there is more.
    fn prune<'a>(&'a self, expired: &'a Expired) -> Answer<'a, bool>;

    /// Writes out what is still on the way and lets go of the database.
    fn close(&self) -> Answer<'_, ()>;
}

/// Why a store did not do as it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// It cannot be reached or is not able to, now; that may end by itself. The text says what happened, and names no secret.
    #[error("{0}")]
    Away(String),
    /// It cannot be where it is configured to be, as things are, and that does not end by itself: a folder that is not there, a file
    /// that may not be written. The text names the place and says what to do.
    #[error("{0}")]
    Misplaced(String),
    /// Waiting will not help: other data than expected, a newer schema, no right to the database. The text says what to do.
    #[error("{0}")]
    Unusable(String),
}

/// What a process has to know at its start.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Loaded {
    /// Number of the last commit; 0 when there was none.
    pub last_commit: u64,
    /// Every node that has a status or history, sorted by id.
    pub nodes: Vec<NodeRecord>,
    /// Commits with their samples, as far as they are not folded for all nodes, in order.
    pub journal: Vec<(u64, Vec<Sample>)>,
    pub last_transition: u64,
    pub last_incident: u64,
    /// Incidents that have not ended.
    pub open_incidents: Vec<Incident>,
    /// The outbox, oldest first.
    pub messages: Vec<Message>,
    pub directives: Vec<Directive>,
    /// What the original Platus left: the state of a service by its name (`data.name`), read once. Empty at every later start.
    pub original: Vec<OriginalStatus>,
}

impl Loaded {
    /// When Platus was running last, as far as the records of its checks say.
    pub fn last_check(&self) -> Option<DateTime<FixedOffset>> {
        let statuses = self.nodes.iter().filter_map(|record| record.status.as_ref()).map(|status| status.checked);
        let samples = self.journal.iter().flat_map(|(_, samples)| samples).map(|sample| sample.at).max();
        let sampled = samples.and_then(DateTime::from_timestamp_millis).map(|at| at.fixed_offset());
        statuses.chain(sampled).max()
    }

    /// What the jobs of heartbeat services reported last.
    pub fn heartbeats(&self) -> impl Iterator<Item = (&ServiceId, &StoredHeartbeat)> {
        self.nodes.iter().filter_map(|record| Some((&record.service, record.status.as_ref()?.heartbeat.as_ref()?)))
    }
}

/// A status that the original Platus stored.
#[derive(Clone, Debug, PartialEq)]
pub struct OriginalStatus {
    /// `data.name`; the original knew nothing else.
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
    /// The journal up to and including this commit is needed no more.
    pub drop_journal: Option<u64>,
}

/// Which transitions are wanted.
#[derive(Clone, Debug)]
pub struct TransitionQuery {
    /// Of these nodes, or of all.
    pub nodes: Option<HashSet<NodeId>>,
    /// From this instant, included, to that, excluded.
    pub from: DateTime<FixedOffset>,
    pub to: DateTime<FixedOffset>,
    /// So many at most.
    pub limit: usize,
}

/// Which incidents are wanted.
#[derive(Clone, Debug)]
pub struct IncidentQuery {
    /// Of these nodes, or of all.
    pub nodes: Option<HashSet<NodeId>>,
    /// Those that lasted at some time from this instant, included, to that, excluded. An incident lasts from `since` to `ended`, both
    /// included.
    pub from: DateTime<FixedOffset>,
    pub to: DateTime<FixedOffset>,
    /// So many at most.
    pub limit: usize,
}

/// What is kept no longer.
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
