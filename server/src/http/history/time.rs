//! Instants as people and programs write them.

use chrono::{
    DateTime, Datelike, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, Offset, SecondsFormat, SubsecRound, TimeDelta,
    TimeZone, Utc,
};
use chrono_tz::Tz;
use std::ops::RangeInclusive;

/// What [`read`] takes, in words.
pub const EXPECTED: &str = "an instant such as 2026-10-25T09:00:00Z, a day such as 2026-10-25, seconds since 1970, or a time before \
                            now such as -24h or -30d";

/// Years in which instants may lie. Checks of other times there are none, and calculating with them would overflow somewhere.
const YEARS: RangeInclusive<i32> = 1900..=9999;

/// Fewer digits are a year or a day without its dashes, and not seconds.
const FEWEST_DIGITS: usize = 9;

/// The seconds in each unit of a time before now.
const UNITS: [(&str, i64); 6] = [("s", 1), ("m", 60), ("h", 3600), ("d", 86_400), ("w", 7 * 86_400), ("y", 365 * 86_400)];

/// Reads an instant. A day is its first instant; days and times without an offset are those of the zone.
///
/// Nothing when the text is none of what [`EXPECTED`] says.
pub fn read(text: &str, zone: Tz, now: DateTime<Utc>) -> Option<DateTime<Tz>> {
    let instant = if text == "now" {
        now.with_timezone(&zone)
    } else if let Some(age) = text.strip_prefix('-') {
        now.checked_sub_signed(read_age(age)?)?.with_timezone(&zone)
    } else if text.len() >= FEWEST_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit()) {
        DateTime::from_timestamp(text.parse().ok()?, 0)?.with_timezone(&zone)
    } else if let Ok(date) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        local(date.and_time(NaiveTime::MIN), zone)?
    } else if let Some(time) = read_local_time(text) {
        local(time, zone)?
    } else {
        let text = with_plus(text);
        let without_seconds = || DateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M%:z");
        DateTime::parse_from_rfc3339(&text).or_else(|_| without_seconds()).ok()?.with_timezone(&zone)
    };
    YEARS.contains(&instant.year()).then_some(instant)
}

/// The first instant of the day so many days before the day of an instant.
pub fn days_before(instant: DateTime<Tz>, days: i64) -> DateTime<Tz> {
    let date = instant.date_naive().checked_sub_signed(TimeDelta::days(days));
    date.and_then(|date| local(date.and_time(NaiveTime::MIN), instant.timezone())).unwrap_or(instant)
}

