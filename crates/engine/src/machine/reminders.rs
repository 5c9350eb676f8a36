//! When somebody is reminded of an outage.

use chrono::{DateTime, FixedOffset, TimeDelta};
use std::time::Duration;

/// How often somebody is reminded of an outage that goes on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reminder {
    /// Until the first reminder.
    pub interval: Duration,
    /// The pause after each is so many times as long as the one before; 1 for the same.
    pub factor: f64,
    /// No pause is longer.
    pub longest: Duration,
}

/// What has been told of an outage so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reminded {
    pub at: DateTime<FixedOffset>,
    /// Reminders, without the first message.
    pub times: u32,
}

impl Reminded {
    /// Somebody was told for the first time.
    pub const fn first(at: DateTime<FixedOffset>) -> Self {
        Self { at, times: 0 }
    }

    pub const fn again(self, at: DateTime<FixedOffset>) -> Self {
        Self { at, times: self.times.saturating_add(1) }
    }
}

impl Reminder {
    /// Whether it is time for one more.
    pub fn is_due(self, reminded: Reminded, now: DateTime<FixedOffset>) -> bool {
        let power = i32::try_from(reminded.times).unwrap_or(i32::MAX);
        let seconds = self.interval.as_secs_f64() * self.factor.max(1.0).powi(power);
        let pause = Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX).min(self.longest.max(self.interval));
        now - reminded.at >= TimeDelta::from_std(pause).unwrap_or(TimeDelta::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use test_support::noon;

    #[test]
    fn each_pause_is_longer_up_to_the_longest() {
        let reminder = Reminder { interval: Duration::from_secs(60), factor: 3.0, longest: Duration::from_secs(600) };
        let pauses: Vec<_> = (0..5)
            .map(|times| {
                let reminded = Reminded { at: noon(), times };
                (0..).find(|minutes| reminder.is_due(reminded, noon() + TimeDelta::minutes(*minutes))).unwrap()
            })
            .collect();
        assert_eq!(pauses, [1, 3, 9, 10, 10]);
        assert!(!reminder.is_due(Reminded { at: noon(), times: u32::MAX }, noon()));
    }
}
