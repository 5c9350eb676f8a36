//! Silences and maintenance that recur.

use super::limits::{LONGEST, YEARS};
use chrono::{DateTime, Datelike, FixedOffset};
use engine::Hours;
use model::{Recurrence, RecurrenceProblem, RecurrenceView, SilenceRefusal, SilenceRequest};
use storage::Silence;

/// What the API and the page say about a silence that recurs.
pub(super) fn view(silence: &Silence, now: DateTime<FixedOffset>) -> Option<RecurrenceView> {
    let rule = silence.recurrence.clone()?;
    // A silence whose zone is unknown to this version has no occurrences.
    let Ok(hours) = Hours::new(rule.clone()) else {
        let text = format!("in the unknown time zone {}", rule.zone);
        return Some(RecurrenceView { text, is_zone_unknown: true, rule, occurrences: Vec::new() });
    };
    Some(RecurrenceView { text: hours.text(), is_zone_unknown: false, occurrences: hours.occurrences(now), rule })
}

/// The end of the last occurrence; `None` if it recurs without end. Fails if it is wrong, never occurs, or begins later than within a year.
pub(super) fn end(
    rule: &Recurrence,
    request: &SilenceRequest,
    now: DateTime<FixedOffset>,
) -> Result<Option<DateTime<FixedOffset>>, SilenceRefusal> {
    let wrong = SilenceRefusal::Recurrence;
    if request.from.is_some() || request.until.is_some() || request.minutes.is_some() {
        return Err(SilenceRefusal::RecurrenceWithEnd);
    }
    if let Some(problem) = rule.problem() {
        return Err(wrong(problem));
    }
    let hours = Hours::new(rule.clone()).map_err(wrong)?;
    let next = hours.occurrences(now).into_iter().next();
    let next = next.ok_or(wrong(RecurrenceProblem::Never))?;
    if next.from - now > LONGEST {
        return Err(wrong(RecurrenceProblem::TooFarAhead));
    }
    let end = hours.last_end();
    if end.is_some_and(|end| !YEARS.contains(&end.year())) { Err(SilenceRefusal::OutOfYears) } else { Ok(end) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use test_support::noon;

    /// The end of a recurrence that is entered on Sunday 2017-04-30 at noon.
    fn ended(rule: &str) -> Result<Option<String>, String> {
        let rule = serde_json::from_str(&format!(r#"{{"from": "22:00", "to": "04:00", "zone": "Europe/Berlin"{rule}}}"#)).unwrap();
        let end = end(&rule, &SilenceRequest::default(), noon()).map_err(|error| error.to_string())?;
        Ok(end.map(|end| end.to_rfc3339()))
    }

    #[test]
    fn it_ends_with_its_last_occurrence() {
        assert_eq!(ended(""), Ok(None));
        assert_eq!(ended(r#", "days": ["sat"], "last": "2017-05-12""#), Ok(Some("2017-05-07T04:00:00+02:00".to_owned())));
        assert_eq!(ended(r#", "last": "2017-04-30""#), Ok(Some("2017-05-01T04:00:00+02:00".to_owned())));
    }

    #[test]
    fn one_that_cannot_be_is_refused_with_the_reason() {
        let never = "`recurrence`: no time begins between `first` and `last` that has not ended already";
        for (rule, expected) in [
            (r#", "days": []"#, "`recurrence`: `days` has one to seven days of the week, each once"),
            (r#", "last": "2017-04-28""#, never),
            (r#", "days": ["sat"], "first": "2017-05-01", "last": "2017-05-05""#, never),
            (r#", "first": "2018-06-01""#, "`recurrence`: it must begin within a year"),
        ] {
            assert_eq!(ended(rule), Err(expected.to_owned()), "{rule}");
        }
        let of_zone = serde_json::from_str(r#"{"from": "22:00", "to": "04:00", "zone": "Berlin"}"#).unwrap();
        let error = end(&of_zone, &SilenceRequest::default(), noon()).unwrap_err().to_string();
        assert_eq!(error, "`recurrence`: there is no time zone `Berlin`; expected a name such as Europe/Berlin or UTC");
        let both = SilenceRequest { minutes: Some(60), ..SilenceRequest::default() };
        let daily = Recurrence { zone: "UTC".to_owned(), ..of_zone };
        let error = end(&daily, &both, noon()).unwrap_err().to_string();
        assert_eq!(error, "with `recurrence`, leave `from`, `until` and `minutes` out");
    }
}
