use crate::model::{BoardSnapshot, NodeKey, NodeStatus, Position, ServiceId, ServiceTags, StatusEvent, StoreNotice};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// All rows as of one position of the event stream.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Board {
    position: Position,
    /// Shared with the view of each row.
    rows: BTreeMap<NodeKey, Arc<NodeStatus>>,
    store: Option<StoreNotice>,
    tags: BTreeMap<ServiceId, Vec<String>>,
}

/// What an event did to the board.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Nothing: the board already includes the event, or the event belongs to another run of the server.
    Ignored,
    /// The row has new figures; its place, the counts and the verdict stay as they are.
    Refreshed(Arc<NodeStatus>),
    /// The row is new or differs: places, counts and the verdict may change.
    Moved(Arc<NodeStatus>),
    /// The row was removed.
    Removed(NodeKey),
    /// History can no longer be saved, or can be saved again. No row changes.
    Store(Option<StoreNotice>),
    /// A silence, an acknowledgement or a maintenance window began or ended. Changed rows arrive as events of their own.
    Suppressions,
    /// A service has other tags.
    Tagged(ServiceId),
}

impl Board {
    /// The position from which the event stream must continue.
    pub fn position(&self) -> Position {
        self.position
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub fn rows(&self) -> impl Iterator<Item = &Arc<NodeStatus>> {
        self.rows.values()
    }

    /// The tags of a service, in the order of the configuration.
    pub fn tags(&self, service: &ServiceId) -> &[String] {
        self.tags.get(service).map(Vec::as_slice).unwrap_or_default()
    }

    /// All tags, sorted.
    pub fn all_tags(&self) -> BTreeSet<&str> {
        self.tags.values().flatten().map(String::as_str).collect()
    }

    /// Present while history cannot be saved.
    pub fn store(&self) -> Option<&StoreNotice> {
        self.store.as_ref()
    }

    /// Applies one event. An event applied twice, or after a newer one, is ignored.
    pub fn apply(&mut self, position: Position, event: StatusEvent) -> Change {
        if position.epoch != self.position.epoch || position.sequence <= self.position.sequence {
            return Change::Ignored;
        }
        self.position = position;
        match event {
            StatusEvent::Status(row) => {
                let row = Arc::<NodeStatus>::from(row);
                match self.rows.insert(row.key(), Arc::clone(&row)) {
                    Some(before) if is_equivalent(&before, &row) => Change::Refreshed(row),
                    _ => Change::Moved(row),
                }
            }
            StatusEvent::Removed(key) => self.rows.remove(&key).map_or(Change::Ignored, |_| Change::Removed(key)),
            StatusEvent::Store(notice) => {
                self.store.clone_from(&notice);
                Change::Store(notice)
            }
            StatusEvent::Suppressions => Change::Suppressions,
            StatusEvent::Tags(ServiceTags { service, tags }) => {
                match tags.is_empty() {
                    true => drop(self.tags.remove(&service)),
                    false => drop(self.tags.insert(service.clone(), tags)),
                }
                Change::Tagged(service)
            }
        }
    }
}

impl From<BoardSnapshot> for Board {
    fn from(snapshot: BoardSnapshot) -> Self {
        let rows = snapshot.rows.into_iter().map(|row| (row.key(), Arc::new(row))).collect();
        Self { position: snapshot.position, rows, store: snapshot.store, tags: snapshot.tags }
    }
}

/// Whether two versions of a row have the same place, match the same filters and lead to the same verdict. All other fields concern
/// only the row itself.
fn is_equivalent(before: &NodeStatus, after: &NodeStatus) -> bool {
    before.state == after.state
        && before.since == after.since
        && before.group == after.group
        && before.name == after.name
        && before.node_name == after.node_name
        && before.message == after.message
        && before.incident == after.incident
        && before.suppression == after.suppression
}
