use super::liveness::IS_UPDATED;
use super::shared::{Shared, SharedSignal};
use crate::model::{NodeKey, ServiceId, UptimeBar, UptimeBarsView};
use crate::uptime_bar::{self, History};
use leptos::prelude::*;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// What is shown until the first bars are there, in seconds.
const DAY: i64 = 86_400;

/// The uptime bars of the rows: one signal for each visible row, so that a change renders that row only.
///
/// In the list of bars, one bar is the tab stop: Tab leads to it, and from there arrow keys lead to the others.
///
/// Clones share the bars.
#[derive(Clone)]
pub struct LiveUptimeBars {
    known: Shared<HashMap<NodeKey, Arc<History>>>,
    shown: ShownBars,
    tab_stop: Shared<Option<NodeKey>>,
    /// The time that the bars show, in seconds.
    span: SharedSignal<i64>,
    /// Notified when rows get or lose their history.
    changed: ArcTrigger,
    /// Whether visible rows are registered for updates.
    registers: bool,
}

/// What the bars of the visible rows show.
type ShownBars = Shared<HashMap<NodeKey, ArcRwSignal<RowHistory>>>;

/// What the bar of one visible row shows, updated for as long as this lives.
pub struct ShownBar {
    signal: ArcRwSignal<RowHistory>,
    registered: Option<(ShownBars, NodeKey)>,
}

/// The history of a row, as it is shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RowHistory {
    /// `None` until it is fetched, and for a row without history.
    pub history: Option<Arc<History>>,
    /// The cell that the pointer or the keyboard is at.
    pub cell: Option<usize>,
    /// Whether Tab leads to this bar.
    pub is_tab_stop: bool,
}

impl LiveUptimeBars {
    pub fn new() -> Self {
        Self::registering(IS_UPDATED)
    }

    fn registering(registers: bool) -> Self {
        let (known, shown, tab_stop) = (Shared::default(), Shared::default(), Shared::default());
        Self { known, shown, tab_stop, span: SharedSignal::new(DAY), changed: ArcTrigger::new(), registers }
    }

    /// Replaces the history of some of the nodes of `view`.
    pub fn take(&self, view: &UptimeBarsView, some: &[UptimeBar]) {
        self.span.set(i64::from(view.step) * i64::from(view.bars));
        let pieces = some.iter().map(|strip| (strip.key.clone(), Arc::new(History::of(strip, view))));
        for (key, history) in pieces {
            self.known.with(|known| known.insert(key.clone(), Arc::clone(&history)));
            self.show(&key, Some(history));
        }
        self.changed.notify();
    }

    /// The time that the bars show, as the head of their column: `Last 24 h`, `Last hour`. The effect or memo that calls this runs again
    /// when it changes.
    pub fn head(&self) -> String {
        uptime_bar::head(self.span.get())
    }

    /// Drops the history of all nodes, or of those of one service, that are not in `view`.
    pub fn forget_others(&self, view: &UptimeBarsView, service: Option<&ServiceId>) {
        let kept: HashSet<_> = view.nodes.iter().map(|strip| &strip.key).collect();
        let is_gone = |key: &&NodeKey| !kept.contains(key) && service.is_none_or(|service| key.service == *service);
        let gone: Vec<_> = self.known.with(|known| known.keys().filter(is_gone).cloned().collect());
        for key in gone {
            self.known.with(|known| known.remove(&key));
            self.show(&key, None);
        }
        self.changed.notify();
    }

    /// What a visible row shows.
    pub fn row(&self, key: &NodeKey) -> ShownBar {
        if !self.registers {
            return ShownBar { signal: ArcRwSignal::default(), registered: None };
        }
        let history = self.known.with(|known| known.get(key).cloned());
        let is_tab_stop = self.tab_stop().as_ref() == Some(key);
        let signal = ArcRwSignal::new(RowHistory { history, cell: None, is_tab_stop });
        self.shown.with(|shown| shown.insert(key.clone(), signal.clone()));
        ShownBar { signal, registered: Some((self.shown.clone(), key.clone())) }
    }

