use crate::texts::times as texts;
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use std::fmt;
use std::sync::Arc;

/// A time zone. It knows only its offset at an instant, since the rules of zones are in the server and in the browser.
#[derive(Clone, Default)]
pub struct Zone(Rule);

#[derive(Clone, Default)]
enum Rule {
    /// Each time stays in the offset with which it was written.
    #[default]
    AsWritten,
    Fixed(FixedOffset),
    Named(Arc<Named>),
}

struct Named {
    name: String,
    offset_at: Box<OffsetAt>,
}

/// The offset at an instant in milliseconds since 1970. `None` if it is not known.
type OffsetAt = dyn Fn(i64) -> Option<FixedOffset> + Send + Sync;

/// What UTC is called besides.
const NAMES_OF_UTC: [&str; 7] = ["Etc/UTC", "Etc/UCT", "UCT", "Etc/Universal", "Universal", "Etc/Zulu", "Zulu"];

impl Zone {
    /// Always this offset.
    pub const fn fixed(offset: FixedOffset) -> Self {
        Self(Rule::Fixed(offset))
    }

    /// The zone with this name; empty for one whose name is not known. The other names of UTC, such as `Etc/UTC`, become `UTC`. `offset_at` has the offset at an instant in milliseconds since 1970.
    pub fn named(name: &str, offset_at: impl Fn(i64) -> Option<FixedOffset> + Send + Sync + 'static) -> Self {
        let name = if NAMES_OF_UTC.contains(&name) { "UTC" } else { name };
        Self(Rule::Named(Arc::new(Named { name: name.to_owned(), offset_at: Box::new(offset_at) })))
    }

    /// Its name, such as `Europe/Berlin`.
    pub fn name(&self) -> Option<&str> {
        match &self.0 {
            Rule::Named(named) if !named.name.is_empty() => Some(&named.name),
            _ => None,
        }
    }

    /// This zone, or the offset of `time` where times would stay as they are written.
    pub fn or_of(self, time: DateTime<FixedOffset>) -> Self {
        if matches!(self.0, Rule::AsWritten) { Self::fixed(*time.offset()) } else { self }
    }

    fn offset_at(&self, at: i64) -> Option<FixedOffset> {
        match &self.0 {
            Rule::AsWritten => None,
            Rule::Fixed(offset) => Some(*offset),
            Rule::Named(named) => (named.offset_at)(at),
        }
    }

    /// The same instant in this zone. Where the offset is not known, the time as it is written.
    pub fn at(&self, time: DateTime<FixedOffset>) -> DateTime<FixedOffset> {
        self.offset_at(time.timestamp_millis()).map_or(time, |offset| time.with_timezone(&offset))
    }

    /// An instant in milliseconds since 1970, in this zone. `None` beyond the calendar.
    pub fn instant(&self, at: i64) -> Option<DateTime<FixedOffset>> {
        DateTime::from_timestamp_millis(at).map(|time| self.at(time.fixed_offset()))
    }

    /// The instant at which the clock of this zone shows `time`, the first of two. If a change of the clock skips it, the instant that would
    /// have been that time without the change. `None` if the offset is not known.
    pub fn resolve(&self, time: NaiveDateTime) -> Option<DateTime<FixedOffset>> {
        let near = |days: i64| Some(time.checked_add_signed(TimeDelta::days(days))?.and_utc().timestamp_millis());
        // No offset is longer than a day, and no zone changes twice within two days.
        let (before, after) = (self.offset_at(near(-1)?)?, self.offset_at(near(1)?)?);
        let of = |offset: FixedOffset| offset.from_local_datetime(&time).single();
        let fits = |instant: &DateTime<FixedOffset>| self.at(*instant).naive_local() == time;
        let found = of(before).filter(fits).or_else(|| of(after).filter(fits));
        found.or_else(|| of(before).map(|instant| self.at(instant)))
    }

