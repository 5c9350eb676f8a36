use super::Liveness;
use super::shared::{Shared, SharedSignal};
use crate::board::{Board, Change, Verdict};
use crate::model::{BoardSnapshot, NodeKey, NodeStatus, Position, StatusEvent, StoreNotice};
use leptos::prelude::*;
use std::collections::HashMap;
use std::sync::Arc;

/// The board as signals. Readers of the whole board run again only when something moves; a row that merely has new figures
/// notifies its own view, so that an update costs what changes, with thousands of rows too.
///
/// Clones share the board.
#[derive(Clone, Default)]
pub struct LiveBoard {
    state: Shared<BoardState>,
    triggers: Triggers,
    /// Written by the stream alone.
    pub liveness: SharedSignal<Liveness>,
}

#[derive(Default)]
struct BoardState {
    /// Absent until the first snapshot has come.
    board: Option<Arc<Board>>,
    /// One signal for each row of the board. It is written in the browser alone, where there is one thread.
    rows: HashMap<NodeKey, ArcRwSignal<Arc<NodeStatus>>>,
    verdict: Arc<Verdict>,
    store: Option<StoreNotice>,
    holds: u32,
}

/// What the readers of each part of the state are notified by.
#[derive(Clone, Default)]
struct Triggers {
    moved: ArcTrigger,
    verdict: ArcTrigger,
    store: ArcTrigger,
    holds: ArcTrigger,
}

/// Changes of the state whose readers are not notified yet: that is done when the lock is released.
#[derive(Default)]
struct Pending {
    rows: Vec<(ArcRwSignal<Arc<NodeStatus>>, Arc<NodeStatus>)>,
    moved: bool,
    verdict: bool,
    store: bool,
    holds: bool,
}

impl LiveBoard {
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the first snapshot; later ones are ignored, since the stream may have gone on from the first.
    pub fn load(&self, snapshot: BoardSnapshot) {
        self.change(|state, pending| {
            if state.board.is_none() {
                state.take(snapshot, pending);
            }
        });
    }

    /// Takes a snapshot in place of all that was known.
    pub fn replace(&self, snapshot: BoardSnapshot) {
        self.change(|state, pending| {
            // A change of holds may have been missed.
            state.change_holds(pending);
            state.take(snapshot, pending);
        });
    }

    /// Applies events in the order in which they came.
    pub fn apply(&self, events: impl IntoIterator<Item = (Position, StatusEvent)>) {
        self.change(|state, pending| {
            for (position, event) in events {
                state.apply(position, event, pending);
            }
            if pending.moved {
                state.judge(pending);
            }
        });
    }

    /// Reads the whole board. The effect or memo that calls this runs again when something has moved. Absent until loaded.
    pub fn with<T>(&self, read: impl FnOnce(&Board) -> T) -> Option<T> {
        self.triggers.moved.track();
        self.with_untracked(read)
    }

    /// Reads the whole board once. Absent until loaded.
    pub fn with_untracked<T>(&self, read: impl FnOnce(&Board) -> T) -> Option<T> {
        // The lock is not held while the board is read.
        let board = self.state.with(|state| state.board.clone());
        board.as_deref().map(read)
    }

    /// Where the stream has to go on from.
    pub fn position(&self) -> Position {
        self.with_untracked(Board::position).unwrap_or_default()
    }

    /// The row of that name, as a signal.
    pub fn row(&self, key: &NodeKey) -> Option<ArcRwSignal<Arc<NodeStatus>>> {
        self.state.with(|state| state.rows.get(key).cloned())
    }

    /// The board in a sentence. The effect or memo that calls this runs again when the verdict changes.
    pub fn verdict(&self) -> Arc<Verdict> {
        self.triggers.verdict.track();
        self.state.with(|state| Arc::clone(&state.verdict))
    }

    /// That history cannot be saved; absent while it can. The effect or memo that calls this runs again when that changes.
    pub fn store(&self) -> Option<StoreNotice> {
        self.triggers.store.track();
        self.state.with(|state| state.store.clone())
    }

    /// Another number whenever what holds alerts may have changed. The effect or memo that calls this runs again then.
    pub fn holds(&self) -> u32 {
        self.triggers.holds.track();
        self.state.with(|state| state.holds)
    }

    /// Changes the state as a whole, and then notifies the readers of what has changed.
    fn change(&self, work: impl FnOnce(&mut BoardState, &mut Pending)) {
        let mut pending = Pending::default();
        self.state.with(|state| work(state, &mut pending));
        self.notify(pending);
    }

    fn notify(&self, pending: Pending) {
        let Pending { rows, moved, verdict, store, holds } = pending;
        for (signal, row) in rows {
            if signal.with_untracked(|shown| *shown != row) {
                signal.set(row);
            }
        }
        let Triggers { moved: by_move, verdict: by_verdict, store: by_store, holds: by_holds } = &self.triggers;
        for (is_due, trigger) in [(moved, by_move), (verdict, by_verdict), (store, by_store), (holds, by_holds)] {
            if is_due {
                trigger.notify();
            }
        }
    }
}

impl BoardState {
    fn take(&mut self, snapshot: BoardSnapshot, pending: &mut Pending) {
        let board = Board::from(snapshot);
        let mut before = std::mem::take(&mut self.rows);
        for row in board.rows() {
            let signal = match before.remove(&row.key()) {
                Some(signal) => {
                    pending.rows.push((signal.clone(), Arc::clone(row)));
                    signal
                }
                None => ArcRwSignal::new(Arc::clone(row)),
            };
            self.rows.insert(row.key(), signal);
        }
        self.show_store(board.store().cloned(), pending);
        self.board = Some(Arc::new(board));
        pending.moved = true;
        self.judge(pending);
    }

    fn apply(&mut self, position: Position, event: StatusEvent, pending: &mut Pending) {
        let Some(board) = &mut self.board else { return };
        // It is copied only where something still reads it, which nothing does between two events.
        match Arc::make_mut(board).apply(position, event) {
            Change::Ignored => {}
            Change::Refreshed(row) => self.show(row, pending),
            Change::Moved(row) => {
                self.show(row, pending);
                pending.moved = true;
            }
            Change::Removed(key) => {
                self.rows.remove(&key);
                pending.moved = true;
            }
            Change::Store(notice) => self.show_store(notice, pending),
            Change::Holds => self.change_holds(pending),
        }
    }

    fn show(&mut self, row: Arc<NodeStatus>, pending: &mut Pending) {
        match self.rows.get(&row.key()) {
            Some(signal) => pending.rows.push((signal.clone(), row)),
            None => drop(self.rows.insert(row.key(), ArcRwSignal::new(row))),
        }
    }

    fn show_store(&mut self, notice: Option<StoreNotice>, pending: &mut Pending) {
        pending.store |= self.store != notice;
        self.store = notice;
    }

    fn change_holds(&mut self, pending: &mut Pending) {
        self.holds = self.holds.wrapping_add(1);
        pending.holds = true;
    }

    fn judge(&mut self, pending: &mut Pending) {
        let verdict = self.board.as_deref().map(Verdict::of).unwrap_or_default();
        if *self.verdict != verdict {
            self.verdict = Arc::new(verdict);
            pending.verdict = true;
        }
    }
}
