//! When reminders of an open incident are sent.

use chrono::{DateTime, FixedOffset, TimeDelta};
use std::time::Duration;

/// The times of the reminders of an open incident.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reminder {
    /// The time from the first notification to the first reminder.
    pub interval: Duration,
    /// Each pause is this many times as long as the previous one. 1 keeps it constant.
    pub factor: f64,
    /// The longest pause.
    pub longest: Duration,
}

/// The latest notification of an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reminded {
    pub at: DateTime<FixedOffset>,
    /// The number of reminders so far, without the first notification.
    pub times: u32,
}

impl Reminded {
    /// The first notification.
    pub const fn first(at: DateTime<FixedOffset>) -> Self {
        Self { at, times: 0 }
    }

    /// One more reminder.
    pub const fn again(self, at: DateTime<FixedOffset>) -> Self {
        Self { at, times: self.times.saturating_add(1) }
    }
}

impl Reminder {
    /// Whether another reminder is due.
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
