//! Reads history: from the chunks of the store, and from the samples that are not folded yet. Callers decide who may see which service.

mod choice;
mod metrics;
mod series;
mod totals;

pub use metrics::MetricSeries;
pub use series::{Point, Series};

use super::note::Note;
use super::records::{Incident, Transition};
use super::store::{IncidentQuery, Store, StoreError, TransitionQuery};
use history::metrics::MetricTail;
use history::tail::{Recent, Tail};
use history::{Bucket, Corrupt, NodeId, Retention, StoredChunk, Tier};
use model::ServiceId;
use parking_lot::{Mutex, RwLock};
use std::collections::{BTreeMap, HashMap};
use std::future::Future;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// Time limit of a query of history.
const READING: Duration = Duration::from_secs(10);

/// Buckets by node and start, in milliseconds since 1970.
pub type Buckets = BTreeMap<NodeId, BTreeMap<i64, Bucket>>;

/// Reads history.
pub struct HistoryReader {
    store: Arc<dyn Store>,
    retention: Retention,
    tail: Mutex<Tail>,
    metrics: Mutex<MetricTail>,
    directory: RwLock<Directory>,
}

/// Which nodes each service has or had.
type Directory = HashMap<ServiceId, BTreeMap<String, NodeId>>;

impl HistoryReader {
    pub fn new(store: Arc<dyn Store>, retention: Retention) -> Self {
        Self { store, retention, tail: Mutex::default(), metrics: Mutex::default(), directory: RwLock::default() }
    }

    pub fn retention(&self) -> Retention {
        self.retention
    }

    /// The nodes that a service has or had, by name.
    pub fn nodes(&self, service: &ServiceId) -> BTreeMap<String, NodeId> {
        self.directory.read().get(service).cloned().unwrap_or_default()
    }

    /// Transitions, the latest first.
    pub async fn transitions(&self, query: &TransitionQuery) -> Result<Vec<Transition>, StoreError> {
        in_time(self.store.transitions(query)).await
    }

    /// Incidents, the latest first.
    pub async fn incidents(&self, query: &IncidentQuery) -> Result<Vec<Incident>, StoreError> {
        in_time(self.store.incidents(query)).await
    }

    /// The incident with this id, or `None` if there is none.
    pub async fn incident(&self, id: u64) -> Result<Option<Incident>, StoreError> {
        in_time(self.store.incident(id)).await
    }

    /// The first notes on an incident, in the order of entering.
    pub async fn notes(&self, incident: u64, limit: usize) -> Result<Vec<Note>, StoreError> {
        in_time(self.store.notes(incident, limit)).await
    }

    /// Adds a node of a service. For the store writer.
    pub(super) fn introduce(&self, service: &ServiceId, node: &str, id: NodeId) {
        let mut directory = self.directory.write();
        let nodes = directory.entry(service.clone()).or_default();
        if !nodes.contains_key(node) {
            nodes.insert(node.to_owned(), id);
        }
    }

    /// Removes a node without remaining history. For the store writer.
    pub(super) fn forget(&self, service: &ServiceId, node: &str) {
        let mut directory = self.directory.write();
        if let Some(nodes) = directory.get_mut(service) {
            nodes.remove(node);
        }
    }

    /// Works with the samples that are not folded yet. For the store writer.
    pub(super) fn with_tail<T>(&self, work: impl FnOnce(&mut Tail) -> T) -> T {
        work(&mut self.tail.lock())
    }

    /// The buckets of a tier that begin within this time, of these nodes or of all.
    async fn buckets(&self, tier: Tier, nodes: Option<&[NodeId]>, time: Range<i64>) -> Result<Buckets, StoreError> {
        if time.is_empty() {
            return Ok(Buckets::new());
        }
        let slots = tier.slot(time.start)..=tier.slot(time.end - 1);
        // In this order: samples that are folded in between are in both, which their commit shows. In the other order they would be in
        // neither.
        let recent = self.with_tail(|tail| tail.copy(nodes));
        let chunks = in_time(self.store.chunks(tier, slots.clone(), nodes)).await?;

        let mut by_node: BTreeMap<NodeId, BTreeMap<i64, Vec<u8>>> = BTreeMap::new();
        for StoredChunk { slot, node, bytes, .. } in chunks.into_iter().filter(|chunk| !chunk.node.is_of_metrics()) {
            by_node.entry(node).or_default().insert(slot, bytes);
        }
        for node in recent.keys() {
            by_node.entry(*node).or_default();
        }
        // Decoding years of many services takes time in which other tasks must go on.
        let decoding = tokio::task::spawn_blocking(move || {
            let assembled = by_node.into_iter().map(|(node, chunks)| {
                let recent = recent.get(&node).map(Vec::as_slice).unwrap_or_default();
                assemble(tier, &chunks, recent, &time).map(|buckets| (node, buckets))
            });
            assembled.filter(|assembled| assembled.as_ref().map_or(true, |(_, buckets)| !buckets.is_empty())).collect()
        });
        let decoded: Result<Buckets, Corrupt> = decoding.await.map_err(|error| StoreError::Away(error.to_string()))?;
        decoded.map_err(|error| StoreError::Unusable(format!("history in {} cannot be read: {error}", self.store.place())))
    }
}

fn assemble(
    tier: Tier,
    chunks: &BTreeMap<i64, Vec<u8>>,
    recent: &[Recent],
    time: &Range<i64>,
) -> Result<BTreeMap<i64, Bucket>, Corrupt> {
    let touched = history::folding::slots(tier, recent);
    let slots = chunks.keys().chain(touched.iter().filter(|slot| !chunks.contains_key(slot)));
    let mut buckets = BTreeMap::new();
    for slot in slots {
        let recent = if touched.contains(slot) { recent } else { &[] };
        let chunk = history::folding::buckets(tier, *slot, chunks.get(slot).map(Vec::as_slice), recent)?;
        buckets.extend(chunk.into_iter().filter(|(start, _)| time.contains(start)));
    }
    Ok(buckets)
}

/// Waits for a store, at most for [`READING`].
async fn in_time<T>(answer: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    let late = || StoreError::Away(format!("the store did not answer within {READING:?}"));
    timeout(READING, answer).await.unwrap_or_else(|_| Err(late()))
}
