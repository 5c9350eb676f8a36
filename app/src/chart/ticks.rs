//! Round values and round times.

use chrono::{DateTime, Datelike, Days, FixedOffset, Months, NaiveDate, NaiveTime, TimeZone, Timelike};

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
pub(super) fn time_ticks(from: i64, to: i64, zone: FixedOffset) -> Vec<Tick> {
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

fn within_days(from: i64, to: i64, zone: FixedOffset, step: i64) -> Vec<Tick> {
    // Round by the clock of the zone.
    let shift = i64::from(zone.local_minus_utc()) * 1_000;
    let first = (from + shift).div_euclid(step) * step - shift;
    let ticks = (0..=MOST + 1).map(|number| first + number * step).filter(|at| (from..to).contains(at));
    ticks.filter_map(|at| tick(at, time(at, zone)?)).collect()
}

fn tick(at: i64, time: DateTime<FixedOffset>) -> Option<Tick> {
    let is_strong = time.hour() == 0 && time.minute() == 0;
    let label = if is_strong { time.format("%a %-d") } else { time.format("%H:%M") };
    Some(Tick { at, label: label.to_string(), is_strong })
}

fn of_days(from: i64, to: i64, zone: FixedOffset, days: i64) -> Vec<Tick> {
    let Some(day) = time(from, zone).map(|time| time.date_naive()) else { return Vec::new() };
    // Weeks begin on Monday.
    let back = if days >= 7 { u64::from(day.weekday().num_days_from_monday()) } else { 0 };
    let first = day.checked_sub_days(Days::new(back)).unwrap_or(day);
    let step = Days::new(days.unsigned_abs());
    dates(first, from, to, zone, |date| date.checked_add_days(step), |date| (date.format("%-d %b").to_string(), false))
}

fn of_months(from: i64, to: i64, zone: FixedOffset) -> Vec<Tick> {
    let Some(day) = time(from, zone).map(|time| time.date_naive()) else { return Vec::new() };
    let months = u32::try_from((to - from) / (31 * DAY) / MOST + 1).unwrap_or(1);
    let months = [1, 2, 3, 6, 12].into_iter().find(|step| *step >= months).unwrap_or(12);
    let first = NaiveDate::from_ymd_opt(day.year(), day.month0() / months * months + 1, 1).unwrap_or(day);
    let label = |date: NaiveDate| {
        let is_strong = date.month() == 1;
        (date.format(if is_strong { "%Y" } else { "%b" }).to_string(), is_strong)
    };
    dates(first, from, to, zone, |date| date.checked_add_months(Months::new(months)), label)
}

/// The midnights of some dates.
fn dates(
    first: NaiveDate,
    from: i64,
    to: i64,
    zone: FixedOffset,
    next: impl Fn(NaiveDate) -> Option<NaiveDate>,
    label: impl Fn(NaiveDate) -> (String, bool),
) -> Vec<Tick> {
    let mut ticks = Vec::new();
    let mut date = first;
    // Bounded: a range may be longer than the calendar.
    for _ in 0..3 * MOST {
        let midnight = zone.from_local_datetime(&date.and_time(NaiveTime::MIN)).single();
        let Some(at) = midnight.map(|time| time.timestamp_millis()).filter(|at| *at < to) else { break };
        if at >= from {
            let (label, is_strong) = label(date);
            ticks.push(Tick { at, label, is_strong });
        }
        let Some(following) = next(date) else { break };
        date = following;
    }
    ticks
}

fn time(at: i64, zone: FixedOffset) -> Option<DateTime<FixedOffset>> {
    DateTime::from_timestamp_millis(at).map(|time| time.with_timezone(&zone))
}

#[cfg(test)]
mod tests {
    use super::super::samples::{MIDNIGHT, berlin};
    use super::*;

    fn labels(from: i64, length: i64) -> Vec<String> {
        let ticks = time_ticks(from, from + length, berlin());
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
    fn odd_ranges_have_few_times_or_none() {
        assert_eq!(labels(MIDNIGHT, 0), [""; 0]);
        assert!(labels(0, 100 * 365 * DAY).len() <= 30);
        assert!(labels(i64::MAX / 2, DAY).is_empty());
    }
}
