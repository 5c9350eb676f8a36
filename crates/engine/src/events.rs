//! What is known now, and who hears of changes. Everybody reads here, never from a store: the API, the first paint of the page, and
//! the event stream. One lock guards rows and sequence together, so that "all rows as of event 17, then event 18" holds exactly.

mod holds;
mod missed;
mod published;
pub mod store_news;

pub use holds::Holds;
pub use missed::{Lost, Missed};
pub use published::PublishedEvent;

use crate::Service;
use crate::service_nodes::{Change, not_checked_yet};
use chrono::{DateTime, FixedOffset};
use model::{NodeKey, NodeStatus, Position, Roles, StatusEvent, StoreNotice};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use tokio::sync::broadcast;

/// Events kept for those who come back after a lost connection, and events that a slow reader may be behind. At 1,000 events a
/// second that is four seconds, at the usual ten it is seven minutes; whoever misses more fetches the board anew.
const KEPT: usize = 4096;

/// A row and who may see it.
#[derive(Clone, Debug)]
pub struct Row {
    pub status: NodeStatus,
    pub roles: Roles,
}

/// All that is known at one position of the stream.
pub struct Snapshot {
    pub position: Position,
    /// Sorted by group, name, service and node.
    pub rows: Vec<Arc<Row>>,
    /// That history cannot be saved; absent while it can.
    pub store: Option<StoreNotice>,
}

/// What a reader of the stream gets first, and where the rest comes from.
pub struct Subscription {
    pub start: Start,
    pub live: broadcast::Receiver<Arc<PublishedEvent>>,
}

/// How a reader of the stream begins.
pub enum Start {
    /// From now on; it gave no position.
    Now(Position),
    /// With the events that it missed.
    Replay(Missed),
    /// With the news that it missed events which are no longer kept.
    Resync(Position),
}

/// The rows of now and the stream of their changes.
pub struct Events {
    epoch: u64,
    services: Arc<[Arc<Service>]>,
    inner: RwLock<Inner>,
    live: broadcast::Sender<Arc<PublishedEvent>>,
}

struct Inner {
    sequence: u64,
    /// By rank of the service (group, then name, then id) and node: the order of the API and of the page.
    rows: BTreeMap<(usize, String), Arc<Row>>,
    store: Option<StoreNotice>,
    holds: Holds,
    recent: VecDeque<Arc<PublishedEvent>>,
}

impl Events {
    /// Begins with one row for each service, none of which has been checked.
    ///
    /// `services` has to be sorted by group, name and id; the rows come out in that order.
    pub fn new(services: Arc<[Arc<Service>]>, started: DateTime<FixedOffset>) -> Self {
        let rows = services.iter().enumerate().map(|(rank, service)| {
            let status = not_checked_yet(service, started);
            ((rank, status.node.clone()), Arc::new(Row { status, roles: service.roles.clone() }))
        });
        let inner = Inner { sequence: 0, rows: rows.collect(), store: None, holds: Holds::default(), recent: VecDeque::new() };
        let epoch = u64::try_from(started.timestamp_millis()).unwrap_or_default();
        Self { epoch, services, inner: RwLock::new(inner), live: broadcast::Sender::new(KEPT) }
    }

    /// Makes changes visible to everybody, all at the same instant. Each change comes with the rank of its service.
    pub fn publish(&self, changes: Vec<(usize, Change)>) {
        let mut inner = self.write();
        for (rank, change) in changes {
            let Some(service) = self.services.get(rank) else { continue };
            let event = match change {
                Change::Row(mut status) => {
                    status.suppression = inner.holds.of(&status);
                    let row = Row { status: status.clone(), roles: service.roles.clone() };
                    inner.rows.insert((rank, status.node.clone()), Arc::new(row));
                    StatusEvent::Status(Box::new(status))
                }
                Change::Removed(NodeKey { service, node }) => {
                    let key = (rank, node);
                    inner.rows.remove(&key);
                    StatusEvent::Removed(NodeKey { service, node: key.1 })
                }
            };
            self.append(&mut inner, Some(service.roles.clone()), event);
        }
    }

    /// Takes in of what nobody is told now, and changes the rows that it is about.
    pub fn hold(&self, holds: Holds) {
        let mut inner = self.write();
        if inner.holds == holds {
            return;
        }
        let others = inner.rows.iter().filter_map(|(key, row)| {
            let hold = holds.of(&row.status);
            let status = (hold != row.status.suppression).then(|| NodeStatus { suppression: hold, ..row.status.clone() })?;
            Some((key.clone(), Row { status, roles: row.roles.clone() }))
        });
        let others: Vec<_> = others.collect();
        inner.holds = holds;
        for (key, row) in others {
            let (roles, event) = (row.roles.clone(), StatusEvent::Status(Box::new(row.status.clone())));
            inner.rows.insert(key, Arc::new(row));
            self.append(&mut inner, Some(roles), event);
        }
    }

