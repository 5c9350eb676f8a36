//! Round values and round times.

use crate::texts::dates::{written, written_day};
use crate::times::Zone;
use chrono::{DateTime, Datelike, Days, FixedOffset, Months, NaiveDate, Timelike};

/// The next of 1, 2, 5, 10, 20, 50… that is at least `least`, which is positive.
pub(super) fn nice_step(least: f64) -> f64 {
    let power = 10_f64.powf(least.log10().floor());
    [1.0, 2.0, 5.0].into_iter().map(|digit| digit * power).find(|step| *step >= least * 0.999_999).unwrap_or(power * 10.0)
}

/// A round time on the axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tick {
    /// Milliseconds since 1970.
    pub at: i64,
    pub label: String,
    /// The begin of a day among times, or of a year among days.
    pub is_strong: bool,
}

/// The most times on the axis.
const MOST: i64 = 9;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Steps within a day, in milliseconds.
const STEPS: [i64; 11] =
    [MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR];

/// Round times from `from` to `to`, in milliseconds since 1970.
pub(super) fn time_ticks(from: i64, to: i64, zone: &Zone) -> Vec<Tick> {
    let length = to - from;
    if length <= 0 {
        return Vec::new();
    }
    match STEPS.into_iter().find(|step| length / step <= MOST) {
        Some(step) => within_days(from, to, zone, step),
        None => match [1, 2, 7, 14].into_iter().find(|days| length / (days * DAY) <= MOST) {
            Some(days) => of_days(from, to, zone, days),
            None => of_months(from, to, zone),
        },
    }
}

/// Times that are round by the clock of the zone, also after it has changed.
fn within_days(from: i64, to: i64, zone: &Zone, step: i64) -> Vec<Tick> {
    let beyond = |at: i64| Some((at + shift(zone, at)?).rem_euclid(step));
    let Some(over) = beyond(from) else { return Vec::new() };
    let mut ticks = Vec::new();
    let mut at = from - over;
    for _ in 0..3 * MOST {
        if at >= to {
            break;
        }
        // The first one may be before the range, and a change of the clock after it may have moved it.
        ticks.extend(zone.instant(at).filter(|_| at >= from && beyond(at) == Some(0)).and_then(|time| tick(at, time)));
        let following = at + step;
        let Some(over) = beyond(following) else { break };
        let earlier = following - over;
        at = if over == 0 || beyond(earlier) == Some(0) { earlier } else { earlier + step };
    }
    ticks
}

/// How far the clock of the zone is ahead of UTC, in milliseconds.
fn shift(zone: &Zone, at: i64) -> Option<i64> {
    zone.instant(at).map(|time| i64::from(time.offset().local_minus_utc()) * 1_000)
}

fn tick(at: i64, time: DateTime<FixedOffset>) -> Option<Tick> {
    let is_strong = time.hour() == 0 && time.minute() == 0;
    let label = written(time, if is_strong { "%a %-d" } else { "%H:%M" });
    Some(Tick { at, label, is_strong })
}

fn of_days(from: i64, to: i64, zone: &Zone, days: i64) -> Vec<Tick> {
    let Some(day) = zone.instant(from).map(|time| time.date_naive()) else { return Vec::new() };
    // Weeks begin on Monday.
    let back = if days >= 7 { u64::from(day.weekday().num_days_from_monday()) } else { 0 };
    let first = day.checked_sub_days(Days::new(back)).unwrap_or(day);
    let step = Days::new(days.unsigned_abs());
    dates(first, from, to, zone, |date| date.checked_add_days(step), |date| (written_day(date, "%-d %b"), false))
}

fn of_months(from: i64, to: i64, zone: &Zone) -> Vec<Tick> {
    let Some(day) = zone.instant(from).map(|time| time.date_naive()) else { return Vec::new() };
    let months = u32::try_from((to - from) / (31 * DAY) / MOST + 1).unwrap_or(1);
    let months = [1, 2, 3, 6, 12].into_iter().find(|step| *step >= months).unwrap_or(12);
    let first = NaiveDate::from_ymd_opt(day.year(), day.month0() / months * months + 1, 1).unwrap_or(day);
    let label = |date: NaiveDate| {
        let is_strong = date.month() == 1;
        (written_day(date, if is_strong { "%Y" } else { "%b" }), is_strong)
    };
    dates(first, from, to, zone, |date| date.checked_add_months(Months::new(months)), label)
}

/// The midnights of some dates.
fn dates(
    first: NaiveDate,
    from: i64,
    to: i64,
    zone: &Zone,
    next: impl Fn(NaiveDate) -> Option<NaiveDate>,
    label: impl Fn(NaiveDate) -> (String, bool),
) -> Vec<Tick> {
    let mut ticks = Vec::new();
    let mut date = first;
    // Bounded: a range may be longer than the calendar.
    for _ in 0..3 * MOST {
        let Some(at) = zone.begin_of(date).map(|time| time.timestamp_millis()).filter(|at| *at < to) else { break };
        if at >= from {
            let (label, is_strong) = label(date);
            ticks.push(Tick { at, label, is_strong });
        }
        let Some(following) = next(date) else { break };
        date = following;
    }
    ticks
}