    /// The first instant of a day. If a change of the clock skips midnight, the day begins with the change.
    pub fn begin_of(&self, day: NaiveDate) -> Option<DateTime<FixedOffset>> {
        self.resolve(day.and_time(NaiveTime::MIN))
    }

    /// The zone as a text for people: `Europe/Berlin`, `UTC+01:00`.
    pub fn label(&self) -> String {
        match (&self.0, self.name()) {
            (_, Some(name)) => name.to_owned(),
            (Rule::Fixed(offset), None) if offset.local_minus_utc() == 0 => "UTC".to_owned(),
            (Rule::Fixed(offset), None) => format!("UTC{offset}"),
            _ => texts::zone_of_server().to_owned(),
        }
    }

    /// Coordinated Universal Time.
    pub fn utc() -> Self {
        Self::named("UTC", |_| Some(chrono::Offset::fix(&Utc)))
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Rule::AsWritten, Rule::AsWritten) => true,
            (Rule::Fixed(offset), Rule::Fixed(other)) => offset == other,
            (Rule::Named(named), Rule::Named(other)) => named.name == other.name,
            _ => false,
        }
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.label())
    }
}

/// Parses the value of an input of type `datetime-local`: `2026-10-20T09:30`, also with seconds. `None` for any other text.
pub fn local(text: &str) -> Option<NaiveDateTime> {
    let (date, time) = text.split_once('T')?;
    let mut date = date.splitn(3, '-').map(number);
    let (year, month, day) = (date.next()??, date.next()??, date.next()??);
    // Fractions of a second are always zero.
    let mut time = time.split('.').next()?.splitn(3, ':').map(number);
    let (hour, minute, second) = (time.next()??, time.next()??, time.next().unwrap_or(Some(0))?);
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?.and_hms_opt(hour, minute, second)
}

/// Digits only, at most six.
fn number(text: &str) -> Option<u32> {
    let is_short = (1..=6).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_short)
}

#[cfg(test)]
pub(crate) mod samples {
    use super::Zone;
    use chrono::{DateTime, Offset, TimeZone};
    use chrono_tz::Tz;

