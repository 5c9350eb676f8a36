use super::first_snapshot::FirstSnapshot;
use super::liveness::{IS_UPDATED, Liveness};
use super::shared::{Shared, SharedSignal};
use crate::board::{Board, Change, Verdict};
use crate::model::{BoardScope, BoardSnapshot, NodeKey, NodeStatus, Position, StatusEvent, StoreNotice};
use leptos::prelude::*;
use std::collections::HashMap;
use std::future::{Future, poll_fn};
use std::sync::Arc;
use std::task::{Poll, Waker};

/// The board as signals. Readers of the whole board run again only when rows move; a row with new figures notifies only its own view.
/// The cost of an update depends on what changes, not on the number of rows.
///
/// A document has the rows that its page needs. Further ones are fetched when a part of the page says that it wants them.
///
/// Clones share the board.
#[derive(Clone, Default)]
pub struct LiveBoard {
    state: Shared<BoardState>,
    triggers: Triggers,
    /// Written only by the event stream.
    pub liveness: SharedSignal<Liveness>,
}

#[derive(Default)]
struct BoardState {
    /// `None` until the first snapshot.
    board: Option<Arc<Board>>,
    /// One signal for each row of the board, written only in the browser, which has one thread.
    rows: HashMap<NodeKey, ArcRwSignal<Arc<NodeStatus>>>,
    verdict: Arc<Verdict>,
    store: Option<StoreNotice>,
    suppressions: u32,
    /// What parts of the page want. Once they have wanted all rows, it stays so.
    wanted: Option<BoardScope>,
    /// Those who wait for rows.
    waiting: Vec<Waker>,
}

/// The triggers of the readers of each part of the state.
#[derive(Clone, Default)]
struct Triggers {
    moved: ArcTrigger,
    verdict: ArcTrigger,
    store: ArcTrigger,
    suppressions: ArcTrigger,
    tags: ArcTrigger,
    scope: ArcTrigger,
    wanted: ArcTrigger,
}

/// Changes whose readers are notified after the lock is released.
#[derive(Default)]
struct Pending {
    rows: Vec<(ArcRwSignal<Arc<NodeStatus>>, Arc<NodeStatus>)>,
    /// Rows that were removed, and may come again with the same events: their views are still there.
    removed: HashMap<NodeKey, ArcRwSignal<Arc<NodeStatus>>>,
    /// Rows of services with other tags.
    tagged: Vec<ArcRwSignal<Arc<NodeStatus>>>,
    tags: bool,
    moved: bool,
    /// A row outside of the scope has changed.
    elsewhere: bool,
    verdict: bool,
    store: bool,
    suppressions: bool,
    scope: bool,
    /// Those who may find the rows that they wait for.
    waiting: Vec<Waker>,
}

impl LiveBoard {
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the first snapshot; later ones are ignored, since the stream continues from the first.
    pub fn load(&self, first: FirstSnapshot) {
        self.change(|state, pending| {
            if state.board.is_none()
                && let Some(snapshot) = first.take()
            {
                state.take(snapshot, pending);
            }
        });
    }

    /// Replaces the board by a snapshot.
    pub fn replace(&self, snapshot: BoardSnapshot) {
        self.change(|state, pending| {
            // A change of suppressions may have been missed.
            state.change_suppressions(pending);
            state.take(snapshot, pending);
        });
    }

    /// Applies events in their order.
    pub fn apply(&self, events: impl IntoIterator<Item = (Position, StatusEvent)>) {
        self.change(|state, pending| {
            for (position, event) in events {
                state.apply(position, event, pending);
            }
            if pending.moved || pending.elsewhere {
                state.update_verdict(pending);
            }
        });
    }

    /// Reads the whole board. The effect or memo that calls this runs again when rows move. `None` until loaded.
    pub fn with<T>(&self, read: impl FnOnce(&Board) -> T) -> Option<T> {
        self.triggers.moved.track();
        self.with_untracked(read)
    }

    /// Reads the whole board once. `None` until loaded.
    pub fn with_untracked<T>(&self, read: impl FnOnce(&Board) -> T) -> Option<T> {
        // The lock is not held while the board is read.
        let board = self.state.with(|state| state.board.clone());
        board.as_deref().map(read)
    }

