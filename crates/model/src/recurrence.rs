//! The recurrence of a silence or a maintenance window: on which days, from when to when, and in which time zone.

mod text;

use super::RecurrenceProblem;
use chrono::{Datelike, Days, NaiveDate, NaiveTime, Weekday};
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

pub use text::{WEEK, parse_day, parse_end, parse_time, parse_weekday};

/// A period of local time that begins on some days. The rules of time zones are not known here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recurrence {
    /// The weekdays on which it begins. Absent: every day, or the `month_days`.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "text::weekdays")]
    pub days: Option<Vec<Weekday>>,
    /// Which of the `days` in a month. Absent: all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub week: Option<MonthWeek>,
    /// The days of the month on which it begins, instead of `days`. A month without such a day has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub month_days: Option<Vec<u32>>,
    #[serde(with = "text::time")]
    pub from: NaiveTime,
    /// The end: on the same day if that is later than `from`, else on the next one.
    #[serde(with = "text::end")]
    pub to: NaiveTime,
    /// The name of the time zone, such as `Europe/Berlin`.
    #[serde(default = "utc")]
    pub zone: String,
    /// The first day on which it may begin.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "text::day")]
    pub first: Option<NaiveDate>,
    /// The last day on which it may begin.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "text::day")]
    pub last: Option<NaiveDate>,
}

/// Which of the weekdays of one kind in a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MonthWeek {
    First,
    Second,
    Third,
    Fourth,
    Last,
}

/// Years of the first and the last day. Calculating with others could overflow.
const YEARS: RangeInclusive<i32> = 1970..=9999;

fn utc() -> String {
    "UTC".to_owned()
}

impl Recurrence {
    /// On these weekdays.
    pub fn weekly(days: Vec<Weekday>, from: NaiveTime, to: NaiveTime, zone: &str) -> Self {
        Self { days: Some(days), week: None, month_days: None, from, to, zone: zone.to_owned(), first: None, last: None }
    }

    /// Whether it begins on this day.
    pub fn begins_on(&self, day: NaiveDate) -> bool {
        let is_within = self.first.is_none_or(|first| first <= day) && self.last.is_none_or(|last| day <= last);
        let is_weekday = || self.days.as_ref().is_none_or(|days| days.contains(&day.weekday()));
        let is_of_week = || self.week.is_none_or(|week| week.has(day));
        let is_month_day = || self.month_days.as_ref().is_none_or(|days| days.contains(&day.day()));
        is_within && is_weekday() && is_of_week() && is_month_day()
    }

    /// What is wrong with it; `None` if nothing is. The name of the zone is not checked.
    pub fn problem(&self) -> Option<RecurrenceProblem> {
        let has = |list: Option<usize>, most: usize| list.is_none_or(|length| (1..=most).contains(&length));
        let (days, month_days) = (self.days.as_ref().map(Vec::len), self.month_days.as_ref().map(Vec::len));
        let years = [self.first, self.last].into_iter().flatten().all(|day| YEARS.contains(&day.year()));
        if days.is_some() && month_days.is_some() {
            Some(RecurrenceProblem::TwoKindsOfDays)
        } else if !has(days, 7) || self.days.as_deref().is_some_and(repeats) {
            Some(RecurrenceProblem::Weekdays)
        } else if self.week.is_some() && days.is_none() {
            Some(RecurrenceProblem::WeekWithoutDays)
        } else if !has(month_days, 31)
            || self.month_days.iter().flatten().any(|day| !(1..=31).contains(day))
            || self.month_days.as_deref().is_some_and(repeats)
        {
            Some(RecurrenceProblem::MonthDays)
        } else if !years {
            Some(RecurrenceProblem::OutOfYears)
        } else if self.first.zip(self.last).is_some_and(|(first, last)| last < first) {
            Some(RecurrenceProblem::LastBeforeFirst)
        } else {
            None
        }
    }
}

/// Whether one of these is in the list again. The list is short.
fn repeats<T: PartialEq>(list: &[T]) -> bool {
    list.iter().enumerate().any(|(at, one)| list[..at].contains(one))
}

impl MonthWeek {
    pub const ALL: [Self; 5] = [Self::First, Self::Second, Self::Third, Self::Fourth, Self::Last];

