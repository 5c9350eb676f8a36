//! For how long each tier of history is kept.

use crate::Tier;
use std::time::Duration;

const DAY: Duration = Duration::from_secs(24 * 3600);

/// How old history of each tier may become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    pub raw: Duration,
    pub minute: Duration,
    pub hour: Duration,
    /// Transitions and incidents are kept for as long, too.
    pub day: Duration,
}

impl Default for Retention {
    fn default() -> Self {
        Self { raw: 2 * DAY, minute: 14 * DAY, hour: 400 * DAY, day: 3650 * DAY }
    }
}

impl Retention {
    /// For a process that keeps everything in memory: a chart of the last day in minutes, of the last two weeks in hours.
    pub const IN_MEMORY: Self = Self {
        raw: Duration::from_secs(3600),
        minute: DAY,
        hour: Duration::from_secs(14 * 24 * 3600),
        day: Duration::from_secs(400 * 24 * 3600),
    };

    pub const fn of(&self, tier: Tier) -> Duration {
        match tier {
            Tier::Raw => self.raw,
            Tier::Minute => self.minute,
            Tier::Hour => self.hour,
            Tier::Day => self.day,
        }
    }

    /// The instant, in milliseconds since 1970, before which a tier is kept no longer.
    pub fn horizon(&self, tier: Tier, now: i64) -> i64 {
        now.saturating_sub(i64::try_from(self.of(tier).as_millis()).unwrap_or(i64::MAX))
    }
}