    /// The position from which the event stream must continue.
    pub fn position(&self) -> Position {
        self.with_untracked(Board::position).unwrap_or_default()
    }

    /// The signal of a row.
    pub fn row(&self, key: &NodeKey) -> Option<ArcRwSignal<Arc<NodeStatus>>> {
        self.state.with(|state| state.rows.get(key).cloned())
    }

    /// The summary of the board. The effect or memo that calls this runs again when it changes.
    pub fn verdict(&self) -> Arc<Verdict> {
        self.triggers.verdict.track();
        self.state.with(|state| Arc::clone(&state.verdict))
    }

    /// Present while history cannot be saved. The effect or memo that calls this runs again when that changes.
    pub fn store(&self) -> Option<StoreNotice> {
        self.triggers.store.track();
        self.state.with(|state| state.store.clone())
    }

    /// A counter that increases when suppressions may have changed. The effect or memo that calls this runs again then.
    pub fn suppressions(&self) -> u32 {
        self.triggers.suppressions.track();
        self.state.with(|state| state.suppressions)
    }

    /// All tags, sorted. The effect or memo that calls this runs again when a service has other ones.
    pub fn tags(&self) -> Vec<String> {
        self.triggers.tags.track();
        self.with_untracked(|board| board.all_tags().into_iter().map(str::to_owned).collect()).unwrap_or_default()
    }

    /// Has these rows fetched if the board lacks some of them. They then stay up to date until other ones are wanted.
    pub fn want(&self, scope: BoardScope) {
        let is_new = self.state.with(|state| {
            let is_new = !state.wanted.as_ref().is_some_and(|wanted| wanted.includes(&scope));
            if is_new {
                state.wanted = Some(scope);
            }
            is_new
        });
        if is_new {
            self.triggers.wanted.notify();
        }
    }

    /// What parts of the page want, if the board lacks some of it. The effect or memo that calls this runs again when they want something else.
    pub fn lacking(&self) -> Option<BoardScope> {
        self.triggers.wanted.track();
        self.state.with(|state| {
            let has = state.board.as_ref()?.scope();
            state.wanted.clone().filter(|wanted| !has.includes(wanted))
        })
    }

    /// The rows to fetch when the board is fetched again.
    pub fn scope_to_fetch(&self) -> BoardScope {
        self.state.with(|state| {
            let has = state.board.as_ref().map(|board| board.scope().clone()).unwrap_or_default();
            state.wanted.clone().filter(|wanted| !has.includes(wanted)).unwrap_or(has)
        })
    }

    /// Whether the board has these rows. The effect or memo that calls this runs again when it has others.
    pub fn covers(&self, scope: &BoardScope) -> bool {
        self.triggers.scope.track();
        self.state.with(|state| state.covers(scope))
    }

    /// Waits until the board has these rows, which are wanted. At once without a board, and on the server, where no others would come.
    pub fn covering(&self, scope: BoardScope) -> impl Future<Output = ()> + Send + use<> {
        let state = self.state.clone();
        poll_fn(move |context| {
            state.with(|state| {
                if !IS_UPDATED || state.board.is_none() || state.covers(&scope) {
                    return Poll::Ready(());
                }
                state.waiting.push(context.waker().clone());
                Poll::Pending
            })
        })
    }

    /// Changes the state, then notifies the readers of the changed parts.
    fn change(&self, work: impl FnOnce(&mut BoardState, &mut Pending)) {
        let mut pending = Pending::default();
        self.state.with(|state| work(state, &mut pending));
        self.notify(pending);
    }

    fn notify(&self, pending: Pending) {
        let Pending { rows, removed: _, tagged, tags, moved, elsewhere: _, verdict, store, suppressions, scope, waiting } = pending;
        for (signal, row) in rows {
            if signal.with_untracked(|shown| *shown != row) {
                signal.set(row);
            }
        }
        tagged.iter().for_each(Notify::notify);
        let triggers = &self.triggers;
        let due = [
            (moved, &triggers.moved),
            (verdict, &triggers.verdict),
            (store, &triggers.store),
            (suppressions, &triggers.suppressions),
            (tags, &triggers.tags),
            (scope, &triggers.scope),
        ];
        for (is_due, trigger) in due {
            if is_due {
                trigger.notify();
            }
        }
        waiting.into_iter().for_each(Waker::wake);
    }
}

