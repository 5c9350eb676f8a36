//! The rule of what recurs, as a text. That in English the server writes; other languages have theirs here.

use super::dates::short_weekday;
use crate::format;
use crate::language::{Language, language};
use chrono::Weekday;
use model::{MonthWeek, Occurrence, Recurrence, RecurrenceView, WindowRule, WindowTime};

const WEEK: [Weekday; 7] = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];

/// `Mon to Fri, 02:00 to 04:00, Europe/Berlin`, `lun. à ven., de 02:00 à 04:00, Europe/Berlin`.
pub fn recurrence(view: &RecurrenceView) -> String {
    match language() {
        Language::French if view.is_zone_unknown => format!("dans le fuseau horaire inconnu {}", view.rule.zone),
        Language::French => french(&view.rule),
        Language::English => view.text.clone(),
    }
}

/// The same for a window of the configuration. Times of one that opens once are in the zone of its configuration.
pub fn window_time(time: &WindowTime) -> String {
    match (language(), &time.rule) {
        (Language::English, _) => time.text.clone(),
        (Language::French, WindowRule::Recurs(rule)) => french(rule),
        (Language::French, WindowRule::Once(Occurrence { from, until })) => {
            format!("du {} au {}", from.format("%Y-%m-%d %H:%M"), until.format("%Y-%m-%d %H:%M %:z"))
        }
        (Language::French, WindowRule::Cron { pattern, zone, lasts }) => {
            format!("cron `{pattern}`, pendant {}, {zone}", format::duration(*lasts))
        }
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
    use crate::samples::at;

    #[track_caller]
    fn check(rule: &str, expected: &str) {
        let rule = format!(r#"{{"from": "22:00", "to": "04:30", "zone": "Europe/Berlin"{rule}}}"#);
        let occurrences = vec![Occurrence { from: at(0), until: at(60) }];
        let (rule, text) = (serde_json::from_str(&rule).unwrap(), "as the server says".to_owned());
        let view = RecurrenceView { rule, text, is_zone_unknown: false, occurrences };
        assert_eq!(recurrence(&view), "as the server says");
        in_language(Language::French, || {
            assert_eq!(recurrence(&view), expected);
            let time = |rule| WindowTime { text: "as the server says".to_owned(), rule };
            assert_eq!(window_time(&time(WindowRule::Recurs(view.rule.clone()))), expected);
            let without = RecurrenceView { occurrences: Vec::new(), ..view.clone() };
            assert_eq!(recurrence(&without), expected);
            let unknown = RecurrenceView { is_zone_unknown: true, ..without };
            assert_eq!(recurrence(&unknown), "dans le fuseau horaire inconnu Europe/Berlin");
        });
    }

    #[test]
    fn other_windows_of_the_configuration_are_written_in_the_language_of_the_page() {
        let cron = WindowRule::Cron { pattern: "0 2 1 * *".to_owned(), zone: "UTC".to_owned(), lasts: 90_000_000 };
        for (rule, expected) in [
            (WindowRule::Once(Occurrence { from: at(0), until: at(60) }), "du 2026-07-30 16:00 au 2026-07-30 17:00 +02:00"),
            (cron, "cron `0 2 1 * *`, pendant 1 j 1 h, UTC"),
        ] {
            let time = WindowTime { text: "as the server says".to_owned(), rule };
            assert_eq!(window_time(&time), "as the server says");
            in_language(Language::French, || assert_eq!(window_time(&time), expected));
        }
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
