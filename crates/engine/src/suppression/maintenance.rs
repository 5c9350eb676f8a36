//! The maintenance windows of the configuration.

use super::silences::Silences;
use crate::{Hours, Pattern};
use chrono::{DateTime, FixedOffset, TimeDelta};
use chrono_tz::Tz;
use croner::Cron;
use model::ServiceId;
use parking_lot::Mutex;
use std::sync::Arc;
use system::current::Current;

/// All planned work: the windows of the configuration, and the maintenance that users have entered.
pub struct Maintenance {
    windows: Current<[MaintenanceWindow]>,
    pub(super) silences: Arc<Silences>,
    /// The ends of the windows, as of the second of the latest question. Every check asks, and evaluating a cron pattern takes longer
    /// than everything else that is done with a result.
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    /// In seconds since 1970; absent before the first question.
    second: Option<i64>,
    /// The end of each window that is open, in the order of the windows.
    ends: Vec<Option<DateTime<FixedOffset>>>,
}

/// The times and services of one window.
#[derive(Clone, Debug)]
pub struct MaintenanceWindow {
    pub scope: Scope,
    pub times: Vec<Recurring>,
}

/// Which services. Absent conditions exclude nothing.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// Services whose id matches one of these.
    pub services: Option<Vec<Pattern>>,
    /// Services of these groups (`data.type`).
    pub types: Option<Vec<String>>,
}

/// One time or a repeated one.
#[derive(Clone, Debug)]
pub enum Recurring {
    Once {
        from: DateTime<FixedOffset>,
        until: DateTime<FixedOffset>,
    },
    Hours(Hours),
    /// Begins when the local time of the zone matches the pattern.
    Cron {
        pattern: Box<Cron>,
        zone: Tz,
        lasts: TimeDelta,
    },
}

impl Maintenance {
    pub fn new(windows: Vec<MaintenanceWindow>, silences: Arc<Silences>) -> Self {
        Self { windows: Current::new(windows.into()), silences, open: Mutex::default() }
    }

    /// Replaces the windows of the configuration.
    pub fn replace(&self, windows: Vec<MaintenanceWindow>) {
        let mut open = self.open.lock();
        self.windows.replace(windows.into());
        *open = Open::default();
    }

    /// The windows of the configuration now.
    pub(super) fn windows(&self) -> Arc<[MaintenanceWindow]> {
        self.windows.get()
    }

    /// Whether the service is under maintenance now. Windows begin and end with a second.
    pub fn covers(&self, service: &ServiceId, group: &str, now: DateTime<FixedOffset>) -> bool {
        self.window(service, group, now).is_some() || self.silences.is_maintained(service, now)
    }

    /// The end of the open window of this service; of several, the latest end.
    pub(super) fn window(&self, service: &ServiceId, group: &str, now: DateTime<FixedOffset>) -> Option<DateTime<FixedOffset>> {
        let mut open = self.open.lock();
        let windows = self.windows();
        if open.second != Some(now.timestamp()) {
            let ends = windows.iter().map(|window| window.end(now)).collect();
            *open = Open { second: Some(now.timestamp()), ends };
        }
        let windows = windows.iter().zip(&open.ends);
        windows.filter_map(|(window, end)| end.filter(|_| window.scope.has(service, group))).max()
    }
}

impl Scope {
    pub(super) fn has(&self, service: &ServiceId, group: &str) -> bool {
        self.services.as_ref().is_none_or(|patterns| patterns.iter().any(|pattern| pattern.matches(service.as_str())))
            && self.types.as_ref().is_none_or(|types| types.iter().any(|known| known == group))
    }
}

impl Recurring {
    /// Whether it is that time now, from the begin (included) to the end (excluded).
    pub fn contains(&self, now: DateTime<FixedOffset>) -> bool {
        match self {
            Self::Hours(hours) => hours.contains(now),
            Self::Once { .. } | Self::Cron { .. } => self.end(now).is_some(),
        }
    }

    /// The end, if it is that time now.
    pub fn end(&self, now: DateTime<FixedOffset>) -> Option<DateTime<FixedOffset>> {
        match self {
            Self::Once { from, until } => (*from <= now && now < *until).then_some(*until),
            Self::Hours(hours) => hours.end(now),
            Self::Cron { pattern, zone, lasts } => {
                // A begin within the duration before now.
                let now = now.with_timezone(zone);
                let begin = pattern.find_next_occurrence(&(now - *lasts), false).ok().filter(|begin| *begin <= now)?;
                Some((begin + *lasts).fixed_offset())
            }
        }
    }
}

impl MaintenanceWindow {
    /// The end, if it is that time now.
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
    fn a_cron_window_begins_by_its_pattern_and_lasts_for_its_duration() {
        let saturday = cron("0 2 * * 6", Tz::Europe__Berlin, 90);
        check(&saturday, "2026-11-28T00:59:59Z", false);
        check(&saturday, "2026-11-28T01:00:00Z", true);
        check(&saturday, "2026-11-28T02:29:59Z", true);
        check(&saturday, "2026-11-28T02:30:00Z", false);
        check(&saturday, "2026-11-29T01:30:00Z", false);
    }

    #[test]
    fn a_cron_window_begins_by_local_time_in_summer_and_in_winter() {
        let daily = cron("30 3 * * *", Tz::Europe__Berlin, 60);
        for (begin, before) in [
            ("2026-07-01T01:30:00Z", "2026-07-01T01:29:00Z"),
            ("2026-12-01T02:30:00Z", "2026-12-01T02:29:00Z"),
            // The days on which summer time begins and ends.
            ("2026-03-29T01:30:00Z", "2026-03-29T01:29:00Z"),
            ("2026-10-25T02:30:00Z", "2026-10-25T02:29:00Z"),
        ] {
            check(&daily, begin, true);
            check(&daily, before, false);
        }
    }

    #[tokio::test]
    async fn a_window_covers_its_services_at_each_second() {
        let daily = cron("30 3 * * *", Tz::UTC, 60);
        let scope = Scope { services: Some(vec![Pattern::new("db-*").unwrap()]), types: None };
        let (write_requests, _entries) = storage::write_requests::WriteRequests::new();
        let silences = Arc::new(Silences::new(&storage::StoreSnapshot::default(), write_requests));
        let maintenance = Maintenance::new(vec![MaintenanceWindow { scope, times: vec![daily] }], silences);
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
        /// In every zone and at every instant, a window is open exactly when its latest begin, in local time, is less than its duration
        /// ago. Begins are at hours that no change of the clock skips or repeats.
        #[test]
        fn a_window_is_open_for_its_duration_after_its_begin(
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
