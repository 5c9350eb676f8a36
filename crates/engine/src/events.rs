//! The current rows and the numbered changes to them. The API, the first paint of the page and the event stream read here, never from a
//! store. One lock guards rows and sequence together, so that "all rows as of event 17, then event 18" is exact.

mod missed;
mod published;
mod rows;
pub mod store_notices;

pub use missed::{Lost, Missed};
pub use published::PublishedEvent;

use crate::Services;
use crate::row::{NodeReport, Row, RowChange};
use chrono::{DateTime, FixedOffset};
use model::{Position, Roles, ServiceId, ServiceTags, StatusEvent, StoreNotice, Suppression};
use parking_lot::{RwLock, RwLockReadGuard, RwLockWriteGuard};
use rows::Rows;
use std::collections::VecDeque;
use std::sync::Arc;
use tokio::sync::broadcast;

/// Events kept for readers that reconnect, and events that a slow reader may be behind. At 1,000 events a second that is four seconds,
/// at the usual ten it is seven minutes. A reader that misses more fetches the board again.
const KEPT: usize = 4096;

/// Everything that the page shows, as of one position of the stream.
pub struct Snapshot {
    pub position: Position,
    /// Sorted by group, name, service and node.
    pub rows: Vec<Arc<Row>>,
    /// Set while history cannot be stored.
    pub store: Option<StoreNotice>,
}

/// The begin of the stream for one reader, and the source of the rest.
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
    /// It missed events that are no longer kept.
    Resync(Position),
}

/// The current rows and the stream of their changes.
pub struct Events {
    epoch: u64,
    inner: RwLock<Inner>,
    live: broadcast::Sender<Arc<PublishedEvent>>,
}

struct Inner {
    sequence: u64,
    rows: Rows,
    store: Option<StoreNotice>,
    recent: VecDeque<Arc<PublishedEvent>>,
}

impl Events {
    /// Begins with the placeholder of each service.
    pub fn new(services: &Services, started: DateTime<FixedOffset>) -> Self {
        let mut rows = Rows::default();
        for service in services.all() {
            rows.insert(Arc::new(Row::new(&service, NodeReport::not_checked_yet(&service, started))));
        }
        let inner = Inner { sequence: 0, rows, store: None, recent: VecDeque::new() };
        let epoch = u64::try_from(started.timestamp_millis()).unwrap_or_default();
        Self { epoch, inner: RwLock::new(inner), live: broadcast::Sender::new(KEPT) }
    }

    /// Publishes changes, all at the same instant.
    pub fn publish(&self, changes: Vec<RowChange>) {
        let mut inner = self.write();
        for change in changes {
            match change {
                RowChange::Row(row) => {
                    self.append_row(&mut inner, &row);
                    inner.rows.insert(Arc::new(row));
                }
                RowChange::Removed(key) => {
                    if let Some(row) = inner.rows.remove(&key) {
                        self.append(&mut inner, Some(row.roles.clone()), StatusEvent::Removed(key));
                    }
                }
            }
        }
    }

    /// Sets the suppression of rows. A row that was replaced meanwhile keeps the suppression with which it was published.
    pub fn suppress(&self, rows: Vec<(Arc<Row>, Option<Box<Suppression>>)>) {
        if rows.is_empty() {
            return;
        }
        let mut inner = self.write();
        for (row, suppression) in rows {
            if !inner.rows.has(&row) {
                continue;
            }
            let row = Row::clone(&row).with_suppression(suppression);
            self.append_row(&mut inner, &row);
            inner.rows.insert(Arc::new(row));
        }
    }

    /// Publishes that silences or maintenance, now or later, have changed.
    pub fn publish_suppressions(&self) {
        self.append(&mut self.write(), None, StatusEvent::Suppressions);
    }

    /// Publishes the tags of services, each to the users with one of these roles.
    pub fn publish_tags(&self, changes: Vec<(Roles, ServiceTags)>) {
        let mut inner = self.write();
        for (roles, tags) in changes {
            self.append(&mut inner, Some(roles), StatusEvent::Tags(tags));
        }
    }

    /// Publishes that history cannot be stored, or that it can be again.
    pub fn publish_store(&self, notice: Option<StoreNotice>) {
        let mut inner = self.write();
        inner.store.clone_from(&notice);
        self.append(&mut inner, None, StatusEvent::Store(notice));
    }

    fn append(&self, inner: &mut Inner, roles: Option<Roles>, event: StatusEvent) {
        self.send(inner, |sequence| PublishedEvent::new(sequence, roles, event));
    }

    fn append_row(&self, inner: &mut Inner, row: &Row) {
        self.send(inner, |sequence| PublishedEvent::of_row(sequence, row));
    }

    fn send(&self, inner: &mut Inner, make: impl FnOnce(u64) -> PublishedEvent) {
        inner.sequence += 1;
        let event = Arc::new(make(inner.sequence));
        if inner.recent.len() == KEPT {
            inner.recent.pop_front();
        }
        inner.recent.push_back(Arc::clone(&event));
        // There may be no reader.
        self.live.send(event).ok();
    }

    /// Every row, sorted by group, name, service and node, and the position that they stand for.
    pub fn rows(&self) -> (Position, Vec<Arc<Row>>) {
        let Snapshot { position, rows, .. } = self.snapshot();
        (position, rows)
    }

    /// The rows of this service.
    pub fn rows_of(&self, service: &ServiceId) -> Vec<Arc<Row>> {
        self.read().rows.of(service).cloned().collect()
    }

    /// The rows that are wanted.
    pub fn rows_where(&self, is_wanted: impl Fn(&Row) -> bool) -> Vec<Arc<Row>> {
        self.read().rows.iter().filter(|row| is_wanted(row)).cloned().collect()
    }

    /// The current rows, their position, and the notice about the store.
    pub fn snapshot(&self) -> Snapshot {
        let inner = self.read();
        Snapshot { position: self.position(&inner), rows: inner.rows.iter().cloned().collect(), store: inner.store.clone() }
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

    /// The first events after `sequence`, up to `last` and at most `most`, or `None` if some of them are no longer kept.
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
        self.inner.read()
    }

    fn write(&self) -> RwLockWriteGuard<'_, Inner> {
        self.inner.write()
    }
}

/// Where the events after `sequence` begin, or `None` if some of them are no longer kept or it is in the future.
fn first_after(inner: &Inner, sequence: u64) -> Option<usize> {
    let behind = usize::try_from(inner.sequence.checked_sub(sequence)?).ok()?;
    inner.recent.len().checked_sub(behind)
}

#[cfg(test)]
mod tests;
