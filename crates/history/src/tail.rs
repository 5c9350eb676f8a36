//! The samples that are stored in the journal and not yet folded into chunks. They are kept in memory, too, so that reading history
//! needs no journal. How many there may be is bounded by how often they are folded.

use crate::{NodeId, Sample};
use std::collections::BTreeMap;

/// The newest part of the history of every node.
#[derive(Debug, Default)]
pub struct Tail {
    nodes: BTreeMap<NodeId, Vec<Recent>>,
    count: usize,
}

/// A sample and the commit that stored it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recent {
    pub commit: u64,
    pub sample: Sample,
}

impl Tail {
    /// Adds what a commit has stored.
    pub fn append(&mut self, commit: u64, samples: &[Sample]) {
        for sample in samples {
            self.nodes.entry(sample.node).or_default().push(Recent { commit, sample: *sample });
        }
        self.count += samples.len();
    }

    /// Samples of all nodes together.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The nodes that have samples here.
    pub fn nodes(&self) -> Vec<NodeId> {
        self.nodes.keys().copied().collect()
    }

    /// A copy of the samples of these nodes, or of all.
    pub fn copy(&self, nodes: Option<&[NodeId]>) -> BTreeMap<NodeId, Vec<Recent>> {
        match nodes {
            Some(nodes) => nodes.iter().filter_map(|node| Some((*node, self.nodes.get(node)?.clone()))).collect(),
            None => self.nodes.clone(),
        }
    }

    /// Forgets the samples of a node up to and including those of this commit.
    pub fn folded(&mut self, node: NodeId, through: u64) {
        let Some(recent) = self.nodes.get_mut(&node) else { return };
        let before = recent.len();
        recent.retain(|recent| recent.commit > through);
        self.count -= before - recent.len();
        if recent.is_empty() {
            self.nodes.remove(&node);
        }
    }
}
