//! Remembers which workers have answered, so that one that stops answering is noticed.

use super::roll_call::MOST_WORKERS;
use chrono::{DateTime, Local};
use parking_lot::{Mutex, MutexGuard};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use tokio::time::Instant;

/// The known workers of one service.
pub(super) struct Memory {
    /// Workers that must answer, even if they never have. They are never forgotten.
    expected: BTreeSet<String>,
    /// How long the others are remembered after their last answer.
    forget_after: Duration,
    remembered: Mutex<Remembered>,
}

#[derive(Default)]
struct Remembered {
    seen: BTreeMap<String, LastSeen>,
    /// When the broker first answered.
    since: Option<DateTime<Local>>,
    /// Whether the last check found no worker at all.
    deserted: bool,
}

/// When a worker answered last: as an instant for durations, and as a time for messages.
#[derive(Clone, Copy)]
struct LastSeen {
    at: Instant,
    time: DateTime<Local>,
}

/// A known worker that did not answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Silent {
    pub(super) name: String,
    pub(super) last: LastAnswer,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LastAnswer {
    At(DateTime<Local>),
    /// No answer since this time, which is that of the first check.
    NoneSince(DateTime<Local>),
}

impl Memory {
    pub(super) fn new(expected: BTreeSet<String>, forget_after: Duration) -> Self {
        Self { expected, forget_after, remembered: Mutex::default() }
    }

    /// The workers that are expected to answer.
    pub(super) fn known(&self) -> BTreeSet<String> {
        let mut remembered = self.lock();
        self.tidy(&mut remembered);
        remembered.seen.keys().chain(&self.expected).cloned().collect()
    }

    /// Records the workers that answered. Returns the expected ones that did not.
    pub(super) fn update<'a>(&self, answered: impl Iterator<Item = &'a String> + Clone) -> Vec<Silent> {
        let now = LastSeen { at: Instant::now(), time: Local::now() };
        let mut remembered = self.lock();
        let since = *remembered.since.get_or_insert(now.time);
        remembered.seen.extend(answered.clone().map(|name| (name.clone(), now)));
        self.tidy(&mut remembered);

        let (seen, answered) = (&remembered.seen, answered.collect::<BTreeSet<_>>());
        let known: BTreeSet<_> = seen.keys().chain(&self.expected).collect();
        let last = |name| seen.get(name).map_or(LastAnswer::NoneSince(since), |seen| LastAnswer::At(seen.time));
        known.difference(&answered).map(|name| Silent { name: (*name).clone(), last: last(*name) }).collect()
    }

    /// Records whether there is no worker at all; returns the previous value.
    pub(super) fn deserted(&self, deserted: bool) -> bool {
        std::mem::replace(&mut self.lock().deserted, deserted)
    }

    pub(super) fn forget(&self) {
        *self.lock() = Remembered::default();
    }

    /// Forgets workers that have not answered for `forget_after`, and the oldest ones above the limit.
    fn tidy(&self, remembered: &mut Remembered) {
        remembered.seen.retain(|name, seen| seen.at.elapsed() <= self.forget_after || self.expected.contains(name));
        while remembered.seen.len() > MOST_WORKERS {
            let oldest = remembered.seen.iter().min_by_key(|(_, seen)| seen.at).map(|(name, _)| name.clone());
            let Some(oldest) = oldest else { return };
            remembered.seen.remove(&oldest);
        }
    }

    /// A panic cannot leave it inconsistent.
    fn lock(&self) -> MutexGuard<'_, Remembered> {
        self.remembered.lock()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names<T: FromIterator<String>>(names: &[&str]) -> T {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn memory(expected: &[&str], seconds: u64) -> Memory {
        Memory::new(names(expected), Duration::from_secs(seconds))
    }

    /// The silent ones, and whether they answered before.
    fn update(memory: &Memory, answered: &[&str]) -> Vec<(String, bool)> {
        let silent = memory.update(names::<Vec<_>>(answered).iter());
        silent.into_iter().map(|silent| (silent.name, matches!(silent.last, LastAnswer::At(_)))).collect()
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_worker_is_remembered_for_a_time() {
        let memory = memory(&[], 10);
        assert_eq!(update(&memory, &["a", "b"]), []);
        tokio::time::advance(Duration::from_secs(10)).await;
        assert_eq!(update(&memory, &["a"]), [("b".to_owned(), true)]);
        assert_eq!(memory.known(), names(&["a", "b"]));
        tokio::time::advance(Duration::from_millis(1)).await;
        assert_eq!(memory.known(), names(&["a"]));
        assert_eq!(update(&memory, &["a"]), []);
    }

    #[tokio::test(start_paused = true)]
    async fn an_expected_worker_is_never_forgotten() {
        let memory = memory(&["a", "b"], 10);
        assert_eq!(update(&memory, &["a"]), [("b".to_owned(), false)]);
        tokio::time::advance(Duration::from_secs(11)).await;
        assert_eq!(update(&memory, &[]), [("a".to_owned(), true), ("b".to_owned(), false)]);
    }

    #[tokio::test(start_paused = true)]
    async fn with_zero_nobody_is_remembered() {
        let memory = memory(&[], 0);
        assert_eq!(update(&memory, &["a"]), []);
        tokio::time::advance(Duration::from_millis(1)).await;
        assert_eq!(update(&memory, &[]), []);
    }

    #[tokio::test]
    async fn forgetting_forgets_all() {
        let memory = memory(&[], 10);
        update(&memory, &["a"]);
        assert!(!memory.deserted(true));
        memory.forget();
        assert_eq!(update(&memory, &[]), []);
        assert!(!memory.deserted(false));
    }

    #[tokio::test(start_paused = true)]
    async fn no_more_are_remembered_than_can_be_shown() {
        let memory = memory(&[], 1000);
        update(&memory, &["old"]);
        tokio::time::advance(Duration::from_secs(1)).await;
        let many: Vec<_> = (0..MOST_WORKERS).map(|number| format!("worker@{number}")).collect();
        memory.update(many.iter());
        assert_eq!(memory.known().len(), MOST_WORKERS);
        assert!(!memory.known().contains("old"));
    }
}