impl BoardState {
    fn covers(&self, scope: &BoardScope) -> bool {
        self.board.as_ref().is_some_and(|board| board.scope().includes(scope))
    }

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
        if let Some(before) = &self.board {
            let differs = |key: &&NodeKey| before.tags(&key.service) != board.tags(&key.service);
            let tagged = self.rows.iter().filter(|(key, _)| differs(key));
            pending.tagged.extend(tagged.map(|(_, signal)| signal.clone()));
        }
        pending.scope = self.board.as_ref().is_none_or(|before| before.scope() != board.scope());
        pending.waiting.append(&mut self.waiting);
        self.board = Some(Arc::new(board));
        (pending.tags, pending.moved) = (true, true);
        self.update_verdict(pending);
    }

    fn apply(&mut self, position: Position, event: StatusEvent, pending: &mut Pending) {
        let Some(board) = &mut self.board else { return };
        // Copied only while it is being read, which does not happen between two events.
        match Arc::make_mut(board).apply(position, event) {
            Change::Ignored => {}
            Change::Elsewhere => pending.elsewhere = true,
            Change::Refreshed(row) => self.show(row, pending),
            Change::Moved(row) => {
                self.show(row, pending);
                pending.moved = true;
            }
            Change::Removed(key) => {
                pending.removed.extend(self.rows.remove(&key).map(|signal| (key, signal)));
                pending.moved = true;
            }
            Change::Store(notice) => self.show_store(notice, pending),
            Change::Suppressions => self.change_suppressions(pending),
            Change::Tagged(service) => {
                let rows = self.rows.iter().filter(|(key, _)| key.service == service);
                pending.tagged.extend(rows.map(|(_, signal)| signal.clone()));
                (pending.tags, pending.moved) = (true, true);
            }
        }
    }

    fn show(&mut self, row: Arc<NodeStatus>, pending: &mut Pending) {
        if let Some(signal) = pending.removed.remove(&row.key()) {
            self.rows.insert(row.key(), signal);
        }
        match self.rows.get(&row.key()) {
            Some(signal) => pending.rows.push((signal.clone(), row)),
            None => drop(self.rows.insert(row.key(), ArcRwSignal::new(row))),
        }
    }

    fn show_store(&mut self, notice: Option<StoreNotice>, pending: &mut Pending) {
        pending.store |= self.store != notice;
        self.store = notice;
    }

    fn change_suppressions(&mut self, pending: &mut Pending) {
        self.suppressions = self.suppressions.wrapping_add(1);
        pending.suppressions = true;
    }

    fn update_verdict(&mut self, pending: &mut Pending) {
        let verdict = self.board.as_deref().map(Verdict::of).unwrap_or_default();
        if *self.verdict != verdict {
            self.verdict = Arc::new(verdict);
            pending.verdict = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ServiceId, State};
    use crate::samples::{row, snapshot};

    fn of_service(id: &str) -> BoardScope {
        BoardScope::Service(ServiceId::new(id))
    }

    /// The board of a page that needs these rows.
    fn snapshot_of(scope: BoardScope) -> BoardSnapshot {
        BoardSnapshot { scope, ..snapshot(1, vec![row("shop", "a", State::Operational)]) }
    }

    #[test]
    fn what_the_page_wants_is_lacking_until_it_is_there() {
        let owner = Owner::new();
        owner.set();
        let board = LiveBoard::new();
        board.want(of_service("shop"));
        assert_eq!(board.lacking(), None, "the first snapshot is on its way");
        board.load(snapshot_of(of_service("shop")).into());
        assert_eq!((board.lacking(), board.scope_to_fetch()), (None, of_service("shop")));
        assert!(board.covers(&of_service("shop")) && board.covers(&BoardScope::None) && !board.covers(&of_service("mail")));
        for wanted in [of_service("mail"), BoardScope::All] {
            board.want(wanted.clone());
            assert_eq!((board.lacking(), board.scope_to_fetch()), (Some(wanted.clone()), wanted.clone()));
            board.replace(snapshot_of(wanted.clone()));
            assert_eq!((board.lacking(), board.scope_to_fetch()), (None, wanted));
        }
        board.want(of_service("shop"));
        assert_eq!((board.lacking(), board.scope_to_fetch()), (None, BoardScope::All), "all rows stay");
    }
}