    /// Whether there is a history of the row, visible or not.
    pub fn knows(&self, key: &NodeKey) -> bool {
        self.known.with(|known| known.contains_key(key))
    }

    /// The history that a row shows; `None` when the row is not visible or has no history.
    pub fn shown(&self, key: &NodeKey) -> Option<Arc<History>> {
        self.signal(key)?.with_untracked(|row| row.history.clone())
    }

    /// The history of several nodes, visible or not. The effect that calls this runs again when it changes.
    pub fn of_all(&self, keys: &[NodeKey]) -> Option<Arc<History>> {
        self.track();
        let nodes: Vec<_> = self.known.with(|known| keys.iter().filter_map(|key| known.get(key).cloned()).collect());
        History::of_all(&nodes).map(Arc::new)
    }

    /// Whether a visible row has no history.
    pub fn lacks_history(&self) -> bool {
        self.shown.with(|shown| shown.values().any(|row| row.with_untracked(|row| row.history.is_none())))
    }

    /// The effect that calls this runs again when rows get or lose their history.
    pub fn track(&self) {
        self.changed.track();
    }

    /// The row whose bar is the tab stop.
    pub fn tab_stop(&self) -> Option<NodeKey> {
        self.tab_stop.with(|stop| stop.clone())
    }

    /// Makes the bar of this row the tab stop, in place of any other.
    pub fn set_tab_stop(&self, key: Option<NodeKey>) {
        let before = self.tab_stop.with(|stop| std::mem::replace(stop, key.clone()));
        if before == key {
            return;
        }
        for (key, is_tab_stop) in before.into_iter().map(|key| (key, false)).chain(key.map(|key| (key, true))) {
            self.change(&key, |row| row.is_tab_stop = is_tab_stop);
        }
    }

    /// Marks a cell of a row as the current one, or none.
    pub fn set_cell(&self, key: &NodeKey, cell: Option<usize>) {
        self.change(key, |row| row.cell = cell);
    }

    fn show(&self, key: &NodeKey, history: Option<Arc<History>>) {
        let cells = history.as_ref().map_or(0, |history| history.cells());
        self.change(key, |row| {
            row.cell = row.cell.filter(|cell| *cell < cells);
            row.history = history;
        });
    }

    /// Changes what a row shows and notifies its view, unless nothing differs or the row is not visible.
    fn change(&self, key: &NodeKey, change: impl FnOnce(&mut RowHistory)) {
        let Some(signal) = self.signal(key) else { return };
        let mut row = signal.get_untracked();
        change(&mut row);
        if signal.with_untracked(|shown| *shown != row) {
            signal.set(row);
        }
    }

    fn signal(&self, key: &NodeKey) -> Option<ArcRwSignal<RowHistory>> {
        self.shown.with(|shown| shown.get(key).cloned())
    }
}

impl ShownBar {
    /// The effect that calls this runs again when it changes.
    pub fn get(&self) -> RowHistory {
        self.signal.get()
    }
}

impl Drop for ShownBar {
    fn drop(&mut self) {
        let Some((shown, key)) = self.registered.take() else { return };
        // The new view of a row that moved is registered before the old one is dropped.
        let gone = shown.with(|shown| (shown.get(&key) == Some(&self.signal)).then(|| shown.remove(&key)));
        drop(gone);
    }
}

impl Default for LiveUptimeBars {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::State;
    use crate::samples::{at, row};

    fn key() -> NodeKey {
        row("shop", "a", State::Operational).key()
    }

    fn view(states: &str) -> UptimeBarsView {
        let strip = UptimeBar { key: key(), states: states.to_owned(), time: [0; 4], elapsed: Vec::new() };
        UptimeBarsView { from: at(0), step: 1_800, bars: 3, nodes: vec![strip] }
    }

