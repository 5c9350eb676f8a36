use chrono::{DateTime, FixedOffset};
use leptos::prelude::*;

/// The time of the server, as the browser knows it: the one timer behind every "12 s" of the page.
///
/// It stands still, at no time at all, on the server and until the page is hydrated, so that both render the same.
#[derive(Clone, Copy)]
pub struct Clock {
    /// Milliseconds since 1970 by the browser's clock.
    now: RwSignal<Option<i64>>,
    /// By how much the browser's clock is ahead of the server's, in milliseconds, as far as is known.
    ahead: RwSignal<Option<i64>>,
}

impl Clock {
    pub fn new() -> Self {
        Self { now: RwSignal::new(None), ahead: RwSignal::new(None) }
    }

    /// Moves the clock on.
    pub fn tick(&self, now: i64) {
        self.now.set(Some(now));
    }

    /// Learns that a message written at `written` by the server's clock arrived at `arrived` by the browser's. The least difference
    /// ever seen is the best, since the rest of any difference is time spent on the way.
    pub fn learn(&self, written: DateTime<FixedOffset>, arrived: i64) {
        let difference = arrived.saturating_sub(written.timestamp_millis());
        if self.ahead.with_untracked(|ahead| ahead.is_none_or(|ahead| difference < ahead)) {
            self.ahead.set(Some(difference));
        }
    }

    /// Whether the clock goes.
    pub fn is_running(&self) -> bool {
        self.now.with(Option::is_some)
    }

    /// Milliseconds since `time`; absent while the clock stands still.
    pub fn since(&self, time: DateTime<FixedOffset>) -> Option<i64> {
        let now = self.now.get()?;
        Some(now.saturating_sub(self.ahead.get().unwrap_or_default()).saturating_sub(time.timestamp_millis()).max(0))
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::new()
    }
}
