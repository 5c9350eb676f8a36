//! The rule of what recurs, as a text. That in English the server writes; other languages have theirs here.

use super::dates::short_weekday;
use crate::language::{Language, language};
use crate::model::{MonthWeek, Recurrence, RecurrenceView, WindowTime};
use chrono::Weekday;

const WEEK: [Weekday; 7] = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];

/// `Mon to Fri, 02:00 to 04:00, Europe/Berlin`, `lun. à ven., de 02:00 à 04:00, Europe/Berlin`.
pub fn recurrence(view: &RecurrenceView) -> String {
    let RecurrenceView { rule, text, occurrences } = view;
    match language() {
        // Without occurrences, the server says why.
        Language::French if !occurrences.is_empty() => french(rule),
        _ => text.clone(),
    }
}

/// The same for a window of the configuration. Other times than those with a rule are as the server writes them.
pub fn window_time(time: &WindowTime) -> String {
    match (language(), &time.rule) {
        (Language::French, Some(rule)) => french(rule),
        _ => time.text.clone(),
    }
}

fn french(rule: &Recurrence) -> String {
    let Recurrence { days, week, month_days, from, to, zone, first, last } = rule;
    let days = match (days, week, month_days.as_deref()) {
        (Some(days), Some(week), _) => format!("{} {} du mois", ordinal(*week), weekdays(days)),
        (Some(days), None, _) if WEEK.iter().all(|day| days.contains(day)) => "chaque jour".to_owned(),
        (Some(days), None, _) => weekdays(days),
        (None, _, Some([day])) => format!("le {day} du mois"),
        (None, _, Some(days)) => format!("les {} du mois", joined(days.iter().map(u32::to_string))),
        (None, _, None) => "chaque jour".to_owned(),
    };
    let limits = match (first, last) {
        (None, None) => String::new(),
        (Some(first), None) => format!(", à partir du {first}"),
        (None, Some(last)) => format!(", jusqu’au {last}"),
        (Some(first), Some(last)) => format!(", du {first} au {last}"),
    };
    format!("{days}, de {} à {}, {zone}{limits}", from.format("%H:%M"), to.format("%H:%M"))
}

/// `lun., mer.`; `lun. à ven.` when they are three or more in a row.
fn weekdays(days: &[Weekday]) -> String {
    let chosen: Vec<Weekday> = WEEK.into_iter().filter(|day| days.contains(day)).collect();
    let is_row = chosen.len() > 2 && chosen.iter().zip(chosen.iter().skip(1)).all(|(day, next)| day.succ() == *next);
    match chosen.as_slice() {
        [first, .., last] if is_row => format!("{} à {}", short_weekday(*first), short_weekday(*last)),
        days => joined(days.iter().map(|day| short_weekday(*day))),
    }
}

const fn ordinal(week: MonthWeek) -> &'static str {
    match week {
        MonthWeek::First => "premier",
        MonthWeek::Second => "deuxième",
        MonthWeek::Third => "troisième",
        MonthWeek::Fourth => "quatrième",
        MonthWeek::Last => "dernier",
    }
}

fn joined(texts: impl Iterator<Item = String>) -> String {
    texts.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::in_language;
    use crate::model::Occurrence;
    use crate::samples::at;

    #[track_caller]
    fn check(rule: &str, expected: &str) {
        let rule = format!(r#"{{"from": "22:00", "to": "04:30", "zone": "Europe/Berlin"{rule}}}"#);
        let occurrences = vec![Occurrence { from: at(0), until: at(60) }];
        let view =
            RecurrenceView { rule: serde_json::from_str(&rule).unwrap(), text: "as the server says".to_owned(), occurrences };
        assert_eq!(recurrence(&view), "as the server says");
        in_language(Language::French, || {
            assert_eq!(recurrence(&view), expected);
            let time = |rule| WindowTime { text: "as the server says".to_owned(), rule };
            assert_eq!(window_time(&time(Some(view.rule.clone()))), expected);
            assert_eq!(window_time(&time(None)), "as the server says");
            let without = RecurrenceView { occurrences: Vec::new(), ..view.clone() };
            assert_eq!(recurrence(&without), "as the server says");
        });
    }

    #[test]
    fn the_text_says_the_days_the_time_and_the_limits() {
        check("", "chaque jour, de 22:00 à 04:30, Europe/Berlin");
        check(r#", "days": ["sun", "mon"]"#, "lun., dim., de 22:00 à 04:30, Europe/Berlin");
        check(r#", "days": ["wed", "thu", "fri"]"#, "mer. à ven., de 22:00 à 04:30, Europe/Berlin");
        check(
            r#", "days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "last": "2027-06-30""#,
            "chaque jour, de 22:00 à 04:30, Europe/Berlin, jusqu’au 2027-06-30",
        );
        check(
            r#", "days": ["sun"], "week": "first", "first": "2026-12-01""#,
            "premier dim. du mois, de 22:00 à 04:30, Europe/Berlin, à partir du 2026-12-01",
        );
        check(
            r#", "month_days": [1, 15], "first": "2026-12-01", "last": "2027-06-30""#,
            "les 1, 15 du mois, de 22:00 à 04:30, Europe/Berlin, du 2026-12-01 au 2027-06-30",
        );
        check(r#", "month_days": [31]"#, "le 31 du mois, de 22:00 à 04:30, Europe/Berlin");
    }
}
