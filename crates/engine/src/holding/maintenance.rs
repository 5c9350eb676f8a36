//! Times of which the configuration says that trouble is expected.

use super::Directives;
use crate::{Pattern, Weekly};
use chrono::{DateTime, FixedOffset, TimeDelta};
use chrono_tz::Tz;
use croner::Cron;
use model::ServiceId;
use std::sync::{Arc, Mutex, PoisonError};

/// Everything that says when trouble is expected.
pub struct Maintenance {
    pub(super) windows: Vec<Window>,
    directives: Arc<Directives>,
    /// Which windows it is time for, as of the second that was asked for last. Every check asks, and reading a pattern takes longer
    /// than all the rest that is done with its result.
    current: Mutex<Current>,
}

#[derive(Default)]
struct Current {
    /// In seconds since 1970; absent before anybody has asked.
    second: Option<i64>,
    /// In the order of the windows.
    is_time: Vec<bool>,
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
    pub fn new(windows: Vec<Window>, directives: Arc<Directives>) -> Self {
        Self { windows, directives, current: Mutex::default() }
    }

    /// Whether trouble of this service is expected now. Windows begin and end with a second.
    pub fn covers(&self, service: &ServiceId, group: &str, now: DateTime<FixedOffset>) -> bool {
        self.is_within_a_window(service, group, now) || self.directives.is_maintained(service, now)
    }

    fn is_within_a_window(&self, service: &ServiceId, group: &str, now: DateTime<FixedOffset>) -> bool {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if current.second != Some(now.timestamp()) {
            let is_time = |window: &Window| window.times.iter().any(|time| time.contains(now));
            *current = Current { second: Some(now.timestamp()), is_time: self.windows.iter().map(is_time).collect() };
        }
        let windows = self.windows.iter().zip(&current.is_time);
        windows.filter(|(_, is_time)| **is_time).any(|(window, _)| window.scope.has(service, group))
    }
}

impl Scope {
    pub(super) fn has(&self, service: &ServiceId, group: &str) -> bool {
        self.services.as_ref().is_none_or(|patterns| patterns.iter().any(|pattern| pattern.matches(service.as_str())))
            && self.types.as_ref().is_none_or(|types| types.iter().any(|known| known == group))
    }
}

impl Recurring {
    /// Whether it is that time now. The begin is in it, the end is not.
    pub fn contains(&self, now: DateTime<FixedOffset>) -> bool {
        match self {
            Self::Weekly(weekly) => weekly.contains(now),
            Self::Once { .. } | Self::Cron { .. } => self.end(now).is_some(),
        }
    }

    /// When it ends that is now; nothing while it is not that time.
    pub fn end(&self, now: DateTime<FixedOffset>) -> Option<DateTime<FixedOffset>> {
        match self {
            Self::Once { from, until } => (*from <= now && now < *until).then_some(*until),
            Self::Weekly(weekly) => weekly.end(now),
            Self::Cron { pattern, zone, lasts } => {
                // A begin that is later than so long ago, and not later than now.
                let now = now.with_timezone(zone);
                let begin = pattern.find_next_occurrence(&(now - *lasts), false).ok().filter(|begin| *begin <= now)?;
                Some((begin + *lasts).fixed_offset())
            }
        }
    }
}

impl Window {
    /// When it ends that is now; nothing while it is not that time.
    pub(super) fn end(&self, now: DateTime<FixedOffset>) -> Option<DateTime<FixedOffset>> {
        self.times.iter().filter_map(|time| time.end(now)).max()
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

    #[tokio::test]
    async fn a_window_is_asked_for_its_services_at_each_second() {
        let daily = cron("30 3 * * *", Tz::UTC, 60);
        let scope = Scope { services: Some(vec![Pattern::new("db-*").unwrap()]), types: None };
        let (write_requests, _entries) = storage::write_requests::WriteRequests::new();
        let directives = Arc::new(Directives::new(&storage::StoreSnapshot::default(), write_requests));
        let maintenance = Maintenance::new(vec![Window { scope, times: vec![daily] }], directives);
        for (service, now, expected) in [
            ("db-1", "2026-11-28T03:29:59.999Z", false),
            ("db-1", "2026-11-28T03:30:00Z", true),
            ("web", "2026-11-28T03:30:00.5Z", false),
            ("db-2", "2026-11-28T04:29:59.5Z", true),
            ("db-2", "2026-11-28T04:30:00Z", false),
            ("db-1", "2026-11-28T03:30:00Z", true),
        ] {
            assert_eq!(maintenance.covers(&ServiceId::new(service), "Infra", now.parse().unwrap()), expected, "{service} {now}");
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
            let end = (begin + TimeDelta::minutes(minutes)).fixed_offset();
            prop_assert_eq!(time.end(now), (end > now).then_some(end));
        }
    }
}