    /// Tells everybody that what holds alerts, now or later, is not what it was.
    pub fn publish_holds(&self) {
        self.append(&mut self.write(), None, StatusEvent::Suppressions);
    }

    /// Tells everybody that history cannot be saved, or that it can be again.
    pub fn publish_store(&self, notice: Option<StoreNotice>) {
        let mut inner = self.write();
        inner.store.clone_from(&notice);
        self.append(&mut inner, None, StatusEvent::Store(notice));
    }

    fn append(&self, inner: &mut Inner, roles: Option<Roles>, event: StatusEvent) {
        inner.sequence += 1;
        let event = Arc::new(PublishedEvent::new(inner.sequence, roles, event));
        if inner.recent.len() == KEPT {
            inner.recent.pop_front();
        }
        inner.recent.push_back(Arc::clone(&event));
        // Nobody may be listening.
        self.live.send(event).ok();
    }

    /// Every row, sorted by group, name, service and node, and the position that they stand for.
    pub fn rows(&self) -> (Position, Vec<Arc<Row>>) {
        let Snapshot { position, rows, .. } = self.snapshot();
        (position, rows)
    }

    /// The rows of the service of this rank.
    pub fn rows_of(&self, rank: usize) -> Vec<Arc<Row>> {
        self.read().rows.range((rank, String::new())..(rank + 1, String::new())).map(|(_, row)| Arc::clone(row)).collect()
    }

    /// The rows that are wanted, each with the rank of its service.
    pub fn rows_where(&self, is_wanted: impl Fn(&NodeStatus) -> bool) -> Vec<(usize, Arc<Row>)> {
        let inner = self.read();
        let wanted = inner.rows.iter().filter(|(_, row)| is_wanted(&row.status));
        wanted.map(|((rank, _), row)| (*rank, Arc::clone(row))).collect()
    }

    /// All that is known now.
    pub fn snapshot(&self) -> Snapshot {
        let inner = self.read();
        Snapshot { position: self.position(&inner), rows: inner.rows.values().cloned().collect(), store: inner.store.clone() }
    }

    /// Follows the stream, from after `seen` if that is given.
    pub fn subscribe(&self, seen: Option<Position>) -> Subscription {
        let inner = self.read();
        let now = self.position(&inner);
        let start = match seen {
            None => Start::Now(now),
            Some(seen) if seen.epoch == self.epoch && first_after(&inner, seen.sequence).is_some() => {
                Start::Replay(Missed::new(seen.sequence, inner.sequence))
            }
            Some(_) => Start::Resync(now),
        };
        // Subscribing under the lock that publishing takes leaves no gap between the start and what follows.
        Subscription { start, live: self.live.subscribe() }
    }

    /// The next of the events that a reader missed, or `None` after the last one.
    pub fn next_missed(&self, missed: &mut Missed) -> Option<Result<Arc<PublishedEvent>, Lost>> {
        missed.next(|after, last, most| self.after(after, last, most))
    }

    /// The first events after `sequence`, up to `last` and at most `most`; nothing when some of them are no longer kept.
    fn after(&self, sequence: u64, last: u64, most: usize) -> Option<VecDeque<Arc<PublishedEvent>>> {
        let inner = self.read();
        let kept = inner.recent.range(first_after(&inner, sequence)?..);
        Some(kept.take_while(|event| event.sequence <= last).take(most).cloned().collect())
    }

    /// The position of an event of this process.
    pub fn position_of(&self, event: &PublishedEvent) -> Position {
        Position { epoch: self.epoch, sequence: event.sequence }
    }

    /// The position of the latest event.
    pub fn now(&self) -> Position {
        self.position(&self.read())
    }

    fn position(&self, inner: &Inner) -> Position {
        Position { epoch: self.epoch, sequence: inner.sequence }
    }

    // A panic while the lock was held would have left whole rows behind in any case, since each change is one insertion.
    fn read(&self) -> RwLockReadGuard<'_, Inner> {
        self.inner.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Inner> {
        self.inner.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where the events after `sequence` begin, or nothing when some of them are no longer kept or it lies in the future.
fn first_after(inner: &Inner, sequence: u64) -> Option<usize> {
    let behind = usize::try_from(inner.sequence.checked_sub(sequence)?).ok()?;
    inner.recent.len().checked_sub(behind)
}

#[cfg(test)]
mod tests;
