use super::{NodeStatus, Position, StoreNotice};
use serde::{Deserialize, Serialize};

/// All rows that the viewer may see, as of one position of the event stream. Events after that position complete it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BoardSnapshot {
    pub position: Position,
    /// Sorted by group, name, node.
    pub rows: Vec<NodeStatus>,
    /// That history cannot be saved; absent while it can.
    pub store: Option<StoreNotice>,
}
