//! Times in a time zone: from `08:00` to `18:00` in `Europe/Berlin`, on some weekdays or days of the month. They follow local time, also
//! through a change to summer time.

use chrono::{DateTime, Days, FixedOffset, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, Weekday};
use chrono_tz::{GapInfo, Tz};
use model::{Occurrence, Recurrence, RecurrenceProblem};

/// A period of local time that begins on some days.
#[derive(Clone, Debug, PartialEq)]
pub struct Hours {
    rule: Recurrence,
    /// The zone that the rule names.
    zone: Tz,
}

impl Hours {
    /// Fails if there is no time zone of the name in the rule.
    pub fn new(rule: Recurrence) -> Result<Self, RecurrenceProblem> {
        match rule.zone.parse() {
            Ok(zone) => Ok(Self { rule, zone }),
            Err(_) => Err(RecurrenceProblem::UnknownZone(rule.zone)),
        }
    }

    /// On these weekdays. The end is on the same day if `to` is later than `from`, else on the next one.
    pub fn weekly(days: Vec<Weekday>, from: NaiveTime, to: NaiveTime, zone: Tz) -> Self {
        Self { rule: Recurrence::weekly(days, from, to, zone.name()), zone }
    }

    pub fn rule(&self) -> &Recurrence {
        &self.rule
    }

    /// Whether it is that time now, from the begin (included) to the end (excluded).
    pub fn contains(&self, now: DateTime<FixedOffset>) -> bool {
        self.end(now).is_some()
    }

    /// The end of the present period, or `None` outside of one. A period that follows without a gap is not included.
    pub fn end(&self, now: DateTime<FixedOffset>) -> Option<DateTime<FixedOffset>> {
        let today = self.day_of(now);
        // Around midnight, the clock may have gone back to the day before the one on which the period began.
        let days = [today.pred_opt(), Some(today), today.succ_opt()];
        let mut periods = days.into_iter().flatten().filter_map(|day| self.beginning_on(day));
        periods.find(|period| period.from <= now && now < period.until).map(|period| period.until)
    }

    /// The period that begins on this day, if one does. It has no gap: if the clock shows its begin twice, it begins with the first, and if
    /// the clock shows its end twice, it ends with the second.
    pub fn beginning_on(&self, day: NaiveDate) -> Option<Occurrence> {
        let Recurrence { from, to, .. } = self.rule;
        if !self.rule.begins_on(day) {
            return None;
        }
        let last = if from < to { day } else { day.succ_opt()? };
        let (from, _) = self.instants(day.and_time(from))?;
        let (_, until) = self.instants(last.and_time(to))?;
        (from < until).then_some(Occurrence { from, until })
    }

    /// The first and the last instant at which the clock shows this. If a change to summer time skips it, that is the change.
    fn instants(&self, local: NaiveDateTime) -> Option<(DateTime<FixedOffset>, DateTime<FixedOffset>)> {
        let (first, last) = match local.and_local_timezone(self.zone) {
            MappedLocalTime::Single(at) => (at, at),
            MappedLocalTime::Ambiguous(first, last) => (first, last),
            MappedLocalTime::None => {
                let change = GapInfo::new(&local, &self.zone)?.end?;
                (change, change)
            }
        };
        Some((first.fixed_offset(), last.fixed_offset()))
    }

    /// The end of the last period; `None` if it recurs without end, or never.
    pub fn last_end(&self) -> Option<DateTime<FixedOffset>> {
        let last = self.rule.last?;
        let days = (0_u64..RARE).map_while(|back| last.checked_sub_days(Days::new(back)));
        days.filter_map(|day| self.beginning_on(day)).map(|occurrence| occurrence.until).next()
    }

    /// The day that the clock of the zone shows.
    pub fn day_of(&self, at: DateTime<FixedOffset>) -> NaiveDate {
        at.with_timezone(&self.zone).date_naive()
    }
}

