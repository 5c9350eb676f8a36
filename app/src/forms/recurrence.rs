use super::fields::Fields;
use crate::model::{MonthWeek, Recurrence, parse_day, parse_end, parse_time, parse_weekday};
use crate::texts::Text;
use crate::texts::silence_form as texts;
use chrono::{NaiveDate, NaiveTime, Weekday};

/// The values of the field `repeats`; it is empty for a silence that does not recur.
pub mod repeats {
    pub const WEEKLY: &str = "weekly";
    /// On a weekday of the month.
    pub const MONTHLY: &str = "monthly";
    /// On days of the month.
    pub const MONTH_DAYS: &str = "month_days";
}

/// The recurrence in the form that silences alerts; `None` if it does not recur. Fails with a sentence for the user.
pub(super) fn recurrence(fields: &Fields) -> Result<Option<Recurrence>, String> {
    let (days, week, month_days) = match fields.text("repeats") {
        "" => return Ok(None),
        repeats::WEEKLY => (Some(weekdays(fields)?), None, None),
        repeats::MONTHLY => (Some(weekdays(fields)?), Some(month_week(fields)?), None),
        repeats::MONTH_DAYS => (None, None, Some(numbers(fields.text("month_days"))?)),
        other => return Err(texts::no_repetition(other)),
    };
    let zone = match fields.text("repeats_in") {
        "" => return Err(texts::enter_zone().to_owned()),
        zone => zone.to_owned(),
    };
    let (from, to) = (time(fields, "starts", texts::enter_begin, parse_time)?, time(fields, "stops", texts::enter_end, parse_end)?);
    let (first, last) = (day(fields, "first")?, day(fields, "last")?);
    Ok(Some(Recurrence { days, week, month_days, from, to, zone, first, last }))
}

fn weekdays(fields: &Fields) -> Result<Vec<Weekday>, String> {
    let read = |text: &str| parse_weekday(text).ok_or_else(|| texts::no_weekday(text));
    let days: Vec<_> = fields.texts("days").map(read).collect::<Result<_, _>>()?;
    if days.is_empty() { Err(texts::select_weekday().to_owned()) } else { Ok(days) }
}

fn month_week(fields: &Fields) -> Result<MonthWeek, String> {
    let text = fields.text("week");
    MonthWeek::ALL.into_iter().find(|week| week.as_str() == text).ok_or_else(|| texts::no_week(text))
}

/// `1, 15`.
fn numbers(text: &str) -> Result<Vec<u32>, String> {
    let numbers = text.split([',', ' ']).filter(|number| !number.is_empty());
    let days: Vec<u32> = numbers.map(|number| number.parse().map_err(|_| texts::no_month_day(number))).collect::<Result<_, _>>()?;
    if days.is_empty() { Err(texts::enter_month_day().to_owned()) } else { Ok(days) }
}

fn time(fields: &Fields, name: &str, absent: Text, parse: fn(&str) -> Option<NaiveTime>) -> Result<NaiveTime, String> {
    match fields.text(name) {
        "" => Err(absent().to_owned()),
        text => parse(text).ok_or_else(|| texts::no_time(text)),
    }
}

fn day(fields: &Fields, name: &str) -> Result<Option<NaiveDate>, String> {
    match fields.text(name) {
        "" => Ok(None),
        text => parse_day(text).map(Some).ok_or_else(|| texts::no_date(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The recurrence as text. A later field of the same name replaces an earlier one.
    fn read(changed: &[(&str, &str)]) -> Result<String, String> {
        let usual = [("repeats", "weekly"), ("days", "sun"), ("starts", "22:00"), ("stops", "04:00"), ("repeats_in", "Asia/Tokyo")];
        let kept = usual.iter().filter(|(name, _)| !changed.iter().any(|(other, _)| other == name));
        let fields = kept.chain(changed).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Ok(recurrence(&Fields::new(fields))?.map(|it| serde_json::to_string(&it).unwrap()).unwrap_or_default())
    }

    #[test]
    fn the_fields_become_a_recurrence() {
        let times = r#""from":"22:00","to":"04:00","zone":"Asia/Tokyo""#;
        assert_eq!(read(&[("repeats", "")]), Ok(String::new()));
        assert_eq!(read(&[("days", "mon"), ("days", "wed")]), Ok(format!(r#"{{"days":["mon","wed"],{times}}}"#)));
        let monthly = [("repeats", "monthly"), ("week", "last"), ("month_days", "x"), ("first", "2026-12-01")];
        assert_eq!(read(&monthly), Ok(format!(r#"{{"days":["sun"],"week":"last",{times},"first":"2026-12-01"}}"#)));
        let of_days = [("repeats", "month_days"), ("month_days", "1, 15"), ("last", "2027-12-01")];
        assert_eq!(read(&of_days), Ok(format!(r#"{{"month_days":[1,15],{times},"last":"2027-12-01"}}"#)));
    }

    #[test]
    fn a_wrong_field_is_named() {
        for (changed, expected) in [
            (&[("repeats", "yearly")][..], "`yearly` is not a kind of repetition."),
            (&[("days", "someday")], "`someday` is not a day of the week."),
            (&[("repeats", "monthly"), ("week", "fifth")], "`fifth` is not a week of the month."),
            (&[("repeats", "month_days"), ("month_days", "")], "Enter a day of the month."),
            (&[("repeats", "month_days"), ("month_days", "-1")], "`-1` is not a day of the month."),
            (&[("starts", "")], "Enter the begin of the repeated time."),
            (&[("starts", "24:00")], "`24:00` is not a time."),
            (&[("stops", "late")], "`late` is not a time."),
            (&[("first", "soon")], "`soon` is not a date."),
            (&[("repeats_in", "")], "Enter the time zone of the repeated time."),
        ] {
            assert_eq!(read(changed), Err(expected.to_owned()), "{changed:?}");
        }
        let without_days = Fields::new(vec![("repeats".to_owned(), "weekly".to_owned())]);
        assert_eq!(recurrence(&without_days), Err("Select a day of the week.".to_owned()));
    }
}