#[cfg(test)]
mod tests {
    use super::super::samples::{MIDNIGHT, berlin};
    use super::*;
    use crate::language::{Language, in_language};

    fn labels(from: i64, length: i64) -> Vec<String> {
        labels_in(&berlin(), from, length)
    }

    fn labels_in(zone: &Zone, from: i64, length: i64) -> Vec<String> {
        let ticks = time_ticks(from, from + length, zone);
        ticks.into_iter().map(|tick| if tick.is_strong { format!("*{}", tick.label) } else { tick.label }).collect()
    }

    #[test]
    fn steps_of_values_are_round() {
        for (least, step) in [(1.0, 1.0), (1.1, 2.0), (3.0, 5.0), (60_000.0, 100_000.0), (0.03, 0.05)] {
            assert!((nice_step(least) - step).abs() < 1e-9, "{least}");
        }
    }

    #[test]
    fn a_day_has_times_and_the_name_of_the_next_day() {
        let from = MIDNIGHT - 14 * HOUR - 5 * MINUTE;
        assert_eq!(labels(from, DAY), ["12:00", "15:00", "18:00", "21:00", "*Wed 25", "03:00", "06:00", "09:00"]);
        assert_eq!(labels(MIDNIGHT + 9 * HOUR, HOUR), ["09:00", "09:10", "09:20", "09:30", "09:40", "09:50"]);
    }

    #[test]
    fn longer_ranges_have_days_weeks_and_months() {
        assert_eq!(labels(MIDNIGHT, 7 * DAY), ["25 Nov", "26 Nov", "27 Nov", "28 Nov", "29 Nov", "30 Nov", "1 Dec"]);
        assert_eq!(labels(MIDNIGHT, 30 * DAY), ["30 Nov", "7 Dec", "14 Dec", "21 Dec"]);
        assert_eq!(labels(MIDNIGHT, 365 * DAY), ["*2027", "Mar", "May", "Jul", "Sep", "Nov"]);
    }

    #[test]
    fn days_and_months_are_in_the_language_of_the_page() {
        in_language(Language::French, || {
            assert_eq!(labels(MIDNIGHT - HOUR, 2 * HOUR)[4], "*mer. 25");
            assert_eq!(labels(MIDNIGHT, 30 * DAY)[1], "7 déc.");
            assert_eq!(labels(MIDNIGHT, 365 * DAY)[1..3], ["mars", "mai"]);
        });
    }

    #[test]
    fn odd_ranges_have_few_times_or_none() {
        assert_eq!(labels(MIDNIGHT, 0), [""; 0]);
        assert!(labels(0, 100 * 365 * DAY).len() <= 30);
        assert!(labels(i64::MAX / 2, DAY).is_empty());
    }

    #[test]
    fn times_stay_round_when_the_clock_changes() {
        use crate::times::samples::zone;
        use chrono_tz::Tz;
        let begin = |text: &str| DateTime::parse_from_rfc3339(text).unwrap().timestamp_millis();
        let day = |place, from: &str| labels_in(&zone(place), begin(from), DAY);
        // 23 hours, and 25 hours.
        assert_eq!(
            day(Tz::Europe__Berlin, "2026-03-29T00:00:00+01:00"),
            ["*Sun 29", "03:00", "06:00", "09:00", "12:00", "15:00", "18:00", "21:00", "*Mon 30"]
        );
        assert_eq!(
            day(Tz::Europe__Berlin, "2026-10-25T00:00:00+02:00"),
            ["*Sun 25", "03:00", "06:00", "09:00", "12:00", "15:00", "18:00", "21:00"]
        );
        assert_eq!(
            day(Tz::America__New_York, "2026-11-01T00:00:00-04:00"),
            ["*Sun 1", "03:00", "06:00", "09:00", "12:00", "15:00", "18:00", "21:00"]
        );
        assert_eq!(
            day(Tz::Asia__Kolkata, "2026-11-29T12:34:00+05:30"),
            ["15:00", "18:00", "21:00", "*Mon 30", "03:00", "06:00", "09:00", "12:00"]
        );
        let hours = |from: &str| labels_in(&zone(Tz::Europe__Berlin), begin(from), 5 * HOUR);
        assert_eq!(hours("2026-10-25T01:00:00+02:00"), ["01:00", "02:00", "02:00", "03:00", "04:00"]);
        assert_eq!(hours("2026-03-29T01:00:00+01:00"), ["01:00", "03:00", "04:00", "05:00", "06:00"]);
        let days = labels_in(&zone(Tz::Europe__Berlin), begin("2026-10-23T00:00:00+02:00"), 5 * DAY);
        assert_eq!(days, ["23 Oct", "24 Oct", "25 Oct", "26 Oct", "27 Oct"]);
    }
}
