use super::Liveness;
use crate::board::{Board, Change};
use crate::model::{BoardSnapshot, NodeKey, NodeStatus, Position, StatusEvent, StoreNotice};
use leptos::prelude::*;
use std::collections::HashMap;
use std::sync::Arc;

/// The board as signals. Those who watch the whole are told only when something moves; a row that merely has new figures tells its
/// own view, so that thousands of rows cost what changes of them.
#[derive(Clone, Copy)]
pub struct LiveBoard {
    /// Absent until the first snapshot has come.
    board: RwSignal<Option<Board>>,
    rows: StoredValue<HashMap<NodeKey, ArcRwSignal<Arc<NodeStatus>>>>,
    /// Written by the stream alone.
    pub liveness: RwSignal<Liveness>,
    store: RwSignal<Option<StoreNotice>>,
    /// Rises whenever what holds alerts changes.
    holds: RwSignal<u32>,
}

impl LiveBoard {
    pub fn new() -> Self {
        Self {
            board: RwSignal::new(None),
            rows: StoredValue::default(),
            liveness: RwSignal::default(),
            store: RwSignal::new(None),
            holds: RwSignal::new(0),
        }
    }

    /// Takes the first snapshot; later ones are ignored, since the stream may have gone on from the first.
    pub fn load(&self, snapshot: BoardSnapshot) {
        if self.board.with_untracked(Option::is_none) {
            self.take(snapshot);
        }
    }

    /// Takes a snapshot in place of all that was known.
    pub fn replace(&self, snapshot: BoardSnapshot) {
        // Whoever comes back may have missed that.
        self.holds.update(|count| *count += 1);
        self.take(snapshot);
    }

    fn take(&self, snapshot: BoardSnapshot) {
        let board = Board::from(snapshot);
        self.rows.update_value(|signals| {
            let mut before = std::mem::take(signals);
            for row in board.rows() {
                let key = row.key();
                let signal = before.remove(&key).unwrap_or_else(|| ArcRwSignal::new(Arc::clone(row)));
                show(&signal, row);
                signals.insert(key, signal);
            }
        });
        self.show_store(board.store().cloned());
        self.board.set(Some(board));
    }

    /// Applies events in the order in which they came.
    pub fn apply(&self, events: impl IntoIterator<Item = (Position, StatusEvent)>) {
        self.board.maybe_update(|board| {
            let Some(board) = board else { return false };
            let mut moved = false;
            for (position, event) in events {
                match board.apply(position, event) {
                    Change::Ignored => {}
                    Change::Refreshed(row) => self.show(row),
                    Change::Moved(row) => {
                        self.show(row);
                        moved = true;
                    }
                    Change::Removed(key) => {
                        self.rows.update_value(|signals| drop(signals.remove(&key)));
                        moved = true;
                    }
                    Change::Store(notice) => self.show_store(notice),
                    Change::Holds => self.holds.update(|count| *count += 1),
                }
            }
            moved
        });
    }

    /// Reads the whole; whoever does so in an effect is called again when something has moved. Absent until loaded.
    pub fn with<T>(&self, read: impl FnOnce(&Board) -> T) -> Option<T> {
        self.board.with(|board| board.as_ref().map(read))
    }

    /// Where the stream has to go on from.
    pub fn position(&self) -> Position {
        self.board.with_untracked(|board| board.as_ref().map(Board::position).unwrap_or_default())
    }

    /// The row of that name, which tells its every change.
    pub fn row(&self, key: &NodeKey) -> Option<ArcRwSignal<Arc<NodeStatus>>> {
        self.rows.with_value(|signals| signals.get(key).cloned())
    }

    /// That history cannot be saved; absent while it can.
    pub fn store(&self) -> ReadSignal<Option<StoreNotice>> {
        self.store.read_only()
    }

    /// Another number whenever what holds alerts may not be what it was.
    pub fn holds(&self) -> ReadSignal<u32> {
        self.holds.read_only()
    }

    fn show_store(&self, notice: Option<StoreNotice>) {
        if self.store.with_untracked(|shown| *shown != notice) {
            self.store.set(notice);
        }
    }

    fn show(&self, row: Arc<NodeStatus>) {
        self.rows.update_value(|signals| {
            signals.entry(row.key()).and_modify(|signal| show(signal, &row)).or_insert_with(|| ArcRwSignal::new(row));
        });
    }
}

impl Default for LiveBoard {
    fn default() -> Self {
        Self::new()
    }
}

fn show(signal: &ArcRwSignal<Arc<NodeStatus>>, row: &Arc<NodeStatus>) {
    if signal.with_untracked(|shown| shown != row) {
        signal.set(Arc::clone(row));
    }
}
