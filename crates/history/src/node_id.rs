use serde::{Deserialize, Serialize};
use std::fmt;

/// Short for a service and one of its nodes: history is keyed by it. It is given once and never to another node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NodeId(pub u32);

/// Chunks of metrics are stored under the id of their node with this bit. There are never so many nodes that one has it.
const METRICS: u32 = 1 << 31;

impl NodeId {
    /// The id under which the metrics of this node are stored.
    pub const fn of_metrics(self) -> Self {
        Self(self.0 | METRICS)
    }

    /// Whether metrics are stored under this id.
    pub const fn is_of_metrics(self) -> bool {
        self.0 & METRICS != 0
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
