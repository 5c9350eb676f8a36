//! The maintenance of a service within a time.

use super::maintenance::{Maintenance, Recurring};
use crate::Hours;
use chrono::{DateTime, Days, FixedOffset};
use model::{Occurrence, ServiceId};
use std::ops::Range;

/// Repetitions of one window that are listed at most.
const MOST: usize = 1000;

type Instant = DateTime<FixedOffset>;

impl Maintenance {
    /// When this service was or will be under maintenance within a time, in order and without overlaps: windows as they are configured
    /// now, and the maintenance that users have entered and that has not ended.
    pub fn ranges(&self, service: &ServiceId, group: &str, time: &Range<Instant>) -> Vec<Range<Instant>> {
        let windows = self.windows();
        let windows = windows.iter().filter(|window| window.scope.has(service, group));
        let configured = windows.flat_map(|window| &window.times).flat_map(|times| times.ranges(time));
        joined(configured.chain(self.silences.maintenance(service, time)), time)
    }
}

impl Recurring {
    /// The repetitions that are at least partly within a time.
    fn ranges(&self, time: &Range<Instant>) -> Vec<Range<Instant>> {
        match self {
            Self::Once { from, until } => vec![*from..*until],
            Self::Hours(hours) => hours.ranges(time),
            Self::Cron { pattern, zone, lasts } => {
                let (begin, end) = ((time.start - *lasts).with_timezone(zone), time.end.with_timezone(zone));
                let begins = pattern.iter_after(begin).take_while(|begin| *begin < end).take(MOST);
                begins.map(|begin| begin.fixed_offset()..(begin + *lasts).fixed_offset()).collect()
            }
        }
    }
}

impl Hours {
    /// The repetitions that begin on the days of a time, and on the day before.
    pub(super) fn ranges(&self, time: &Range<Instant>) -> Vec<Range<Instant>> {
        let Some(first) = self.day_of(time.start).checked_sub_days(Days::new(1)) else { return Vec::new() };
        let last = self.day_of(time.end);
        let days = (0_u64..).map_while(|back| last.checked_sub_days(Days::new(back)).filter(|day| *day >= first));
        let occurrences = days.filter_map(|day| self.beginning_on(day)).take(MOST);
        occurrences.map(|Occurrence { from, until }| from..until).collect()
    }
}

/// These ranges in order and within a time, those that touch one another as one.
fn joined(ranges: impl Iterator<Item = Range<Instant>>, time: &Range<Instant>) -> Vec<Range<Instant>> {
    let within = |range: Range<Instant>| range.start.max(time.start)..range.end.min(time.end);
    let mut sorted: Vec<_> = ranges.map(within).filter(|range| range.start < range.end).collect();
    sorted.sort_unstable_by_key(|range| range.start);
    let mut joined: Vec<Range<Instant>> = Vec::new();
    for range in sorted {
        match joined.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => joined.push(range),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suppression::{MaintenanceWindow, Scope, Silences};
    use chrono::{NaiveTime, TimeDelta, Weekday};
    use chrono_tz::Tz;
    use croner::Cron;
    use std::str::FromStr;
    use std::sync::Arc;

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    #[track_caller]
    fn check(times: Vec<Recurring>, expected: &[(&str, &str)]) {
        let (write_requests, _entries) = storage::write_requests::WriteRequests::new();
        let silences = Arc::new(Silences::new(&storage::StoreSnapshot::default(), write_requests));
        let maintenance = Maintenance::new(vec![MaintenanceWindow { scope: Scope::default(), times }], silences);
        // Friday to Monday.
        let time = at("2026-11-27T12:00:00Z")..at("2026-11-30T12:00:00Z");
        let ranges = maintenance.ranges(&ServiceId::new("db"), "Infra", &time);
        let expected: Vec<_> = expected.iter().map(|(from, to)| at(from)..at(to)).collect();
        assert_eq!(ranges, expected);
    }

    fn weekly(days: &[Weekday], from: &str, to: &str) -> Recurring {
        let time = |text: &str| NaiveTime::from_str(text).unwrap();
        Recurring::Hours(Hours::weekly(days.to_vec(), time(from), time(to), Tz::UTC))
    }

    #[test]
    fn repetitions_within_a_time_are_listed_in_order() {
        check(
            vec![weekly(&[Weekday::Sun, Weekday::Sat], "22:00:00", "02:00:00"), weekly(&[Weekday::Fri], "11:00:00", "13:00:00")],
            &[
                ("2026-11-27T12:00:00Z", "2026-11-27T13:00:00Z"),
                ("2026-11-28T22:00:00Z", "2026-11-29T02:00:00Z"),
                ("2026-11-29T22:00:00Z", "2026-11-30T02:00:00Z"),
            ],
        );
        let cron = |pattern: &str, minutes| Recurring::Cron {
            pattern: Box::new(Cron::from_str(pattern).unwrap()),
            zone: Tz::UTC,
            lasts: TimeDelta::minutes(minutes),
        };
        check(
            vec![cron("30 11 * * 5", 60), cron("0 3 * * 7", 90)],
            &[("2026-11-27T12:00:00Z", "2026-11-27T12:30:00Z"), ("2026-11-29T03:00:00Z", "2026-11-29T04:30:00Z")],
        );
    }

    #[test]
    fn ranges_that_touch_are_one() {
        let once = |from: &str, until: &str| Recurring::Once { from: at(from), until: at(until) };
        check(
            vec![
                once("2026-11-28T04:00:00Z", "2026-11-28T05:00:00Z"),
                once("2026-11-28T02:00:00Z", "2026-11-28T04:00:00Z"),
                once("2026-11-28T02:30:00Z", "2026-11-28T03:00:00Z"),
                once("2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z"),
            ],
            &[("2026-11-28T02:00:00Z", "2026-11-28T05:00:00Z")],
        );
    }
}
