use super::IS_UPDATED;
use super::shared::Shared;
use crate::model::{NodeKey, UptimeBar, UptimeBarsView};
use crate::strip::History;
use leptos::prelude::*;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// The recent history of the rows, as signals: one for each row that is shown, so that a row costs what changes of it.
///
/// Clones share the history.
#[derive(Clone)]
pub struct LiveStrips {
    known: Shared<HashMap<NodeKey, Arc<History>>>,
    shown: Shared<HashMap<NodeKey, ArcRwSignal<RowHistory>>>,
    /// Whether the rows that are shown are registered, to be updated.
    registers: bool,
}

/// What a row shows of its history.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RowHistory {
    /// Absent until it has come, and where there is none.
    pub history: Option<Arc<History>>,
    /// The bar of which somebody wants to know more.
    pub pointed: Option<usize>,
}

impl LiveStrips {
    pub fn new() -> Self {
        Self::registering(IS_UPDATED)
    }

    fn registering(registers: bool) -> Self {
        Self { known: Shared::default(), shown: Shared::default(), registers }
    }

    /// Takes the history of some of the nodes of `view`, in place of what was known of them.
    pub fn take(&self, view: &UptimeBarsView, some: &[UptimeBar]) {
        let pieces = some.iter().map(|strip| (strip.key.clone(), Arc::new(History::of(strip, view))));
        for (key, history) in pieces {
            self.known.with(|known| known.insert(key.clone(), Arc::clone(&history)));
            self.show(&key, Some(history));
        }
    }

    /// Forgets the nodes of which `view` knows nothing.
    pub fn forget_others(&self, view: &UptimeBarsView) {
        let kept: HashSet<_> = view.nodes.iter().map(|strip| &strip.key).collect();
        let gone: Vec<_> = self.known.with(|known| known.keys().filter(|key| !kept.contains(key)).cloned().collect());
        for key in gone {
            self.known.with(|known| known.remove(&key));
            self.show(&key, None);
        }
    }

    /// What the row of that name is to show, for as long as the reactive owner that asks lives.
    pub fn row(&self, key: &NodeKey) -> ArcRwSignal<RowHistory> {
        if !self.registers {
            return ArcRwSignal::default();
        }
        let history = self.known.with(|known| known.get(key).cloned());
        let signal = ArcRwSignal::new(RowHistory { history, pointed: None });
        self.shown.with(|shown| shown.insert(key.clone(), signal.clone()));
        let (shown, key, own) = (self.shown.clone(), key.clone(), signal.clone());
        on_cleanup(move || {
            // A row that has moved is there anew before the old one is gone.
            shown.with(|shown| (shown.get(&key) == Some(&own)).then(|| shown.remove(&key)));
        });
        signal
    }

    /// What the row of that name shows now; absent where it is not shown or has no history.
    pub fn shown(&self, key: &NodeKey) -> Option<Arc<History>> {
        self.signal(key)?.with_untracked(|row| row.history.clone())
    }

    /// Whether there is a row on the page whose history is not known.
    pub fn lacks_history(&self) -> bool {
        self.shown.with(|shown| shown.values().any(|row| row.with_untracked(|row| row.history.is_none())))
    }

    fn show(&self, key: &NodeKey, history: Option<Arc<History>>) {
        if let Some(signal) = self.signal(key).filter(|signal| signal.with_untracked(|row| row.history != history)) {
            let bars = history.as_ref().map_or(0, |history| history.bars());
            signal.update(|row| *row = RowHistory { history, pointed: row.pointed.filter(|bar| *bar < bars) });
        }
    }

    /// Points at a bar of a row, or at none any more.
    pub fn point(&self, key: &NodeKey, bar: Option<usize>) {
        if let Some(signal) = self.signal(key).filter(|signal| signal.with_untracked(|row| row.pointed != bar)) {
            signal.update(|row| row.pointed = bar);
        }
    }

    fn signal(&self, key: &NodeKey) -> Option<ArcRwSignal<RowHistory>> {
        self.shown.with(|shown| shown.get(key).cloned())
    }
}

impl Default for LiveStrips {
    fn default() -> Self {
        Self::new()
    }
}

/// Keeps the history up to date from now on, until the reactive owner that calls this is gone. Does nothing on the server.
pub fn follow(strips: &LiveStrips) {
    #[cfg(feature = "hydrate")]
    super::refresh::follow(strips.clone());
    #[cfg(not(feature = "hydrate"))]
    let _ = strips;
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

    fn replace(strips: &LiveStrips, view: &UptimeBarsView) {
        strips.take(view, &view.nodes);
        strips.forget_others(view);
    }

    fn states(signal: &ArcRwSignal<RowHistory>) -> Vec<Option<State>> {
        let history = signal.get_untracked().history;
        history.map(|history| (0..history.bars()).map(|bar| history.state(bar)).collect()).unwrap_or_default()
    }

    #[test]
    fn history_finds_its_row_whichever_comes_first() {
        let owner = Owner::new();
        owner.set();
        let strips = LiveStrips::registering(true);
        let early = strips.row(&key());
        assert_eq!(states(&early), []);
        assert!(strips.lacks_history());
        replace(&strips, &view("od"));
        assert!(!strips.lacks_history());
        let expected = [Some(State::Operational), Some(State::Down)];
        assert_eq!(states(&early), expected);
        assert_eq!(states(&strips.row(&key())), expected);
        replace(&strips, &UptimeBarsView { nodes: Vec::new(), ..view("") });
        assert_eq!(strips.shown(&key()), None);
    }

    #[test]
    fn a_bar_is_pointed_at_for_as_long_as_there_is_one() {
        let owner = Owner::new();
        owner.set();
        let strips = LiveStrips::registering(true);
        let signal = strips.row(&key());
        replace(&strips, &view("odo"));
        strips.point(&key(), Some(2));
        assert_eq!(signal.get_untracked().pointed, Some(2));
        replace(&strips, &view("ood"));
        assert_eq!(signal.get_untracked().pointed, Some(2));
        replace(&strips, &view("od"));
        assert_eq!(signal.get_untracked().pointed, None);
    }

    #[test]
    fn a_row_that_is_no_longer_shown_is_forgotten_but_not_the_one_in_its_place() {
        let owner = Owner::new();
        let strips = LiveStrips::registering(true);
        let count = || strips.shown.with(|shown| shown.len());
        let (old, new) = (owner.with(Owner::new), owner.with(Owner::new));
        old.with(|| strips.row(&key()));
        new.with(|| strips.row(&key()));
        old.cleanup();
        assert_eq!(count(), 1);
        new.cleanup();
        assert_eq!(count(), 0);
    }

    #[test]
    fn on_the_server_no_row_is_registered() {
        let owner = Owner::new();
        owner.set();
        let strips = LiveStrips::registering(false);
        assert_eq!(strips.row(&key()).get_untracked(), RowHistory::default());
        assert_eq!(strips.shown.with(|shown| shown.len()), 0);
    }
}