    fn replace(bars: &LiveUptimeBars, view: &UptimeBarsView) {
        bars.take(view, &view.nodes);
        bars.forget_others(view, None);
    }

    fn states(bar: &ShownBar) -> Vec<Option<State>> {
        let history = bar.signal.get_untracked().history;
        history.map(|history| (0..history.cells()).map(|cell| history.state(cell)).collect()).unwrap_or_default()
    }

    #[test]
    fn a_row_shows_its_history_whichever_comes_first() {
        let owner = Owner::new();
        owner.set();
        let bars = LiveUptimeBars::registering(true);
        let early = bars.row(&key());
        assert_eq!(states(&early), []);
        assert!(bars.lacks_history());
        replace(&bars, &view("od"));
        assert!(!bars.lacks_history());
        let expected = [Some(State::Operational), Some(State::Down)];
        assert_eq!(states(&early), expected);
        assert_eq!(states(&bars.row(&key())), expected);
        replace(&bars, &UptimeBarsView { nodes: Vec::new(), ..view("") });
        assert_eq!(bars.shown(&key()), None);
    }

    #[test]
    fn the_bars_of_one_service_leave_those_of_others() {
        let owner = Owner::new();
        owner.set();
        let bars = LiveUptimeBars::registering(true);
        replace(&bars, &view("od"));
        let [mail, shop] = ["mail", "shop"].map(ServiceId::new);
        let empty = UptimeBarsView { nodes: Vec::new(), ..view("") };
        bars.forget_others(&empty, Some(&mail));
        assert!(bars.knows(&key()));
        bars.forget_others(&empty, Some(&shop));
        assert!(!bars.knows(&key()));
    }

    #[test]
    fn a_cell_stays_current_while_it_exists() {
        let owner = Owner::new();
        owner.set();
        let bars = LiveUptimeBars::registering(true);
        let bar = bars.row(&key());
        let signal = &bar.signal;
        replace(&bars, &view("odo"));
        bars.set_cell(&key(), Some(2));
        assert_eq!(signal.get_untracked().cell, Some(2));
        replace(&bars, &view("ood"));
        assert_eq!(signal.get_untracked().cell, Some(2));
        replace(&bars, &view("od"));
        assert_eq!(signal.get_untracked().cell, None);
    }

    #[test]
    fn a_row_that_is_no_longer_shown_is_dropped_but_not_its_replacement() {
        let bars = LiveUptimeBars::registering(true);
        let count = || bars.shown.with(|shown| shown.len());
        let (old, new) = (bars.row(&key()), bars.row(&key()));
        drop(old);
        assert_eq!(count(), 1);
        drop(new);
        assert_eq!(count(), 0);
    }

    #[test]
    fn on_the_server_no_row_is_registered() {
        let owner = Owner::new();
        owner.set();
        let bars = LiveUptimeBars::registering(false);
        let bar = bars.row(&key());
        assert_eq!(bar.signal.get_untracked(), RowHistory::default());
        assert_eq!(bars.shown.with(|shown| shown.len()), 0);
    }

    #[test]
    fn one_bar_is_the_tab_stop() {
        let owner = Owner::new();
        owner.set();
        let bars = LiveUptimeBars::registering(true);
        let other = row("mail", "a", State::Operational).key();
        let (first, second) = (bars.row(&key()), bars.row(&other));
        let stops = || [&first, &second].map(|bar| bar.signal.get_untracked().is_tab_stop);
        assert_eq!(stops(), [false, false]);
        bars.set_tab_stop(Some(key()));
        assert_eq!(stops(), [true, false]);
        bars.set_tab_stop(Some(other.clone()));
        assert_eq!(stops(), [false, true]);
        assert!(bars.row(&other).signal.get_untracked().is_tab_stop, "a row that moved keeps it");
        bars.set_tab_stop(None);
        assert_eq!(bars.tab_stop(), None);
    }
}
