//! Times of which the configuration says that trouble is expected.

use super::Directives;
use crate::notify::{Pattern, Weekly};
use app::model::ServiceId;
use chrono::{DateTime, FixedOffset, TimeDelta};
use chrono_tz::Tz;
use croner::Cron;
use std::sync::Arc;

/// Everything that says when trouble is expected.
pub struct Maintenance {
    pub windows: Vec<Window>,
    pub directives: Arc<Directives>,
}

/// When, and for which services.
#[derive(Clone, Debug)]
pub struct Window {
    pub scope: Scope,
    pub times: Vec<Recurring>,
}

/// Which services. What is absent leaves none out.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// Those whose id looks like one of these.
    pub services: Option<Vec<Pattern>>,
    /// Those of these groups (`data.type`).
    pub types: Option<Vec<String>>,
}

#[derive(Clone, Debug)]
pub enum Recurring {
    Once {
        from: DateTime<FixedOffset>,
        until: DateTime<FixedOffset>,
    },
    Weekly(Weekly),
    /// It begins whenever the clock on the wall of the zone shows what the pattern says, and lasts for so long.
    Cron {
        pattern: Box<Cron>,
        zone: Tz,
        lasts: TimeDelta,
    },
}

impl Maintenance {
    /// Whether trouble of this service is expected now.
    pub fn covers(&self, service: &ServiceId, group: &str, now: DateTime<FixedOffset>) -> bool {
        self.windows.iter().any(|window| window.scope.has(service, group) && window.times.iter().any(|time| time.contains(now)))
            || self.directives.is_maintained(service, now)
    }
}

impl Scope {
    fn has(&self, service: &ServiceId, group: &str) -> bool {
        self.services.as_ref().is_none_or(|patterns| patterns.iter().any(|pattern| pattern.matches(service.as_str())))
            && self.types.as_ref().is_none_or(|types| types.iter().any(|known| known == group))
    }
}

impl Recurring {
    /// Whether it is that time now. The begin is in it, the end is not.
    pub fn contains(&self, now: DateTime<FixedOffset>) -> bool {
        match self {
            Self::Once { from, until } => *from <= now && now < *until,
            Self::Weekly(weekly) => weekly.contains(now),
            Self::Cron { pattern, zone, lasts } => {
                // A begin that is later than so long ago, and not later than now.
                let now = now.with_timezone(zone);
                pattern.find_next_occurrence(&(now - *lasts), false).is_ok_and(|begin| begin <= now)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::str::FromStr;

    fn cron(pattern: &str, zone: Tz, minutes: i64) -> Recurring {
        Recurring::Cron { pattern: Box::new(Cron::from_str(pattern).unwrap()), zone, lasts: TimeDelta::minutes(minutes) }
    }

    #[track_caller]
    fn check(time: &Recurring, now: &str, expected: bool) {
        assert_eq!(time.contains(now.parse().unwrap()), expected, "{now}");
    }

    #[test]
    fn a_pattern_begins_it_and_it_lasts_as_long_as_it_says() {
        let saturday = cron("0 2 * * 6", Tz::Europe__Berlin, 90);
        check(&saturday, "2026-11-28T00:59:59Z", false);
        check(&saturday, "2026-11-28T01:00:00Z", true);
        check(&saturday, "2026-11-28T02:29:59Z", true);
        check(&saturday, "2026-11-28T02:30:00Z", false);
        check(&saturday, "2026-11-29T01:30:00Z", false);
    }

    #[test]
    fn it_begins_by_the_clock_on_the_wall_in_summer_and_in_winter() {
        let daily = cron("30 3 * * *", Tz::Europe__Berlin, 60);
        for (begin, before) in [
            ("2026-07-01T01:30:00Z", "2026-07-01T01:29:00Z"),
            ("2026-12-01T02:30:00Z", "2026-12-01T02:29:00Z"),
            // The day on which summer begins, and the one on which it ends.
            ("2026-03-29T01:30:00Z", "2026-03-29T01:29:00Z"),
            ("2026-10-25T02:30:00Z", "2026-10-25T02:29:00Z"),
        ] {
            check(&daily, begin, true);
            check(&daily, before, false);
        }
    }

    proptest! {
        /// In every zone and at every instant: it is that time exactly when it began, by the clock on the wall, not longer ago than it
        /// lasts. Begins are taken from the hours that no change of the clock leaves out or repeats.
        #[test]
        fn it_is_that_time_when_it_began_not_too_long_ago(
            second in 1_000_000_000_i64..3_000_000_000,
            zone in proptest::sample::select(vec![Tz::Europe__Berlin, Tz::America__New_York, Tz::Australia__Lord_Howe, Tz::Asia__Kolkata, Tz::UTC]),
            hour in 8_u32..20,
            minute in 0_u32..60,
            minutes in 1_i64..600,
        ) {
            let now = DateTime::from_timestamp(second, 0).unwrap().fixed_offset();
            let time = cron(&format!("{minute} {hour} * * *"), zone, minutes);
            let wall = now.with_timezone(&zone);
            let begins = [wall.date_naive(), wall.date_naive().pred_opt().unwrap()];
            let begin = begins.into_iter().map(|day| {
                day.and_hms_opt(hour, minute, 0).unwrap().and_local_timezone(zone).unwrap()
            }).find(|begin| *begin <= wall).unwrap();
            prop_assert_eq!(time.contains(now), wall - begin < TimeDelta::minutes(minutes));
        }
    }
}
