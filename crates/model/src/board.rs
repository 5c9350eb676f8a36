use super::{NodeStatus, Position, ServiceId, StoreNotice};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// All rows that the viewer may see, as of one position of the event stream. Events after that position complete it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BoardSnapshot {
    pub position: Position,
    /// Sorted by group, name, node.
    pub rows: Vec<NodeStatus>,
    /// Set while history cannot be stored.
    pub store: Option<StoreNotice>,
    /// The tags of the services that have some, in the order of the configuration.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<ServiceId, Vec<String>>,
}