/// Days within which every rule without a first and a last day begins: the 31st is missing in one month at a time, and the 30th in one.
const RARE: u64 = 62;

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{Datelike, Offset, TimeDelta, TimeZone, Utc};
    use proptest::prelude::*;

    const WORKDAYS: [Weekday; 5] = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri];

    fn time(text: &str) -> NaiveTime {
        NaiveTime::parse_from_str(text, "%H:%M").unwrap()
    }

    fn weekly(days: &[Weekday], from: &str, to: &str) -> Hours {
        Hours::weekly(days.to_vec(), time(from), time(to), Tz::Europe__Berlin)
    }

    #[track_caller]
    fn check(hours: &Hours, now: &str, expected: bool) {
        assert_eq!(hours.contains(now.parse().unwrap()), expected, "{now}");
    }

    #[test]
    fn the_begin_is_in_it_and_the_end_is_not() {
        let office = weekly(&WORKDAYS, "08:00", "18:00");
        // A Friday in winter, an hour before UTC in Berlin.
        check(&office, "2026-11-27T06:59:59Z", false);
        check(&office, "2026-11-27T07:00:00Z", true);
        check(&office, "2026-11-27T16:59:59Z", true);
        check(&office, "2026-11-27T17:00:00Z", false);
        check(&office, "2026-11-28T10:00:00Z", false);
    }

    #[test]
    fn a_night_belongs_to_the_day_on_which_it_begins() {
        let friday_night = weekly(&[Weekday::Fri], "22:00", "06:00");
        check(&friday_night, "2026-11-27T20:59:00Z", false);
        check(&friday_night, "2026-11-27T21:00:00Z", true);
        check(&friday_night, "2026-11-28T04:59:00Z", true);
        check(&friday_night, "2026-11-28T05:00:00Z", false);
        check(&friday_night, "2026-11-27T03:00:00Z", false);
    }

    #[test]
    fn the_same_time_twice_means_the_whole_day() {
        let monday = weekly(&[Weekday::Mon], "00:00", "00:00");
        check(&monday, "2026-11-22T22:59:59Z", false);
        check(&monday, "2026-11-22T23:00:00Z", true);
        check(&monday, "2026-11-23T22:59:59Z", true);
        check(&monday, "2026-11-23T23:00:00Z", false);
    }

    #[test]
    fn summer_time_moves_it_with_the_people() {
        let early = weekly(&[Weekday::Sun], "01:00", "04:00");
        // In that night the clock goes from 2 to 3: two hours.
        for (utc, expected) in [("23:59", false), ("00:00", true), ("00:59", true), ("01:59", true), ("02:00", false)] {
            let date = if utc == "23:59" { "2026-03-28" } else { "2026-03-29" };
            check(&early, &format!("{date}T{utc}:00Z"), expected);
        }
        // And in this one from 3 back to 2: four hours.
        for (utc, expected) in [("22:59", false), ("23:00", true)] {
            check(&early, &format!("2026-10-24T{utc}:00Z"), expected);
        }
        for (utc, expected) in [("00:30", true), ("01:30", true), ("02:59", true), ("03:00", false)] {
            check(&early, &format!("2026-10-25T{utc}:00Z"), expected);
        }
    }

    #[test]
    fn what_a_change_to_summer_time_skips_begins_and_ends_with_the_change() {
        let night = NaiveDate::from_ymd_opt(2026, 3, 29).unwrap();
        let on_that_night = |from: &str, to: &str| {
            let occurrence = weekly(&[Weekday::Sun], from, to).beginning_on(night)?;
            Some([occurrence.from, occurrence.until].map(|at| at.format("%H:%M %:z").to_string()))
        };
        let expected = |from: &str, until: &str| Some([from.to_owned(), until.to_owned()]);
        assert_eq!(on_that_night("02:30", "05:00"), expected("03:00 +02:00", "05:00 +02:00"));
        assert_eq!(on_that_night("01:00", "02:30"), expected("01:00 +01:00", "03:00 +02:00"));
        assert_eq!(on_that_night("02:10", "02:50"), None, "there is no such time in that night");
        let late = weekly(&[Weekday::Sun], "02:30", "05:00");
        check(&late, "2026-03-29T00:59:59Z", false);
        check(&late, "2026-03-29T01:00:00Z", true);
    }

    #[test]
    fn a_period_has_no_gap_when_the_clock_goes_back() {
        // From 3 back to 2, so that 02:30 comes twice.
        for (from, to, begin, end) in [
            ("02:30", "04:00", "2026-10-25T00:30:00Z", "2026-10-25T03:00:00Z"),
            ("01:00", "02:30", "2026-10-24T23:00:00Z", "2026-10-25T01:30:00Z"),
            ("02:15", "02:45", "2026-10-25T00:15:00Z", "2026-10-25T01:45:00Z"),
        ] {
            let hours = weekly(&[Weekday::Sun], from, to);
            let [begin, end] = [begin, end].map(|text| text.parse::<DateTime<FixedOffset>>().unwrap());
            let mut now = begin - TimeDelta::hours(1);
            while now < end + TimeDelta::hours(1) {
                assert_eq!(hours.end(now), (begin <= now && now < end).then_some(end), "{from} to {to} at {now}");
                now += TimeDelta::minutes(5);
            }
        }
    }

    #[test]
    fn a_period_that_begins_on_the_last_day_goes_on_into_the_next() {
        let rule = r#"{"days": ["fri"], "from": "22:00", "to": "06:00", "zone": "Europe/Berlin", "last": "2026-11-30"}"#;
        let nights = Hours::new(serde_json::from_str(rule).unwrap()).unwrap();
        let last_end: DateTime<FixedOffset> = "2026-11-28T06:00:00+01:00".parse().unwrap();
        assert_eq!(nights.last_end(), Some(last_end));
        check(&nights, "2026-11-28T04:59:00Z", true);
        check(&nights, "2026-12-04T22:00:00Z", false);
        let never = Recurrence { first: nights.rule().last, ..nights.rule().clone() };
        assert_eq!(Hours::new(never).unwrap().last_end(), None);
    }

    #[test]
    fn an_unknown_zone_is_an_error() {
        let rule = Recurrence { zone: "Europe/Berln".to_owned(), ..weekly(&WORKDAYS, "08:00", "18:00").rule().clone() };
        let error = Hours::new(rule).unwrap_err().to_string();
        assert_eq!(error, "there is no time zone `Europe/Berln`; expected a name such as Europe/Berlin or UTC");
    }

    /// Whether the clock of the zone goes back within so many hours before or after this instant.
    fn goes_back(zone: Tz, at: DateTime<Utc>, hours: i64) -> bool {
        let offset = |hour: i64| zone.offset_from_utc_datetime(&(at + TimeDelta::hours(hour)).naive_utc()).fix().local_minus_utc();
        (-hours..hours).any(|hour| offset(hour + 1) < offset(hour))
    }

    proptest! {
        /// In every zone and at every instant, what counts is what the clock on the wall shows, unless it shows something twice.
        #[test]
        fn the_clock_on_the_wall_decides(
            second in 0_i64..4_000_000_000,
            zone in 0..chrono_tz::TZ_VARIANTS.len(),
            from in 0_u32..1440,
            length in 1_u32..1440,
            day in 0_u8..7,
        ) {
            let minutes = |minutes: u32| NaiveTime::from_hms_opt(minutes / 60 % 24, minutes % 60, 0).unwrap();
            let day = Weekday::try_from(day).unwrap();
            let zone = chrono_tz::TZ_VARIANTS[zone];
            let hours = Hours::weekly(vec![day], minutes(from), minutes(from + length), zone);
            let now = DateTime::from_timestamp(second, 0).unwrap();
            let end = hours.end(now.fixed_offset());
            prop_assert_eq!(hours.contains(now.fixed_offset()), end.is_some());
            if let Some(end) = end {
                prop_assert!(end > now, "{end} is over at {now}");
                prop_assert!(end - now.fixed_offset() <= TimeDelta::hours(26), "{end} is far from {now}");
            }
            let wall = now.with_timezone(&zone).naive_local();
            let in_week = |day: Weekday, minute: u32| day.num_days_from_monday() * 1440 + minute;
            let begin = in_week(day, from);
            let shown = in_week(wall.weekday(), chrono::Timelike::num_seconds_from_midnight(&wall) / 60);
            let since_begin = (shown + 10_080 - begin) % 10_080;
            if !goes_back(zone, now, 26) {
                prop_assert_eq!(end.is_some(), since_begin < length);
            }
        }
    }
}
