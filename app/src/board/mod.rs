//! The picture that the browser has of the platform. Pure: events go in, and what is to be shown comes out.

mod arrangement;
mod filter;
mod verdict;

#[cfg(test)]
mod tests;

pub use arrangement::{Arrangement, Counts, Group};
pub use filter::Filter;
pub use verdict::{Trouble, Verdict};

use crate::model::{BoardSnapshot, NodeKey, NodeStatus, Position, StatusEvent, StoreNotice};
use std::collections::BTreeMap;
use std::sync::Arc;

/// All rows, as of one position of the event stream.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Board {
    position: Position,
    /// Shared, since the view of each row holds on to the same value.
    rows: BTreeMap<NodeKey, Arc<NodeStatus>>,
    store: Option<StoreNotice>,
}

/// What an event did to the board.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Nothing: the board is as new as the event, or the event belongs to another run of the server.
    Ignored,
    /// The row has new figures, but stays where it is, and no sentence or count changes.
    Refreshed(Arc<NodeStatus>),
    /// The row is new, or says something else than before: places, counts and sentences may change.
    Moved(Arc<NodeStatus>),
    /// The row is no more.
    Removed(NodeKey),
    /// Whether history can be saved is not as it was. No row is concerned.
    Store(Option<StoreNotice>),
    /// What holds alerts is not as it was. Rows that it concerns come by themselves.
    Holds,
}

impl Board {
    /// Where the stream of events has to go on from.
    pub fn position(&self) -> Position {
        self.position
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub fn rows(&self) -> impl Iterator<Item = &Arc<NodeStatus>> {
        self.rows.values()
    }

    /// That history cannot be saved; absent while it can.
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
                    Some(before) if says_the_same(&before, &row) => Change::Refreshed(row),
                    _ => Change::Moved(row),
                }
            }
            StatusEvent::Removed(key) => self.rows.remove(&key).map_or(Change::Ignored, |_| Change::Removed(key)),
            StatusEvent::Store(notice) => {
                self.store.clone_from(&notice);
                Change::Store(notice)
            }
            StatusEvent::Suppressions => Change::Holds,
        }
    }
}

impl From<BoardSnapshot> for Board {
    fn from(snapshot: BoardSnapshot) -> Self {
        let rows = snapshot.rows.into_iter().map(|row| (row.key(), Arc::new(row))).collect();
        Self { position: snapshot.position, rows, store: snapshot.store }
    }
}

/// Whether two versions of a row stand at the same place, match the same filters and make the same verdict. Everything else is
/// shown by the row alone.
fn says_the_same(before: &NodeStatus, after: &NodeStatus) -> bool {
    before.state == after.state
        && before.since == after.since
        && before.group == after.group
        && before.name == after.name
        && before.node_name == after.node_name
        && before.message == after.message
        && before.incident == after.incident
        && before.suppression == after.suppression
}
