use crate::model::{
    BoardScope, BoardSnapshot, NodeKey, NodeStatus, OtherNode, Position, ServiceId, ServiceTags, StatusEvent, StoreNotice,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Rows as of one position of the event stream: all of the viewer, or those that a page needs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Board {
    position: Position,
    scope: BoardScope,
    /// Shared with the view of each row.
    rows: BTreeMap<NodeKey, Arc<NodeStatus>>,
    /// Of the rows outside of the scope, those that need attention.
    others: BTreeMap<NodeKey, OtherNode>,
    /// Whether a row outside of the scope is operational, as far as is known.
    is_other_operational: bool,
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
    /// The row was removed, or left the scope.
    Removed(NodeKey),
    /// A row outside of the scope: the verdict may change.
    Elsewhere,
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

    /// Which rows it has.
    pub fn scope(&self) -> &BoardScope {
        &self.scope
    }

    /// The rows outside of the scope that need attention.
    pub fn others(&self) -> impl Iterator<Item = &OtherNode> {
        self.others.values()
    }

    /// Whether a row outside of the scope is operational, as far as is known.
    pub fn is_other_operational(&self) -> bool {
        self.is_other_operational
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
            StatusEvent::Status(row) if !self.scope.has(&row) => self.apply_elsewhere(&row),
            StatusEvent::Status(row) => {
                self.others.remove(&row.key());
                let row = Arc::<NodeStatus>::from(row);
                match self.rows.insert(row.key(), Arc::clone(&row)) {
                    Some(before) if is_equivalent(&before, &row) => Change::Refreshed(row),
                    _ => Change::Moved(row),
                }
            }
            StatusEvent::Removed(key) => match (self.rows.remove(&key), self.others.remove(&key)) {
                (Some(_), _) => Change::Removed(key),
                (None, Some(_)) => Change::Elsewhere,
                (None, None) => Change::Ignored,
            },
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

    /// Applies a row outside of the scope, in which it may have been before.
    fn apply_elsewhere(&mut self, row: &NodeStatus) -> Change {
        let key = row.key();
        let (before, was_operational) = (self.others.remove(&key), self.is_other_operational);
        let other = OtherNode::of(row);
        self.is_other_operational |= row.state.is_operational() && !row.is_paused();
        let is_other = before != other || was_operational != self.is_other_operational;
        self.others.extend(other.map(|other| (key.clone(), other)));
        match (self.rows.remove(&key), is_other) {
            (Some(_), _) => Change::Removed(key),
            (None, true) => Change::Elsewhere,
            (None, false) => Change::Ignored,
        }
    }
}

impl From<BoardSnapshot> for Board {
    fn from(snapshot: BoardSnapshot) -> Self {
        let BoardSnapshot { position, scope, rows, others, store, tags } = snapshot;
        Self {
            position,
            scope,
            rows: rows.into_iter().map(|row| (row.key(), Arc::new(row))).collect(),
            others: others.failing.into_iter().map(|other| (other.key.clone(), other)).collect(),
            is_other_operational: others.is_any_operational,
            store,
            tags,
        }
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
