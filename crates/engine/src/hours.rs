//! Times of the week in a zone, as people say them: `mon-fri` from `08:00` to `18:00` in `Europe/Berlin`. They are read off the clock
//! on the wall, so that a change to summer time moves them as it moves the people.

use chrono::{DateTime, Datelike, Days, FixedOffset, NaiveTime, TimeDelta, Weekday};
use chrono_tz::Tz;

/// A stretch of time on some days of every week.
#[derive(Clone, Debug, PartialEq)]
pub struct Weekly {
    /// The days on which it begins.
    pub days: Vec<Weekday>,
    pub from: NaiveTime,
    /// When it ends: on the same day if that is later than `from`, and on the next one if not.
    pub to: NaiveTime,
    pub zone: Tz,
}

impl Weekly {
    /// Whether it is that time now. The begin is in it, the end is not.
    pub fn contains(&self, now: DateTime<FixedOffset>) -> bool {
        let wall = now.with_timezone(&self.zone).naive_local();
        let begins_on = |day: Option<chrono::NaiveDate>| day.is_some_and(|day| self.days.contains(&day.weekday()));
        let (today, time) = (Some(wall.date()), wall.time());
        if self.from < self.to {
            return begins_on(today) && self.from <= time && time < self.to;
        }
        let yesterday = wall.date().checked_sub_days(Days::new(1));
        (begins_on(today) && self.from <= time) || (begins_on(yesterday) && time < self.to)
    }

    /// When it ends that is now, without what may follow at once; nothing while it is not that time.
    pub fn end(&self, now: DateTime<FixedOffset>) -> Option<DateTime<FixedOffset>> {
        if !self.contains(now) {
            return None;
        }
        let wall = now.with_timezone(&self.zone).naive_local();
        let ends_today = wall.time() < self.to;
        let day = if ends_today { wall.date() } else { wall.date().checked_add_days(Days::new(1))? };
        // A clock that is put forward skips the end; it is then over when the clock has been put.
        let end = day.and_time(self.to);
        let skipped = || (end + TimeDelta::hours(1)).and_local_timezone(self.zone).latest();
        end.and_local_timezone(self.zone).latest().or_else(skipped).map(|end| end.fixed_offset())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const WORKDAYS: [Weekday; 5] = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri];

    fn time(text: &str) -> NaiveTime {
        NaiveTime::parse_from_str(text, "%H:%M").unwrap()
    }

    fn weekly(days: &[Weekday], from: &str, to: &str) -> Weekly {
        Weekly { days: days.to_vec(), from: time(from), to: time(to), zone: Tz::Europe__Berlin }
    }

    #[track_caller]
    fn check(weekly: &Weekly, now: &str, expected: bool) {
        assert_eq!(weekly.contains(now.parse().unwrap()), expected, "{now}");
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

    proptest! {
        /// In every zone and at every instant, what counts is what the clock on the wall shows.
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
            let weekly = Weekly { days: vec![day], from: minutes(from), to: minutes(from + length), zone };
            let now = DateTime::from_timestamp(second, 0).unwrap();
            let wall = now.with_timezone(&zone).naive_local();
            let in_week = |day: Weekday, minute: u32| day.num_days_from_monday() * 1440 + minute;
            let begin = in_week(day, from);
            let shown = in_week(wall.weekday(), chrono::Timelike::num_seconds_from_midnight(&wall) / 60);
            let since_begin = (shown + 10_080 - begin) % 10_080;
            prop_assert_eq!(weekly.contains(now.fixed_offset()), since_begin < length);
            let end = weekly.end(now.fixed_offset());
            prop_assert_eq!(end.is_some(), since_begin < length);
            if let Some(end) = end {
                prop_assert!(end > now, "{end} is over at {now}");
                prop_assert!(end - now.fixed_offset() <= TimeDelta::hours(26), "{end} is far from {now}");
            }
        }
    }
}
