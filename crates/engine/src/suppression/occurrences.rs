//! The next times of maintenance windows and of recurring silences.

use super::maintenance::Recurring;
use crate::Hours;
use chrono::{DateTime, Days, FixedOffset, TimeDelta};
use chrono_tz::Tz;
use model::Occurrence;

/// The time of which all occurrences are given.
const HORIZON: TimeDelta = TimeDelta::days(7);

/// How many are given besides those that are open, also beyond the horizon.
const LEAST: usize = 3;

/// How many are given of one window at most.
const MOST: usize = 50;

/// The days in which every time without a last day occurs [`LEAST`] times: three times a 31st take half a year.
const DAYS: usize = 200;

/// Those of these times that are open now, and the next ones, in order.
pub(super) fn occurrences(times: &[Recurring], now: DateTime<FixedOffset>) -> Vec<Occurrence> {
    let mut all: Vec<Occurrence> = times.iter().flat_map(|time| time.occurrences(now)).collect();
    all.sort_by_key(|occurrence| (occurrence.from, occurrence.until));
    all.dedup();
    let within = all.iter().take_while(|occurrence| occurrence.from < now + HORIZON).count();
    let open = all.iter().take_while(|occurrence| occurrence.from <= now).count();
    all.truncate(within.max(open + LEAST).min(MOST));
    all
}

impl Recurring {
    fn occurrences(&self, now: DateTime<FixedOffset>) -> Vec<Occurrence> {
        match self {
            Self::Once { from, until } => {
                let once = Occurrence { from: *from, until: *until };
                (once.until > now).then_some(once).into_iter().collect()
            }
            Self::Hours(hours) => hours.occurrences(now),
            Self::Cron { pattern, zone, lasts } => {
                let mut found: Vec<Occurrence> = Vec::new();
                let mut last: DateTime<Tz> = now.with_timezone(zone) - *lasts;
                while found.len() < MOST && (later(&found, now) < LEAST || last.fixed_offset() < now + HORIZON) {
                    let Ok(begin) = pattern.find_next_occurrence(&last, false) else { break };
                    found.push(Occurrence { from: begin.fixed_offset(), until: (begin + *lasts).fixed_offset() });
                    last = begin;
                }
                found
            }
        }
    }
}

/// How many of these are not open yet.
fn later(found: &[Occurrence], now: DateTime<FixedOffset>) -> usize {
    found.iter().filter(|occurrence| occurrence.from > now).count()
}

