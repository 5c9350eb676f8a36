//! Backfills an empty store with results of checks that this process did not make: those of the demo, and those of another monitor. The
//! state machine decides on them, so that transitions and incidents are what Platus would have stored, and the chunks are those of the
//! store writer.

use checks::heartbeats::Heartbeats;
use chrono::{DateTime, FixedOffset, TimeDelta};
use engine::Service;
use engine::alert_sink::AlertSink;
use engine::commit_builder::CommitBuilder;
use engine::service_nodes::ServiceNodes;
use history::folding;
use history::tail::Recent;
use history::{Corrupt, NodeId, Retention, Sample, StoredChunk, Tier};
use model::{Observation, ServiceId};
use std::collections::BTreeMap;
use std::sync::Arc;
use storage::sqlite::SqliteStore;
use storage::write_requests::WriteRequest;
use storage::{Commit, DeliveryRecord, Fold, NodeRecord, Notification, Store, StoreError, StoreSnapshot};

/// The time until a notification was delivered.
const DELIVERY: TimeDelta = TimeDelta::seconds(7);

/// Why a store cannot be backfilled.
#[derive(Debug, thiserror::Error)]
pub enum BackfillError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("it cannot be folded: {0}")]
    History(#[from] Corrupt),
}

/// What is not in the store yet.
pub struct Backfill {
    builder: CommitBuilder,
    chunks: BTreeMap<(NodeId, Tier, i64), StoredChunk>,
    records: BTreeMap<NodeId, NodeRecord>,
    /// The end of the history.
    until: DateTime<FixedOffset>,
}

impl Backfill {
    /// `sink` says which channels were notified, and when there was maintenance; `loaded` is what the store has.
    pub fn new(sink: Arc<dyn AlertSink>, heartbeats: Heartbeats, loaded: &StoreSnapshot, until: DateTime<FixedOffset>) -> Self {
        let builder = CommitBuilder::new(sink, heartbeats, loaded);
        Self { builder, chunks: BTreeMap::new(), records: BTreeMap::new(), until }
    }

    /// Adds the result of a check. The times of all checks must rise.
    pub fn add(&mut self, service: &Service, nodes: &mut ServiceNodes, observation: Observation, checked: DateTime<FixedOffset>) {
        let outcome = nodes.record(service, Ok(vec![observation]), checked);
        self.builder.add_outcome(service, nodes, &outcome, checked);
    }

    /// Ends the open incidents of a service with its latest check, when another monitor made the checks so far.
    pub fn end_failures(&mut self, service: &Service, nodes: &mut ServiceNodes) {
        let Some(latest) = nodes.iter().map(|(_, node)| node.latest.checked).max() else { return };
        let outcome = nodes.end_failures();
        self.builder.add_outcome(service, nodes, &outcome, latest);
    }

    /// Adds what operators have done.
    pub fn enter(&mut self, request: WriteRequest) {
        self.builder.add_entry(request);
    }

    /// What was stored last of a node of a service.
    pub fn record(&self, service: &ServiceId) -> Option<&NodeRecord> {
        self.records.values().find(|record| record.service == *service)
    }

    /// Stores everything but the samples, and folds these.
    pub async fn save(&mut self, store: &SqliteStore) -> Result<(), BackfillError> {
        let Some(mut commit) = self.builder.take() else { return Ok(()) };
        // They were delivered when they happened. The next commit says so.
        let delivered = |message: Notification| DeliveryRecord::delivered(&message, message.created + DELIVERY);
        let deliveries: Vec<_> = std::mem::take(&mut commit.notifications).into_iter().map(delivered).collect();
        if !deliveries.is_empty() {
            self.builder.add_entry(WriteRequest { deliveries, ..WriteRequest::default() });
        }
        let samples = std::mem::take(&mut commit.samples);
        self.fold(&commit, samples)?;
        for change in &mut commit.nodes {
            change.routine = false;
            self.records.insert(change.record.id, change.record.clone());
        }
        Ok(store.commit(&commit).await?)
    }

    /// Stores the rest, and closes the store.
    pub async fn finish(mut self, store: &SqliteStore) -> Result<(), BackfillError> {
        self.save(store).await?;
        let fold = Fold { chunks: self.chunks.into_values().collect(), nodes: Vec::new(), drop_journal: None };
        store.fold(&fold).await?;
        Ok(store.close().await?)
    }

    fn fold(&mut self, commit: &Commit, samples: Vec<Sample>) -> Result<(), BackfillError> {
        let retention = Retention::default();
        let mut by_node: BTreeMap<NodeId, Vec<Recent>> = BTreeMap::new();
        for sample in samples {
            by_node.entry(sample.node).or_default().push(Recent { commit: commit.number, sample });
        }
        for (node, recent) in by_node {
            for tier in Tier::ALL {
                // What is past the retention of a tier would be removed at once.
                let horizon = retention.horizon(tier, self.until.timestamp_millis());
                let kept: Vec<_> = recent.iter().filter(|recent| recent.sample.at >= horizon).copied().collect();
                let slots = folding::slots(tier, &kept);
                let existing: Vec<_> = slots.iter().filter_map(|slot| self.chunks.get(&(node, tier, *slot)).cloned()).collect();
                for chunk in folding::fold_tier(tier, node, &kept, commit.number, &existing)? {
                    self.chunks.insert((node, tier, chunk.slot), chunk);
                }
            }
        }
        Ok(())
    }
}
