//! Dates and times with the names of weekdays and months. Those of English are in chrono; other languages have theirs here.

use crate::language::{Language, language};
use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, Weekday};

texts! {
    // Forms for `written`, which take another order or other marks in another language.
    long_weekday_and_day: "%A, %-d %B", "%A %-d %B";
}

/// The names of a language, from Monday and from January on.
struct Names {
    weekdays: [&'static str; 7],
    short_weekdays: [&'static str; 7],
    months: [&'static str; 12],
    short_months: [&'static str; 12],
}

const FRENCH: Names = Names {
    weekdays: ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"],
    short_weekdays: ["lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."],
    months: [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    short_months: ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."],
};

/// A time in one of chrono's forms, such as `%a %-d %b %H:%M`: `Wed 25 Nov 09:40`, `mer. 25 nov. 09:40`.
pub fn written(time: DateTime<FixedOffset>, form: &str) -> String {
    time.format(&named(form, time.date_naive())).to_string()
}

/// A day in one of chrono's forms, such as `%-d %b`: `25 Nov`, `25 nov.`
pub fn written_day(day: NaiveDate, form: &str) -> String {
    day.format(&named(form, day)).to_string()
}

/// `Mon`, `lun.`
pub fn short_weekday(day: Weekday) -> String {
    match language() {
        Language::English => day.to_string(),
        Language::French => FRENCH.short_weekdays.get(day.num_days_from_monday() as usize).copied().unwrap_or_default().to_owned(),
    }
}

/// The form with the names of this day in place of those that chrono would write.
fn named(form: &str, day: NaiveDate) -> String {
    let names = match language() {
        Language::English => return form.to_owned(),
        Language::French => FRENCH,
    };
    let weekday = day.weekday().num_days_from_monday() as usize;
    let month = day.month0() as usize;
    let replaced = [
        ("%A", names.weekdays.get(weekday)),
        ("%a", names.short_weekdays.get(weekday)),
        ("%B", names.months.get(month)),
        ("%b", names.short_months.get(month)),
    ];
    replaced.into_iter().fold(form.to_owned(), |form, (code, name)| form.replace(code, name.copied().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::in_language;

    #[test]
    fn names_are_in_the_language_of_the_page() {
        let time: DateTime<FixedOffset> = "2026-11-25T09:40:00+01:00".parse().unwrap();
        let all = || {
            let forms = ["%a %-d %b %H:%M", "%-d %B %Y", "%H:%M:%S"].map(|form| written(time, form));
            (forms, written_day(time.date_naive(), long_weekday_and_day()))
        };
        let (forms, long) = all();
        assert_eq!(forms, ["Wed 25 Nov 09:40", "25 November 2026", "09:40:00"]);
        assert_eq!(long, "Wednesday, 25 November");
        let (forms, long) = in_language(Language::French, all);
        assert_eq!(forms, ["mer. 25 nov. 09:40", "25 novembre 2026", "09:40:00"]);
        assert_eq!(long, "mercredi 25 novembre");
    }

    #[test]
    fn each_month_and_weekday_has_its_name() {
        let day = |month, day| NaiveDate::from_ymd_opt(2026, month, day).unwrap();
        in_language(Language::French, || {
            let months: Vec<_> = (1..=12).map(|month| written_day(day(month, 1), "%b/%B")).collect();
            assert!(months.iter().all(|names| names.split_once('/').is_some_and(|(_, long)| long.len() >= 3)), "{months:?}");
            assert_eq!((months[0].as_str(), months[11].as_str()), ("janv./janvier", "déc./décembre"));
            assert_eq!(
                (written_day(day(6, 1), "%a %A"), written_day(day(6, 7), "%a %A")),
                ("lun. lundi".into(), "dim. dimanche".into())
            );
        });
    }
}