impl Hours {
    /// The one that is open now and the next ones, in order: at least three if there are as many, and those of the next week.
    pub fn occurrences(&self, now: DateTime<FixedOffset>) -> Vec<Occurrence> {
        // A period that began yesterday may be open.
        let Some(yesterday) = self.day_of(now).checked_sub_days(Days::new(1)) else { return Vec::new() };
        let begin = self.rule().first.map_or(yesterday, |first| first.max(yesterday));
        let mut found: Vec<Occurrence> = Vec::new();
        for occurrence in begin.iter_days().take(DAYS).filter_map(|day| self.beginning_on(day)) {
            if later(&found, now) >= LEAST && occurrence.from >= now + HORIZON {
                break;
            }
            found.extend((occurrence.until > now).then_some(occurrence));
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{NaiveTime, Weekday};
    use croner::Cron;
    use std::str::FromStr;

    #[track_caller]
    fn check(times: &[Recurring], now: &str, expected: &[&str]) {
        let written = |occurrence: &Occurrence| {
            format!("{} to {}", occurrence.from.format("%m-%d %H:%M%:z"), occurrence.until.format("%m-%d %H:%M%:z"))
        };
        let occurrences: Vec<_> = occurrences(times, now.parse().unwrap()).iter().map(written).collect();
        assert_eq!(occurrences, expected);
    }

    fn weekly(days: &[Weekday], from: u32, to: u32) -> Recurring {
        let time = |hour| NaiveTime::from_hms_opt(hour, 30, 0).unwrap();
        Recurring::Hours(Hours::weekly(days.to_vec(), time(from), time(to), Tz::Europe__Berlin))
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
        let nights = [weekly(&[Weekday::Sat], 22, 4)];
        let expected = ["11-28 22:30+01:00 to 11-29 04:30+01:00", "12-05 22:30+01:00 to 12-06 04:30+01:00"];
        let later = "12-12 22:30+01:00 to 12-13 04:30+01:00";
        let last = "12-19 22:30+01:00 to 12-20 04:30+01:00";
        check(&nights, "2026-11-29T03:00:00+01:00", &[expected[0], expected[1], later, last]);
        check(&nights, "2026-11-29T04:30:00+01:00", &[expected[1], later, last]);
        let saturdays = ["11-28 22:00+01:00 to 11-29 04:30+01:00", "12-05 22:00+01:00 to 12-06 04:30+01:00"];
        let [second, third] = ["12-12 22:00+01:00 to 12-13 04:30+01:00", "12-19 22:00+01:00 to 12-20 04:30+01:00"];
        check(&[cron("0 22 * * 6", 390)], "2026-11-29T03:00:00+01:00", &[saturdays[0], saturdays[1], second, third]);
    }

    #[test]
    fn a_daily_time_has_those_of_a_week() {
        let now: DateTime<FixedOffset> = "2026-11-29T03:00:00+01:00".parse().unwrap();
        let days: Vec<_> =
            occurrences(&[cron("0 2 * * *", 30)], now).iter().map(|occurrence| occurrence.from.format("%d").to_string()).collect();
        assert_eq!(days, ["30", "01", "02", "03", "04", "05", "06"]);
    }

    #[test]
    fn local_time_is_kept_through_summer_time() {
        let sundays = [
            "03-22 02:30+01:00 to 03-22 05:30+01:00",
            "03-29 03:00+02:00 to 03-29 05:30+02:00",
            "04-05 02:30+02:00 to 04-05 05:30+02:00",
        ];
        check(&[weekly(&[Weekday::Sun], 2, 5)], "2026-03-21T12:00:00+01:00", &sundays);
    }

    #[track_caller]
    fn check_rule(rule: &str, now: &str, expected: &[&str]) {
        let hours = Hours::new(serde_json::from_str(rule).unwrap()).unwrap();
        check(&[Recurring::Hours(hours)], now, expected);
    }

    #[test]
    fn times_of_a_month_have_their_next_three_occurrences() {
        check_rule(
            r#"{"days": ["sun"], "week": "last", "from": "02:30", "to": "04:00", "zone": "Europe/Berlin"}"#,
            "2026-10-25T03:30:00+01:00",
            &[
                "10-25 02:30+02:00 to 10-25 04:00+01:00",
                "11-29 02:30+01:00 to 11-29 04:00+01:00",
                "12-27 02:30+01:00 to 12-27 04:00+01:00",
                "01-31 02:30+01:00 to 01-31 04:00+01:00",
            ],
        );
        check_rule(
            r#"{"month_days": [31], "from": "22:00", "to": "02:00", "zone": "UTC"}"#,
            "2027-01-31T12:00:00Z",
            &[
                "01-31 22:00+00:00 to 02-01 02:00+00:00",
                "03-31 22:00+00:00 to 04-01 02:00+00:00",
                "05-31 22:00+00:00 to 06-01 02:00+00:00",
            ],
        );
    }

    #[test]
    fn there_are_none_before_the_first_and_after_the_last_day() {
        let rule = r#"{"days": ["sat", "sun"], "from": "22:00", "to": "02:00", "first": "2028-01-02", "last": "2028-01-08"}"#;
        let expected = ["01-02 22:00+00:00 to 01-03 02:00+00:00", "01-08 22:00+00:00 to 01-09 02:00+00:00"];
        check_rule(rule, "2026-11-29T12:00:00Z", &expected);
        check_rule(rule, "2028-01-09T01:59:59Z", &expected[1..]);
        check_rule(rule, "2028-01-09T02:00:00Z", &[]);
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
        check(&[past.clone(), next, monthly], "2026-11-29T12:00:00+01:00", &[expected[0], expected[1], later]);
        check(&[past], "2026-11-29T12:00:00+01:00", &[]);
        assert_eq!(occurrences(&[cron("* * * * *", 1)], at("2026-11-29T12:00:00+01:00")).len(), MOST);
    }
}
