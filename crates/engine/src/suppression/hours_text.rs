//! Recurring times as users read them.

use crate::Hours;
use chrono::Weekday;
use model::Recurrence;

impl Hours {
    /// `Mon to Fri, 02:00 to 04:00, Europe/Berlin`; `last Sun of the month, …, from 2026-12-01`.
    pub fn text(&self) -> String {
        let Recurrence { days, week, month_days, from, to, zone, first, last } = self.rule();
        let days = match (days, month_days) {
            (Some(days), _) => weekdays(days),
            (None, Some(days)) => month_days_text(days),
            (None, None) => "every day".to_owned(),
        };
        let days = week.map_or_else(|| days.clone(), |week| format!("{} {days} of the month", week.as_str()));
        let limits = match (first, last) {
            (None, None) => String::new(),
            (Some(first), None) => format!(", from {first}"),
            (None, Some(last)) => format!(", to {last}"),
            (Some(first), Some(last)) => format!(", from {first} to {last}"),
        };
        format!("{days}, {} to {}, {zone}{limits}", from.format("%H:%M"), to.format("%H:%M"))
    }
}

/// `Mon, Wed`; `Mon to Fri` when they are three or more in a row.
fn weekdays(days: &[Weekday]) -> String {
    const WEEK: [Weekday; 7] = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];
    let chosen: Vec<Weekday> = WEEK.into_iter().filter(|day| days.contains(day)).collect();
    let follow = |pair: &[Weekday]| pair[0].succ() == pair[1];
    match chosen.as_slice() {
        days if days.len() == WEEK.len() => "every day".to_owned(),
        [first, .., last] if chosen.len() > 2 && chosen.windows(2).all(follow) => format!("{first} to {last}"),
        days => days.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
    }
}

/// `day 1 of the month`, `days 1, 15 of the month`.
fn month_days_text(days: &[u32]) -> String {
    let list = days.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    format!("day{} {list} of the month", if days.len() == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(rule: &str, expected: &str) {
        let rule = format!(r#"{{"from": "22:00", "to": "04:30", "zone": "Europe/Berlin", {rule}}}"#);
        assert_eq!(Hours::new(serde_json::from_str(&rule).unwrap()).unwrap().text(), expected);
    }

    #[test]
    fn the_text_says_the_days_the_time_and_the_limits() {
        check(r#""last": "2027-06-30""#, "every day, 22:00 to 04:30, Europe/Berlin, to 2027-06-30");
        check(r#""days": ["sun", "mon"]"#, "Mon, Sun, 22:00 to 04:30, Europe/Berlin");
        check(r#""days": ["wed", "thu", "fri"]"#, "Wed to Fri, 22:00 to 04:30, Europe/Berlin");
        check(
            r#""days": ["sun"], "week": "first", "first": "2026-12-01""#,
            "first Sun of the month, 22:00 to 04:30, Europe/Berlin, from 2026-12-01",
        );
        check(
            r#""month_days": [1, 15], "first": "2026-12-01", "last": "2027-06-30""#,
            "days 1, 15 of the month, 22:00 to 04:30, Europe/Berlin, from 2026-12-01 to 2027-06-30",
        );
        check(r#""month_days": [31]"#, "day 31 of the month, 22:00 to 04:30, Europe/Berlin");
    }
}