    /// The rules of this zone.
    pub fn zone(zone: Tz) -> Zone {
        Zone::named(zone.name(), move |at| {
            let time = DateTime::from_timestamp_millis(at)?;
            Some(zone.offset_from_utc_datetime(&time.naive_utc()).fix())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::samples::zone;
    use super::*;
    use chrono_tz::Tz;

    fn at(text: &str) -> DateTime<FixedOffset> {
        text.parse().unwrap()
    }

    #[test]
    fn a_time_gets_the_offset_of_its_instant() {
        let berlin = zone(Tz::Europe__Berlin);
        // Stored in summer time, and shown as the clocks of that instant showed it.
        for (stored, shown) in [
            ("2026-10-25T02:59:59+02:00", "2026-10-25T02:59:59+02:00"),
            ("2026-10-25T03:00:00+02:00", "2026-10-25T02:00:00+01:00"),
            ("2026-03-29T00:59:59Z", "2026-03-29T01:59:59+01:00"),
            ("2026-03-29T01:00:00Z", "2026-03-29T03:00:00+02:00"),
        ] {
            assert_eq!(berlin.at(at(stored)).to_rfc3339(), shown);
        }
        assert_eq!(zone(Tz::Asia__Kolkata).at(at("2026-11-29T18:30:00Z")).to_rfc3339(), "2026-11-30T00:00:00+05:30");
        assert_eq!(zone(Tz::America__New_York).at(at("2026-11-01T06:00:00Z")).to_rfc3339(), "2026-11-01T01:00:00-05:00");
        assert_eq!(Zone::default().at(at("2026-07-30T16:00:00+02:00")).to_rfc3339(), "2026-07-30T16:00:00+02:00");
    }

    #[test]
    fn a_time_of_a_form_becomes_an_instant_also_when_the_clock_changes() {
        for (place, text, expected) in [
            (Tz::Europe__Berlin, "2026-07-30T16:00", "2026-07-30T16:00:00+02:00"),
            // Twice: the first.
            (Tz::Europe__Berlin, "2026-10-25T02:30", "2026-10-25T02:30:00+02:00"),
            (Tz::Europe__Berlin, "2026-10-25T03:00", "2026-10-25T03:00:00+01:00"),
            // Never: as long after midnight as it says.
            (Tz::Europe__Berlin, "2026-03-29T02:30", "2026-03-29T03:30:00+02:00"),
            (Tz::America__New_York, "2026-03-08T02:30", "2026-03-08T03:30:00-04:00"),
            (Tz::America__New_York, "2026-11-01T01:30", "2026-11-01T01:30:00-04:00"),
            (Tz::Asia__Kolkata, "2026-11-30T00:15", "2026-11-30T00:15:00+05:30"),
        ] {
            assert_eq!(zone(place).resolve(local(text).unwrap()).unwrap().to_rfc3339(), expected, "{text}");
        }
        assert_eq!(Zone::default().resolve(local("2026-07-30T16:00").unwrap()), None);
    }

    #[test]
    fn days_begin_at_midnight_and_have_23_to_25_hours() {
        let hours = |place, year, month, day| {
            let date = NaiveDate::from_ymd_opt(year, month, day).unwrap();
            let zone = zone(place);
            let [begin, end] = [date, date.succ_opt().unwrap()].map(|date| zone.begin_of(date).unwrap());
            (end - begin).num_hours()
        };
        assert_eq!(hours(Tz::Europe__Berlin, 2026, 3, 29), 23);
        assert_eq!(hours(Tz::Europe__Berlin, 2026, 3, 30), 24);
        assert_eq!(hours(Tz::Europe__Berlin, 2026, 10, 25), 25);
        assert_eq!(hours(Tz::America__New_York, 2026, 3, 8), 23);
        assert_eq!(hours(Tz::America__New_York, 2026, 11, 1), 25);
        assert_eq!(hours(Tz::Asia__Kolkata, 2026, 10, 25), 24);
        // Here the clock goes from midnight to 1 o'clock.
        assert_eq!(hours(Tz::America__Santiago, 2026, 9, 6), 23);
    }

    #[test]
    fn the_value_of_an_input_is_read() {
        for text in ["2026-10-20T09:30", "2026-10-20T09:30:00", "2026-10-20T09:30:00.000"] {
            assert_eq!(local(text).map(|time| time.to_string()).as_deref(), Some("2026-10-20 09:30:00"), "{text}");
        }
        for text in [
            "",
            "soon",
            "2026-10-20",
            "2026-13-20T09:30",
            "2026-10-20T24:00",
            "2026-10-20T9",
            "2026-+1-20T09:30",
            "T",
            "9999999-1-1T0:0",
        ] {
            assert_eq!(local(text), None, "{text}");
        }
    }

    #[test]
    fn a_zone_has_a_name_for_people() {
        assert_eq!(zone(Tz::Europe__Berlin).label(), "Europe/Berlin");
        assert_eq!(Zone::fixed(FixedOffset::east_opt(19_800).unwrap()).label(), "UTC+05:30");
        assert_eq!((Zone::utc().label().as_str(), Zone::default().label().as_str()), ("UTC", "the time zone of the server"));
        assert_ne!(zone(Tz::Europe__Berlin), zone(Tz::Europe__Paris));
        for name in NAMES_OF_UTC {
            let known = zone(name.parse().unwrap());
            assert_eq!((known.label().as_str(), &known), ("UTC", &Zone::utc()), "{name}");
        }
        assert_eq!(Zone::default().or_of(at("2026-11-29T18:30:00Z")), Zone::fixed(FixedOffset::east_opt(0).unwrap()));
    }
}
