//! A rate limit for log lines that clients or targets can cause.

use parking_lot::Mutex;
use std::time::{Duration, Instant};

/// Allows one log line in each period, and counts the others.
pub struct LogLimit {
    period: Duration,
    state: Mutex<State>,
}

struct State {
    last: Option<Instant>,
    suppressed: u64,
}

impl LogLimit {
    pub const fn new(period: Duration) -> Self {
        Self { period, state: Mutex::new(State { last: None, suppressed: 0 }) }
    }

    /// Whether a line may be written now, and if so, how many were suppressed since the one before.
    pub fn pass(&self, now: Instant) -> Option<u64> {
        let mut state = self.state.lock();
        if state.last.is_some_and(|last| now.saturating_duration_since(last) < self.period) {
            state.suppressed += 1;
            return None;
        }
        state.last = Some(now);
        Some(std::mem::take(&mut state.suppressed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_passes_in_each_period_and_the_others_are_counted() {
        let limit = LogLimit::new(Duration::from_secs(60));
        let start = Instant::now();
        let pass = |second| limit.pass(start + Duration::from_secs(second));
        assert_eq!([0, 1, 59, 60, 61, 500].map(pass), [Some(0), None, None, Some(2), None, Some(1)]);
    }
}
