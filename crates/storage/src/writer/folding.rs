//! Folds the journal into chunks, some nodes at a time.

use super::stored::Stored;
use crate::{Fold, NodeRecord, StoreError};
use history::metrics::{self, MetricSample};
use history::tail::Recent;
use history::{NodeId, StoredChunk, Tier};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::Instant;

/// Samples and time after which the journal is folded. Not often, because each fold rewrites all current chunks; not rarely, because
/// the journal is kept in memory and read at the start.
const SAMPLES: usize = 200_000;
const AGE: Duration = Duration::from_secs(600);

/// Nodes that are folded together. A new commit waits for them.
const NODES: usize = 128;

/// The progress of folding.
pub struct Folding {
    /// When the last one began.
    begun: Instant,
    current: Option<Current>,
}

struct Current {
    /// The last commit that is folded.
    through: u64,
    /// The remaining nodes.
    nodes: Vec<NodeId>,
}

impl Default for Folding {
    fn default() -> Self {
        Self { begun: Instant::now(), current: None }
    }
}

impl Folding {
    /// Folds some nodes when it is due. Returns whether it did.
    pub async fn step(&mut self, stored: &mut Stored) -> Result<bool, StoreError> {
        if self.current.is_none() {
            let samples = stored.history.with_tail(|tail| tail.count());
            let metrics = stored.history.with_metrics(|metrics| metrics.count());
            let samples = samples.max(metrics);
            if samples == 0 || (samples < SAMPLES && self.begun.elapsed() < AGE) {
                return Ok(false);
            }
            self.begun = Instant::now();
            self.current = Some(Current { through: stored.last_commit, nodes: stored.unfolded_nodes() });
        }
        let Some(current) = &mut self.current else { return Ok(false) };
        let kept = current.nodes.len().saturating_sub(NODES);
        let some = &current.nodes[kept..];
        stored.fold(some, current.through, kept == 0).await?;
        current.nodes.truncate(kept);
        if kept == 0 {
            self.current = None;
        }
        Ok(true)
    }
}

impl Stored {
    /// The nodes that have anything in memory only.
    fn unfolded_nodes(&self) -> Vec<NodeId> {
        let mut nodes = self.history.with_tail(|tail| tail.nodes());
        nodes.extend(self.history.with_metrics(|metrics| metrics.nodes()));
        nodes.sort_unstable();
        nodes.dedup();
        nodes
    }

    /// Folds these nodes up to this commit, and drops the journal up to there if they are the last ones.
    async fn fold(&mut self, nodes: &[NodeId], through: u64, is_last: bool) -> Result<(), StoreError> {
        let recent = self.history.with_tail(|tail| tail.copy(Some(nodes)));
        let recent: BTreeMap<NodeId, Vec<Recent>> = recent
            .into_iter()
            .map(|(node, recent)| (node, recent.into_iter().filter(|recent| recent.commit <= through).collect()))
            .collect();

        let mut existing: BTreeMap<NodeId, Vec<StoredChunk>> = BTreeMap::new();
        for tier in Tier::ALL {
            let slots = recent.values().flat_map(|recent| history::folding::slots(tier, recent));
            let Some((first, last)) = slots.fold(None, |range: Option<(i64, i64)>, slot| {
                Some(range.map_or((slot, slot), |(first, last)| (first.min(slot), last.max(slot))))
            }) else {
                continue;
            };
            for chunk in self.store.chunks(tier, first..=last, Some(nodes)).await? {
                existing.entry(chunk.node).or_default().push(chunk);
            }
        }

        let metrics = self.history.with_metrics(|metrics| metrics.copy(nodes));
        let mut chunks = self.fold_metrics(&metrics, through).await?;
        for (node, recent) in &recent {
            let existing = existing.remove(node).unwrap_or_default();
            chunks.extend(
                history::folding::fold(*node, recent, through, &existing)
                    .or_else(|error| {
                        // The unreadable chunk is lost already; new samples must not be lost as well.
                        tracing::error!(%node, %error, "A chunk of history cannot be read and is replaced by a new one.");
                        history::folding::fold(*node, recent, through, &[])
                    })
                    .unwrap_or_default(),
            );
        }
        let records = nodes.iter().filter_map(|node| self.nodes.get(node));
        let records: Vec<NodeRecord> = records.map(|record| NodeRecord { folded: through, ..record.clone() }).collect();
        let step = Fold { chunks, nodes: records, drop_journal: is_last.then_some(through) };
        self.store.fold(&step).await?;

        self.history.with_tail(|tail| {
            for node in nodes {
                tail.folded(*node, through);
            }
        });
        self.history.with_metrics(|metrics| {
            for node in nodes {
                metrics.folded(*node, through);
            }
        });
        for record in step.nodes {
            self.nodes.insert(record.id, record);
        }
        Ok(())
    }

    /// Folds all metrics that are in memory only, at the end of the process.
    pub(super) async fn fold_last_metrics(&mut self) -> Result<(), StoreError> {
        let nodes = self.history.with_metrics(|metrics| metrics.nodes());
        for some in nodes.chunks(NODES) {
            let metrics = self.history.with_metrics(|metrics| metrics.copy(some));
            // Those of the latest check belong to a commit that never comes.
            let through = self.last_commit + 1;
            let chunks = self.fold_metrics(&metrics, through).await?;
            self.store.fold(&Fold { chunks, ..Fold::default() }).await?;
        }
        Ok(())
    }

    /// The chunks of metrics with these samples.
    async fn fold_metrics(
        &self,
        metrics: &BTreeMap<NodeId, Vec<MetricSample>>,
        through: u64,
    ) -> Result<Vec<StoredChunk>, StoreError> {
        let ids: Vec<NodeId> = metrics.keys().map(|node| node.of_metrics()).collect();
        let mut existing = Vec::new();
        for tier in metrics::TIERS {
            let slots = metrics.values().flat_map(|samples| metrics::slots(tier, samples));
            let range = slots.fold(None, |range: Option<(i64, i64)>, slot| {
                Some(range.map_or((slot, slot), |(first, last)| (first.min(slot), last.max(slot))))
            });
            if let Some((first, last)) = range {
                existing.extend(self.store.chunks(tier, first..=last, Some(&ids)).await?);
            }
        }
        let mut chunks = Vec::new();
        for (node, samples) in metrics {
            let own: Vec<_> = existing.iter().filter(|chunk| chunk.node == node.of_metrics()).cloned().collect();
            let folded = metrics::fold(*node, samples, through, &own).or_else(|error| {
                tracing::error!(%node, %error, "A chunk of metrics cannot be read and is replaced by a new one.");
                metrics::fold(*node, samples, through, &[])
            });
            chunks.extend(folded.unwrap_or_default());
        }
        Ok(chunks)
    }
}
