//! The part of the stored data that the store writer needs: the nodes and the last commit. It changes only after the store has confirmed a
//! write.

use crate::history_reader::HistoryReader;
use crate::{Commit, NodeRecord, Store, StoreSnapshot};
use history::NodeId;
use std::collections::HashMap;
use std::sync::Arc;

pub(super) struct Stored {
    pub(super) store: Arc<dyn Store>,
    pub(super) history: Arc<HistoryReader>,
    /// The nodes as of the last stored commit, including routine changes that the store has not written yet.
    pub(super) nodes: HashMap<NodeId, NodeRecord>,
    /// The last stored commit, by its number in the store.
    pub(super) last_commit: u64,
}

impl Stored {
    /// Nothing yet.
    pub(super) fn new(store: Arc<dyn Store>, history: Arc<HistoryReader>) -> Self {
        Self { store, history, nodes: HashMap::new(), last_commit: 0 }
    }

    /// Takes over what the store holds.
    pub(super) fn know(&mut self, loaded: &StoreSnapshot) {
        self.last_commit = loaded.last_commit;
        self.history.with_metrics(|metrics| metrics.committed(loaded.last_commit));
        for record in &loaded.nodes {
            self.insert(record.clone());
        }
        self.history.with_tail(|tail| {
            for (commit, samples) in &loaded.journal {
                let is_folded = |node: &NodeId| self.nodes.get(node).is_some_and(|record| record.folded >= *commit);
                let left: Vec<_> = samples.iter().filter(|sample| !is_folded(&sample.node)).copied().collect();
                tail.append(*commit, &left);
            }
        });
    }

    /// Records a commit that is stored.
    pub(super) fn committed(&mut self, commit: &Commit) {
        self.last_commit = commit.number;
        self.history.with_metrics(|metrics| metrics.committed(commit.number));
        self.history.with_tail(|tail| tail.append(commit.number, &commit.samples));
        for change in &commit.nodes {
            self.insert(change.record.clone());
        }
    }

    /// The last commit whose samples of this node are in its chunks.
    pub(super) fn folded(&self, node: NodeId) -> u64 {
        self.nodes.get(&node).map_or(0, |known| known.folded)
    }

    /// Removes nodes that the store has deleted.
    pub(super) fn forget(&mut self, ids: &[NodeId]) {
        for id in ids {
            if let Some(record) = self.nodes.remove(id) {
                self.history.forget(&record.service, &record.node);
            }
        }
    }

    fn insert(&mut self, record: NodeRecord) {
        if let Some(before) = self.nodes.get(&record.id).filter(|before| before.service != record.service) {
            self.history.forget(&before.service, &before.node);
        }
        self.history.introduce(&record.service, &record.node, record.id);
        self.nodes.insert(record.id, record);
    }
}
