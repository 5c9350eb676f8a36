//! The next times of maintenance windows.

use super::maintenance::{MaintenanceWindow, Recurring};
use crate::Weekly;
use chrono::{DateTime, Days, FixedOffset, NaiveDate, TimeDelta};
use chrono_tz::Tz;
use model::Occurrence;

/// The time of which all occurrences are given.
const HORIZON: TimeDelta = TimeDelta::days(7);

/// How many are given beyond the horizon, if there are fewer within it.
const LEAST: usize = 3;

/// How many are given of one window at most.
const MOST: usize = 50;

/// The days in which a weekly time occurs [`LEAST`] times.
const WEEKS: u64 = 7 * LEAST as u64 + 1;

impl MaintenanceWindow {
    /// Those that are open now and the next ones, in order.
    pub(super) fn occurrences(&self, now: DateTime<FixedOffset>) -> Vec<Occurrence> {
        let mut all: Vec<Occurrence> = self.times.iter().flat_map(|time| time.occurrences(now)).collect();
        all.sort_by_key(|occurrence| (occurrence.from, occurrence.until));
        all.dedup();
        let within = all.iter().take_while(|occurrence| occurrence.from < now + HORIZON).count();
        all.truncate(within.clamp(LEAST, MOST));
        all
    }
}

impl Recurring {
    fn occurrences(&self, now: DateTime<FixedOffset>) -> Vec<Occurrence> {
        match self {
            Self::Once { from, until } => {
                let once = Occurrence { from: *from, until: *until };
                (once.until > now).then_some(once).into_iter().collect()
            }
            Self::Weekly(weekly) => {
                let today = now.with_timezone(&weekly.zone).date_naive();
                let days = (0..=WEEKS).filter_map(|day| today.checked_sub_days(Days::new(1))?.checked_add_days(Days::new(day)));
                let occurrences = days.filter_map(|day| weekly.beginning_on(day));
                occurrences.filter(|occurrence| occurrence.until > now).collect()
            }
            Self::Cron { pattern, zone, lasts } => {
                let mut found: Vec<Occurrence> = Vec::new();
                let mut last: DateTime<Tz> = now.with_timezone(zone) - *lasts;
                while found.len() < MOST && (found.len() < LEAST || last.fixed_offset() < now + HORIZON) {
                    let Ok(begin) = pattern.find_next_occurrence(&last, false) else { break };
                    found.push(Occurrence { from: begin.fixed_offset(), until: (begin + *lasts).fixed_offset() });
                    last = begin;
                }
                found
            }
        }
    }
}

impl Weekly {
    /// The time that begins on this day, if one does.
    pub(super) fn beginning_on(&self, day: NaiveDate) -> Option<Occurrence> {
        use chrono::Datelike;
        let begin = self.days.contains(&day.weekday()).then(|| day.and_time(self.from))?;
        // If a change to summer time skips the begin, the time begins with the change.
        let skipped = || (begin + TimeDelta::hours(1)).and_local_timezone(self.zone).earliest();
        let from = begin.and_local_timezone(self.zone).earliest().or_else(skipped)?.fixed_offset();
        Some(Occurrence { from, until: self.end(from)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suppression::Scope;
    use chrono::{NaiveTime, Weekday};
    use croner::Cron;
    use std::str::FromStr;

    #[track_caller]
    fn check(times: Vec<Recurring>, now: &str, expected: &[&str]) {
        let window = MaintenanceWindow { scope: Scope::default(), times };
        let written = |occurrence: &Occurrence| {
            format!("{} to {}", occurrence.from.format("%m-%d %H:%M%:z"), occurrence.until.format("%m-%d %H:%M%:z"))
        };
        let occurrences: Vec<_> = window.occurrences(now.parse().unwrap()).iter().map(written).collect();
        assert_eq!(occurrences, expected);
    }

    fn weekly(days: &[Weekday], from: u32, to: u32) -> Recurring {
        let time = |hour| NaiveTime::from_hms_opt(hour, 30, 0).unwrap();
        Recurring::Weekly(Weekly { days: days.to_vec(), from: time(from), to: time(to), zone: Tz::Europe__Berlin })
    }

    fn cron(pattern: &str, minutes: i64) -> Recurring {
        Recurring::Cron {
            pattern: Box::new(Cron::from_str(pattern).unwrap()),
            zone: Tz::Europe__Berlin,
            lasts: TimeDelta::minutes(minutes),
        }
    }

    #[test]
    fn a_weekly_time_has_its_next_three_occurrences_and_the_open_one() {
        let nights = weekly(&[Weekday::Sat], 22, 4);
        let expected = ["11-28 22:30+01:00 to 11-29 04:30+01:00", "12-05 22:30+01:00 to 12-06 04:30+01:00"];
        let later = "12-12 22:30+01:00 to 12-13 04:30+01:00";
        check(vec![nights.clone()], "2026-11-29T03:00:00+01:00", &[expected[0], expected[1], later]);
        check(vec![nights], "2026-11-29T04:30:00+01:00", &[expected[1], later, "12-19 22:30+01:00 to 12-20 04:30+01:00"]);
    }

    #[test]
    fn a_daily_time_has_those_of_a_week() {
        let now: DateTime<FixedOffset> = "2026-11-29T03:00:00+01:00".parse().unwrap();
        let window = MaintenanceWindow { scope: Scope::default(), times: vec![cron("0 2 * * *", 30)] };
        let days: Vec<_> = window.occurrences(now).iter().map(|occurrence| occurrence.from.format("%d").to_string()).collect();
        assert_eq!(days, ["30", "01", "02", "03", "04", "05", "06"]);
    }

    #[test]
    fn local_time_is_kept_through_summer_time() {
        let sundays = [
            "03-22 02:30+01:00 to 03-22 05:30+01:00",
            "03-29 03:30+02:00 to 03-29 05:30+02:00",
            "04-05 02:30+02:00 to 04-05 05:30+02:00",
        ];
        check(vec![weekly(&[Weekday::Sun], 2, 5)], "2026-03-21T12:00:00+01:00", &sundays);
    }

    #[test]
    fn times_are_merged_and_bounded() {
        let at = |text: &str| text.parse::<DateTime<FixedOffset>>().unwrap();
        let once = |from, until| Recurring::Once { from: at(from), until: at(until) };
        let past = once("2026-11-01T10:00:00+01:00", "2026-11-01T11:00:00+01:00");
        let next = once("2026-12-01T10:00:00+01:00", "2026-12-01T11:00:00+01:00");
        let monthly = cron("0 2 1 * *", 60);
        let expected = ["12-01 02:00+01:00 to 12-01 03:00+01:00", "12-01 10:00+01:00 to 12-01 11:00+01:00"];
        let later = "01-01 02:00+01:00 to 01-01 03:00+01:00";
        check(vec![past.clone(), next, monthly], "2026-11-29T12:00:00+01:00", &[expected[0], expected[1], later]);
        check(vec![past], "2026-11-29T12:00:00+01:00", &[]);
        let window = MaintenanceWindow { scope: Scope::default(), times: vec![cron("* * * * *", 1)] };
        assert_eq!(window.occurrences(at("2026-11-29T12:00:00+01:00")).len(), MOST);
    }
}
