use super::IS_UPDATED;
use super::shared::{Shared, SharedSignal};
use crate::phrase;
use chrono::{DateTime, FixedOffset};
use leptos::prelude::*;
use std::collections::BTreeMap;

/// The time of the server, as the browser knows it: the one timer behind every "12 s" of the page.
///
/// It stands still, at no time at all, on the server and until the page is hydrated, so that both render the same.
///
/// Clones share the time.
#[derive(Clone)]
pub struct Clock {
    is_running: SharedSignal<bool>,
    state: Shared<ClockState>,
    /// Whether the ages that are shown are registered, to be updated.
    registers: bool,
}

#[derive(Default)]
struct ClockState {
    /// Milliseconds since 1970 by the browser's clock; absent while the clock stands still.
    now: Option<i64>,
    /// By how much the browser's clock is ahead of the server's, in milliseconds, as far as is known.
    ahead: Option<i64>,
    /// The ages that are shown. Each has a signal of its own: a single one to which thousands of rows listen would take a time
    /// that grows with the square of their number.
    ages: BTreeMap<u64, ShownAge>,
    next: u64,
}

struct ShownAge {
    time: DateTime<FixedOffset>,
    text: ArcRwSignal<Option<String>>,
}

impl Clock {
    pub fn new() -> Self {
        Self::registering(IS_UPDATED)
    }

    fn registering(registers: bool) -> Self {
        Self { is_running: SharedSignal::new(false), state: Shared::default(), registers }
    }

    /// Moves the clock on, and every age that reads otherwise now.
    pub fn tick(&self, now: i64) {
        let changed: Vec<_> = self.state.with(|state| {
            state.now = Some(now);
            let texts = state.ages.values().map(|shown| (shown.text.clone(), state.age(shown.time)));
            texts.filter(|(text, age)| text.with_untracked(|text| text != age)).collect()
        });
        for (text, age) in changed {
            text.set(age);
        }
        self.is_running.set(true);
    }

    /// Learns that a message written at `written` by the server's clock arrived at `arrived` by the browser's. The least difference
    /// ever seen is the best, since the rest of any difference is time spent on the way.
    pub fn learn(&self, written: DateTime<FixedOffset>, arrived: i64) {
        let difference = arrived.saturating_sub(written.timestamp_millis());
        self.state.with(|state| state.ahead = Some(state.ahead.map_or(difference, |ahead| ahead.min(difference))));
    }

    /// Whether the clock goes.
    pub fn is_running(&self) -> bool {
        self.is_running.get()
    }

    /// How long `time` is ago, as people say it, for as long as the reactive owner that asks lives; absent while the clock stands
    /// still.
    pub fn age(&self, time: DateTime<FixedOffset>) -> ArcReadSignal<Option<String>> {
        if !self.registers {
            return ArcRwSignal::new(None).read_only();
        }
        let (number, text) = self.state.with(|state| {
            let text = ArcRwSignal::new(state.age(time));
            state.next += 1;
            state.ages.insert(state.next, ShownAge { time, text: text.clone() });
            (state.next, text)
        });
        let state = self.state.clone();
        on_cleanup(move || drop(state.with(|state| state.ages.remove(&number))));
        text.read_only()
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::new()
    }
}

impl ClockState {
    fn age(&self, time: DateTime<FixedOffset>) -> Option<String> {
        let now = self.now?.saturating_sub(self.ahead.unwrap_or_default());
        Some(phrase::age(now.saturating_sub(time.timestamp_millis())))
    }
}

#[cfg(test)]
mod tests {
    use super::Clock;
    use crate::samples::at;
    use leptos::prelude::*;

    #[test]
    fn ages_follow_the_clock_of_the_server() {
        let owner = Owner::new();
        owner.set();
        let clock = Clock::registering(true);
        let noted = at(0);
        let age = clock.age(noted);
        assert_eq!(age.get_untracked(), None);

        // The browser is an hour ahead. Until something arrives, that cannot be known.
        let arrived = |minutes: i64, delay: i64| at(minutes + 60).timestamp_millis() + delay;
        clock.tick(arrived(0, 0));
        assert_eq!(age.get_untracked().as_deref(), Some("1 h"));

        // The slow message teaches less than the fast one.
        clock.learn(at(1), arrived(1, 30_000));
        clock.learn(at(2), arrived(2, 0));
        clock.learn(at(3), arrived(3, 9_000));
        clock.tick(arrived(3, 0));
        assert_eq!(age.get_untracked().as_deref(), Some("3 min"));
        assert!(clock.is_running());
    }

    #[test]
    fn an_age_that_is_no_longer_shown_is_forgotten() {
        let owner = Owner::new();
        let clock = Clock::registering(true);
        let row = owner.with(Owner::new);
        row.with(|| clock.age(at(0)));
        assert_eq!(clock.state.with(|state| state.ages.len()), 1);
        row.cleanup();
        assert_eq!(clock.state.with(|state| state.ages.len()), 0);
    }

    #[test]
    fn on_the_server_no_age_is_registered() {
        let owner = Owner::new();
        owner.set();
        let clock = Clock::registering(false);
        assert_eq!(clock.age(at(0)).get_untracked(), None);
        assert_eq!(clock.state.with(|state| state.ages.len()), 0);
    }
}