/// An instant as it is written in answers: RFC 3339, in milliseconds where they are not zero.
pub fn written(instant: DateTime<Tz>) -> String {
    instant.trunc_subsecs(3).to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// The same of milliseconds since 1970.
pub fn written_milliseconds(milliseconds: i64, zone: Tz) -> String {
    DateTime::from_timestamp_millis(milliseconds).map(|instant| written(instant.with_timezone(&zone))).unwrap_or_default()
}

fn read_age(text: &str) -> Option<TimeDelta> {
    let (number, seconds) = UNITS.iter().find_map(|(unit, seconds)| Some((text.strip_suffix(unit)?, seconds)))?;
    if !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    TimeDelta::try_seconds(number.parse::<i64>().ok()?.checked_mul(*seconds)?)
}

/// A time without an offset.
pub fn read_local_time(text: &str) -> Option<NaiveDateTime> {
    let text = text.replacen(' ', "T", 1);
    ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S%.f"].iter().find_map(|form| NaiveDateTime::parse_from_str(&text, form).ok())
}

/// In an address `+` means a space, so that is what comes of `+02:00` when it was not escaped.
fn with_plus(text: &str) -> String {
    match text.len().checked_sub("+02:00".len()).and_then(|sign| text.split_at_checked(sign)) {
        Some((time, offset)) if offset.starts_with(' ') => format!("{time}+{}", &offset[1..]),
        _ => text.to_owned(),
    }
}

/// The instant at which clocks in a zone show this. Of two the first is meant; what clocks leave out when they are put forward is
/// taken as if they had not been.
fn local(time: NaiveDateTime, zone: Tz) -> Option<DateTime<Tz>> {
    if !YEARS.contains(&time.year()) {
        return None;
    }
    match zone.from_local_datetime(&time) {
        MappedLocalTime::Single(instant) | MappedLocalTime::Ambiguous(instant, _) => Some(instant),
        MappedLocalTime::None => {
            let day_before = time.checked_sub_signed(TimeDelta::days(1))?;
            let offset = zone.offset_from_utc_datetime(&day_before).fix();
            Some(zone.from_utc_datetime(&time.checked_sub_offset(offset)?))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2026-11-26T12:34:56Z";

    #[track_caller]
    fn check(text: &str, zone: &str, expected: Option<&str>) {
        let now = DateTime::parse_from_rfc3339(NOW).unwrap().to_utc();
        let read = read(text, zone.parse().unwrap(), now).map(written);
        assert_eq!(read.as_deref(), expected, "{text} in {zone}");
    }

    #[test]
    fn instants_are_read_in_many_forms() {
        check("now", "UTC", Some("2026-11-26T12:34:56Z"));
        check("2026-10-25T09:00:00Z", "UTC", Some("2026-10-25T09:00:00Z"));
        check("2026-10-25T09:00:00.25Z", "UTC", Some("2026-10-25T09:00:00.250Z"));
        check("2026-10-25T09:00:00.1234567Z", "UTC", Some("2026-10-25T09:00:00.123Z"));
        check("2026-10-25T09:00:00+02:00", "UTC", Some("2026-10-25T07:00:00Z"));
        check("2026-10-25T09:00:00 02:00", "UTC", Some("2026-10-25T07:00:00Z"));
        check("2026-10-25 09:00:00 02:00", "UTC", Some("2026-10-25T07:00:00Z"));
        check("2026-10-25T09:00+02:00", "UTC", Some("2026-10-25T07:00:00Z"));
        check("2026-10-25T09:00 02:00", "UTC", Some("2026-10-25T07:00:00Z"));
        check("2026-10-25T09:00:00-09:30", "Europe/Berlin", Some("2026-10-25T19:30:00+01:00"));
        check("1793000000", "UTC", Some("2026-10-26T07:33:20Z"));
        check("2026-10-25", "UTC", Some("2026-10-25T00:00:00Z"));
        check("2026-10-25T09:00", "UTC", Some("2026-10-25T09:00:00Z"));
        check("2026-10-25 09:00:01", "Asia/Kathmandu", Some("2026-10-25T09:00:01+05:45"));
    }

    #[test]
    fn ages_count_from_now() {
        check("-90s", "UTC", Some("2026-11-26T12:33:26Z"));
        check("-30m", "UTC", Some("2026-11-26T12:04:56Z"));
        check("-24h", "Europe/Berlin", Some("2026-11-25T13:34:56+01:00"));
        check("-90d", "UTC", Some("2026-08-28T12:34:56Z"));
        check("-2w", "UTC", Some("2026-11-12T12:34:56Z"));
        check("-1y", "UTC", Some("2025-11-26T12:34:56Z"));
        check("-0s", "UTC", Some(NOW));
    }

    #[test]
    fn what_is_no_instant_is_refused() {
        for text in [
            "yesterday",
            "2026",
            "20261025",
            "2026-13-01",
            "2026-02-29",
            "2026-10-25T25:00",
            "-",
            "-1",
            "-h",
            "--1h",
            "-+1h",
            "-1.5h",
            "-99999999999999999999y",
            "-9223372036854775807y",
            "-9999y",
            "99999999999999",
            "9223372036854775807",
            "12345678901234567890",
            "+24h",
            "24h",
            "1800-01-01",
            "0000-01-01T00:00:00Z",
            "+99999-01-01",
            "-262143-01-01",
            "2026-10-25T09:00:00 ",
            "é2:00:0",
            "2026-10-25T09:00:00Z2026",
            " ",
            "2026-10-25T09:00:00 Europe/Berlin",
        ] {
            check(text, "UTC", None);
            check(text, "America/New_York", None);
        }
    }

    #[test]
    fn days_begin_when_they_do_in_the_zone() {
        check("2026-10-25", "Europe/Berlin", Some("2026-10-25T00:00:00+02:00"));
        check("2026-10-26", "Europe/Berlin", Some("2026-10-26T00:00:00+01:00"));
        check("2026-03-29", "Europe/Berlin", Some("2026-03-29T00:00:00+01:00"));
        check("2026-03-30", "Europe/Berlin", Some("2026-03-30T00:00:00+02:00"));
        // Here clocks go from midnight to one, so the day begins at one.
        check("2018-11-04", "America/Sao_Paulo", Some("2018-11-04T01:00:00-02:00"));
        // Here they go from one back to midnight, which there is twice.
        check("2026-11-01", "America/Havana", Some("2026-11-01T00:00:00-04:00"));
        // A day that there was not: the island changed sides of the date line.
        check("2011-12-30", "Pacific/Apia", Some("2011-12-31T00:00:00+14:00"));
    }

    #[test]
    fn clocks_that_are_changed_leave_no_time_without_an_instant() {
        check("2026-03-29T02:30", "Europe/Berlin", Some("2026-03-29T03:30:00+02:00"));
        check("2026-10-25T02:30", "Europe/Berlin", Some("2026-10-25T02:30:00+02:00"));
        check("2026-10-25T02:30:00+01:00", "Europe/Berlin", Some("2026-10-25T02:30:00+01:00"));
    }

    #[test]
    fn whole_days_are_as_long_as_they_are() {
        let berlin: Tz = "Europe/Berlin".parse().unwrap();
        let hours_of_day = |day: &str| {
            let noon = read(&format!("{day}T12:00"), berlin, Utc::now()).unwrap();
            (days_before(noon, -1) - days_before(noon, 0)).num_minutes()
        };
        assert_eq!(hours_of_day("2026-10-25"), 25 * 60);
        assert_eq!(hours_of_day("2026-03-29"), 23 * 60);
        assert_eq!(hours_of_day("2026-10-26"), 24 * 60);
        let now = read("2026-11-26T12:34:56", berlin, Utc::now()).unwrap();
        assert_eq!(written(days_before(now, 30)), "2026-10-27T00:00:00+01:00");
        assert_eq!(written(days_before(now, 33)), "2026-10-24T00:00:00+02:00");
    }
}