    /// The value in the API and in forms.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Second => "second",
            Self::Third => "third",
            Self::Fourth => "fourth",
            Self::Last => "last",
        }
    }

    /// Whether a day is in these seven days of its month.
    fn has(self, day: NaiveDate) -> bool {
        let is_of = |days: RangeInclusive<u32>| days.contains(&day.day());
        match self {
            Self::First => is_of(1..=7),
            Self::Second => is_of(8..=14),
            Self::Third => is_of(15..=21),
            Self::Fourth => is_of(22..=28),
            Self::Last => day.checked_add_days(Days::new(7)).is_none_or(|next| next.month() != day.month()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn daily() -> Recurrence {
        let time = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap();
        Recurrence { days: None, ..Recurrence::weekly(Vec::new(), time(22), time(4), "UTC") }
    }

    fn day(text: &str) -> Option<NaiveDate> {
        Some(parse_day(text).unwrap())
    }

    /// The days of 2027 on which it begins, as month and day.
    #[track_caller]
    fn check(recurrence: &Recurrence, expected: &[&str]) {
        let all = parse_day("2027-01-01").unwrap().iter_days().take(365).filter(|day| recurrence.begins_on(*day));
        let begins: Vec<_> = all.map(|day| day.format("%m-%d").to_string()).collect();
        assert_eq!(begins, expected);
    }

    #[test]
    fn it_begins_on_its_days() {
        use MonthWeek::{First, Last};
        let sundays = Some(vec![Weekday::Sun]);
        let spring = Recurrence { first: day("2027-03-29"), last: day("2027-04-11"), ..daily() };
        check(&Recurrence { days: sundays.clone(), ..spring.clone() }, &["04-04", "04-11"]);
        check(&Recurrence { last: day("2027-03-31"), ..spring }, &["03-29", "03-30", "03-31"]);
        let half = Recurrence { last: day("2027-06-30"), ..daily() };
        let of = |week| Recurrence { days: sundays.clone(), week: Some(week), ..half.clone() };
        check(&of(First), &["01-03", "02-07", "03-07", "04-04", "05-02", "06-06"]);
        check(&of(Last), &["01-31", "02-28", "03-28", "04-25", "05-30", "06-27"]);
        let twice = Recurrence { days: Some(vec![Weekday::Mon, Weekday::Tue]), week: Some(MonthWeek::Third), ..daily() };
        check(&Recurrence { last: day("2027-02-28"), ..twice }, &["01-18", "01-19", "02-15", "02-16"]);
        let month_days = Some(vec![15, 31]);
        check(
            &Recurrence { month_days, last: day("2027-04-30"), ..daily() },
            &["01-15", "01-31", "02-15", "03-15", "03-31", "04-15"],
        );
    }

    #[test]
    fn what_makes_no_sense_is_named() {
        let problem = |recurrence: Recurrence| recurrence.problem().map(|problem| problem.to_string()).unwrap_or_default();
        let sunday = Some(vec![Weekday::Sun]);
        for (recurrence, expected) in [
            (daily(), ""),
            (Recurrence { days: sunday.clone(), week: Some(MonthWeek::First), ..daily() }, ""),
            (Recurrence { month_days: Some(vec![31]), first: day("2027-01-01"), last: day("2027-01-01"), ..daily() }, ""),
            (Recurrence { month_days: Some(vec![1]), days: sunday, ..daily() }, "give either `days` or `month_days`"),
            (Recurrence { days: Some(Vec::new()), ..daily() }, "`days` has one to seven days of the week, each once"),
            (Recurrence { days: Some(vec![Weekday::Sun; 8]), ..daily() }, "`days` has one to seven days of the week, each once"),
            (Recurrence { days: Some(vec![Weekday::Sun; 2]), ..daily() }, "`days` has one to seven days of the week, each once"),
            (Recurrence { month_days: Some(vec![1, 15, 1]), ..daily() }, "`month_days` has numbers from 1 to 31, each once"),
            (Recurrence { week: Some(MonthWeek::First), ..daily() }, "`week` needs `days`: it says which of them in a month"),
            (Recurrence { month_days: Some(vec![0]), ..daily() }, "`month_days` has numbers from 1 to 31, each once"),
            (Recurrence { month_days: Some(vec![32]), ..daily() }, "`month_days` has numbers from 1 to 31, each once"),
            (Recurrence { month_days: Some(Vec::new()), ..daily() }, "`month_days` has numbers from 1 to 31, each once"),
            (Recurrence { first: day("2027-01-02"), last: day("2027-01-01"), ..daily() }, "`last` is before `first`"),
            (Recurrence { first: day("1969-12-31"), ..daily() }, "`first` and `last` must be in the years from 1970 to 9999"),
        ] {
            assert_eq!(problem(recurrence.clone()), expected, "{recurrence:?}");
        }
    }

    #[test]
    fn a_recurrence_is_written_as_it_is_read() {
        let full = json!({
            "days": ["sun", "mon"], "week": "last", "from": "22:00", "to": "04:30", "zone": "Europe/Berlin",
            "first": "2026-12-01", "last": "2027-11-30",
        });
        let monthly = json!({"month_days": [1, 15], "from": "00:00", "to": "00:00", "zone": "UTC"});
        for written in [full, monthly] {
            let read: Recurrence = serde_json::from_value(written.clone()).unwrap();
            assert_eq!(serde_json::to_value(read).unwrap(), written);
        }
        let short: Recurrence = serde_json::from_value(json!({"days": ["SUN"], "from": "22:00", "to": "24:00"})).unwrap();
        assert_eq!((short.days, short.to, short.zone.as_str()), (Some(vec![Weekday::Sun]), NaiveTime::MIN, "UTC"));
    }

    #[test]
    fn what_cannot_be_read_is_quoted() {
        let with = |name: &str, value: Value| {
            let mut object = json!({"from": "22:00", "to": "04:00"});
            object[name] = value;
            serde_json::from_value::<Recurrence>(object).unwrap_err().to_string()
        };
        assert_eq!(with("days", json!(["sunday"])), "`sunday` is not a day of the week such as mon");
        assert_eq!(with("from", json!("24:00")), "`24:00` is not a time such as 22:00");
        assert_eq!(with("from", json!("2am")), "`2am` is not a time such as 22:00");
        assert_eq!(with("last", json!("2027-02-30")), "`2027-02-30` is not a day such as 2026-12-24");
        assert!(with("day", json!(["sun"])).contains("unknown field `day`"));
        assert!(with("week", json!("fifth")).contains("unknown variant `fifth`"));
    }
}
