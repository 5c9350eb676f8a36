use super::liveness::IS_UPDATED;
use super::shared::{Shared, SharedSignal};
use crate::format;
use chrono::{DateTime, FixedOffset};
use leptos::prelude::*;
use std::collections::BTreeMap;

/// The time of the server, estimated by the browser: the one timer of all ages on the page.
///
/// It does not run on the server and before hydration, so that both render the same.
///
/// Clones share the time.
#[derive(Clone)]
pub struct Clock {
    is_running: SharedSignal<bool>,
    state: Shared<ClockState>,
    /// Whether visible ages are registered for updates.
    registers: bool,
}

#[derive(Default)]
struct ClockState {
    /// Milliseconds since 1970 by the clock of the browser; `None` while the clock does not run.
    now: Option<i64>,
    /// How far the clock of the browser is ahead of the server's, in milliseconds; `None` while unknown.
    ahead: Option<i64>,
    /// The visible ages. Each has its own signal: with a single one, the cost of thousands of subscribers would grow with the square
    /// of their number.
    ages: BTreeMap<u64, ShownAge>,
    next: u64,
}

struct ShownAge {
    time: DateTime<FixedOffset>,
    /// Whether the time is yet to come.
    is_ahead: bool,
    text: ArcRwSignal<Option<String>>,
}

impl Clock {
    pub fn new() -> Self {
        Self::registering(IS_UPDATED)
    }

    fn registering(registers: bool) -> Self {
        Self { is_running: SharedSignal::new(false), state: Shared::default(), registers }
    }

    /// Advances the clock and updates all ages whose text changes.
    pub fn tick(&self, now: i64) {
        let changed: Vec<_> = self.state.with(|state| {
            state.now = Some(now);
            let texts = state.ages.values().map(|shown| (shown.text.clone(), state.text(shown.time, shown.is_ahead)));
            texts.filter(|(text, age)| text.with_untracked(|text| text != age)).collect()
        });
        for (text, age) in changed {
            text.set(age);
        }
        self.is_running.set(true);
    }

    /// Records that an event of `written` by the clock of the server arrived at `arrived` by the clock of the browser. The smallest
    /// difference is the best estimate, since each difference includes the transmission time.
    pub fn learn(&self, written: DateTime<FixedOffset>, arrived: i64) {
        let difference = arrived.saturating_sub(written.timestamp_millis());
        self.state.with(|state| state.ahead = Some(state.ahead.map_or(difference, |ahead| ahead.min(difference))));
    }

    /// Whether the clock runs.
    pub fn is_running(&self) -> bool {
        self.is_running.get()
    }

    /// The time of the server in milliseconds since 1970, as far as it is known. Also while the clock does not run.
    pub fn now(&self) -> i64 {
        super::now::now().saturating_sub(self.state.with(|state| state.ahead.unwrap_or_default()))
    }

    /// The age of `time` as text, updated for as long as the calling reactive owner lives; `None` while the clock does not run.
    pub fn age(&self, time: DateTime<FixedOffset>) -> ArcReadSignal<Option<String>> {
        self.register(time, false)
    }

    /// The time that is left until `time` as text, in the same way.
    pub fn until(&self, time: DateTime<FixedOffset>) -> ArcReadSignal<Option<String>> {
        self.register(time, true)
    }

    fn register(&self, time: DateTime<FixedOffset>, is_ahead: bool) -> ArcReadSignal<Option<String>> {
        if !self.registers {
            return ArcRwSignal::new(None).read_only();
        }
        let (number, text) = self.state.with(|state| {
            let text = ArcRwSignal::new(state.text(time, is_ahead));
            state.next += 1;
            state.ages.insert(state.next, ShownAge { time, is_ahead, text: text.clone() });
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
    fn text(&self, time: DateTime<FixedOffset>, is_ahead: bool) -> Option<String> {
        let now = self.now?.saturating_sub(self.ahead.unwrap_or_default());
        let age = now.saturating_sub(time.timestamp_millis());
        Some(format::age(if is_ahead { age.saturating_neg() } else { age }))
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

        // The browser is an hour ahead. That is unknown until an event arrives.
        let arrived = |minutes: i64, delay: i64| at(minutes + 60).timestamp_millis() + delay;
        clock.tick(arrived(0, 0));
        assert_eq!(age.get_untracked().as_deref(), Some("1 h"));

        // The fast event gives the better estimate.
        clock.learn(at(1), arrived(1, 30_000));
        clock.learn(at(2), arrived(2, 0));
        clock.learn(at(3), arrived(3, 9_000));
        clock.tick(arrived(3, 0));
        assert_eq!(age.get_untracked().as_deref(), Some("3 min"));
        assert!(clock.is_running());
    }

    #[test]
    fn the_time_until_a_check_becomes_shorter_and_ends_at_zero() {
        let owner = Owner::new();
        owner.set();
        let clock = Clock::registering(true);
        let left = clock.until(at(1));
        for (seconds, expected) in [(0, "1 min"), (38, "22 s"), (60, "0 s"), (90, "0 s")] {
            clock.tick(at(0).timestamp_millis() + seconds * 1_000);
            assert_eq!(left.get_untracked().as_deref(), Some(expected));
        }
    }

    #[test]
    fn an_age_that_is_no_longer_shown_is_dropped() {
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
