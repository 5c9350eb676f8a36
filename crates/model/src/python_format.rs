//! Times as Python writes them, since that is what the scripts of Platus' users read.

use chrono::{DateTime, FixedOffset, Timelike};
use std::time::Duration;

const SECOND: u64 = 1_000_000;

/// `str(datetime)`: local time without its zone, and without a fraction of zero. `2017-04-30 16:57:57.459312`.
pub fn datetime(time: DateTime<FixedOffset>) -> String {
    let form = if time.nanosecond() / 1000 == 0 { "%Y-%m-%d %H:%M:%S" } else { "%Y-%m-%d %H:%M:%S%.6f" };
    time.format(form).to_string()
}

/// `str(timedelta)` of so many microseconds: `0:00:00.729046`, and `1 day, 0:00:01` past a day.
pub fn timedelta(microseconds: u64) -> String {
    let (seconds, fraction) = (microseconds / SECOND, microseconds % SECOND);
    let (days, hours, minutes, seconds) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    let days = match days {
        0 => String::new(),
        1 => "1 day, ".to_owned(),
        days => format!("{days} days, "),
    };
    let fraction = if fraction == 0 { String::new() } else { format!(".{fraction:06}") };
    format!("{days}{hours}:{minutes:02}:{seconds:02}{fraction}")
}

/// Reads what [`timedelta`] writes; `None` for anything else, also for a duration below zero.
pub fn read_timedelta(text: &str) -> Option<Duration> {
    let (days, time) = match text.split_once(", ") {
        Some((days, time)) => (days.strip_suffix(" days").or_else(|| days.strip_suffix(" day"))?, time),
        None => ("0", text),
    };
    let [hours, minutes, seconds] = <[&str; 3]>::try_from(time.split(':').collect::<Vec<_>>()).ok()?;
    let (seconds, fraction) = seconds.split_once('.').unwrap_or((seconds, "0"));
    let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u64>().ok()).flatten();
    let microseconds = number(&format!("{fraction:0<6}")).filter(|_| fraction.len() <= 6)?;
    let whole = number(days)?.checked_mul(86_400)?.checked_add(number(hours)?.checked_mul(3600)?)?;
    let whole = whole.checked_add(number(minutes).filter(|minutes| *minutes < 60)? * 60)?;
    let whole = whole.checked_add(number(seconds).filter(|seconds| *seconds < 60)?)?;
    Duration::from_secs(whole).checked_add(Duration::from_micros(microseconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn datetimes_are_those_of_python() {
        for (time, expected) in [
            ("2017-04-30T16:57:57.459312+02:00", "2017-04-30 16:57:57.459312"),
            ("2017-04-30T16:57:57.459312999Z", "2017-04-30 16:57:57.459312"),
            ("2017-04-30T16:57:57Z", "2017-04-30 16:57:57"),
            ("2017-04-30T16:57:57.000000999Z", "2017-04-30 16:57:57"),
            ("2017-01-01T00:00:00.000001-09:30", "2017-01-01 00:00:00.000001"),
            ("2017-12-31T23:59:59.5Z", "2017-12-31 23:59:59.500000"),
        ] {
            assert_eq!(datetime(DateTime::parse_from_rfc3339(time).unwrap()), expected);
        }
    }

    #[test]
    fn timedeltas_are_those_of_python() {
        for (microseconds, expected) in [
            (0, "0:00:00"),
            (1, "0:00:00.000001"),
            (729_046, "0:00:00.729046"),
            (SECOND, "0:00:01"),
            (61 * SECOND + 500_000, "0:01:01.500000"),
            (36_000 * SECOND, "10:00:00"),
            (86_400 * SECOND, "1 day, 0:00:00"),
            (86_401 * SECOND, "1 day, 0:00:01"),
            (2 * 86_400 * SECOND + 1, "2 days, 0:00:00.000001"),
        ] {
            assert_eq!(timedelta(microseconds), expected);
            assert_eq!(read_timedelta(expected), Some(Duration::from_micros(microseconds)));
        }
        for text in
            ["", "1", "0:00", "-1 day, 23:59:59", "0:60:00", "0:00:60", "0:00:00.0000001", "0:00:0x", "+1:00:00", "1 week, 0:00:00"]
        {
            assert_eq!(read_timedelta(text), None, "{text}");
        }
    }
}
