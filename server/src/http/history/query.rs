//! The parameters of a question. What is not understood is refused rather than passed over: a misspelt `from` would give an answer to
//! another question.

use super::time;
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};
use model::PeriodProblem;
use std::collections::BTreeMap;
use std::ops::{Range, RangeInclusive};
use std::time::Duration;
use yaml::{nearest, suggestion};

/// A parameter that was not understood, and what is expected of it.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{name}`: {problem}")]
pub struct BadParameter {
    name: String,
    problem: String,
    /// Of `from` and `to`, the same for the page.
    period: Option<PeriodProblem>,
}

impl BadParameter {
    /// `name` and `problem` may hold what the caller sent.
    pub fn new(name: &str, problem: impl Into<String>) -> Self {
        Self { name: shortened(name), problem: problem.into(), period: None }
    }

    /// The same as a problem with the time that is asked for.
    pub fn of_period(self, problem: PeriodProblem) -> Self {
        Self { period: Some(problem), ..self }
    }

    /// The problem with the time that is asked for, if it is one.
    pub fn period(&self) -> Option<&PeriodProblem> {
        self.period.as_ref()
    }
}

/// The parameters that were given. One that is empty counts as not given, since that is what forms send.
#[derive(Debug)]
pub struct Query {
    values: BTreeMap<String, String>,
}

impl Query {
    /// Reads the part of an address after the question mark.
    ///
    /// Fails when a parameter is none of those known, or is given twice.
    pub fn read(text: Option<&str>, known: &[&str]) -> Result<Self, BadParameter> {
        let mut values = BTreeMap::new();
        for (name, value) in url::form_urlencoded::parse(text.unwrap_or_default().as_bytes()) {
            if !known.contains(&name.as_ref()) {
                let known = suggestion(&shortened(&name), known, "parameters");
                return Err(BadParameter::new(&name, format!("unknown parameter; {known}")));
            }
            if values.insert(name.clone().into_owned(), value.into_owned()).is_some() {
                return Err(BadParameter::new(&name, "given twice; give it once"));
            }
        }
        values.retain(|_, value| !value.is_empty());
        Ok(Self { values })
    }

    /// A whole number within these limits.
    pub fn number(&self, name: &str, default: u32, allowed: RangeInclusive<u32>) -> Result<u32, BadParameter> {
        let Some(text) = self.get(name) else { return Ok(default) };
        let wrong = || unexpected(name, text, &format!("a whole number from {} to {}", allowed.start(), allowed.end()));
        text.parse().ok().filter(|number| allowed.contains(number)).ok_or_else(wrong)
    }

    /// What one of these words stands for; nothing when none is given.
    pub fn word<T: Copy>(&self, name: &str, words: &[(&str, T)]) -> Result<Option<T>, BadParameter> {
        let Some(text) = self.get(name) else { return Ok(None) };
        let known = words.iter().map(|(word, _)| format!("`{word}`")).collect::<Vec<_>>().join(" or ");
        let found = words.iter().find(|(word, _)| *word == text);
        found.map(|(_, meaning)| Some(*meaning)).ok_or_else(|| unexpected(name, text, &known))
    }

    /// A text; nothing when none is given.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name)
    }

    /// The time zone `tz`, UTC when it is not given.
    pub fn zone(&self) -> Result<Tz, BadParameter> {
        let Some(text) = self.get("tz") else { return Ok(Tz::UTC) };
        text.parse().map_err(|_| {
            let meant = nearest(&shortened(text), TZ_VARIANTS.iter().map(|zone| zone.name()));
            let meant = meant.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default();
            let expected = "the name of a time zone such as UTC, Europe/Berlin or America/New_York";
            BadParameter::new("tz", format!("expected {expected}, not `{}`{meant}", shortened(text)))
        })
    }

    /// The time from `from` to `to`. What lies in the future is left out. Without `to` it goes on until now, and without `from` it
    /// begins where `default` says, given its end.
    ///
    /// Fails when it is empty, or longer than history is kept.
    pub fn period(
        &self,
        zone: Tz,
        now: DateTime<Utc>,
        kept: Duration,
        default: impl FnOnce(DateTime<Tz>) -> DateTime<Tz>,
    ) -> Result<Period, BadParameter> {
        let kept = TimeDelta::from_std(kept).unwrap_or(TimeDelta::MAX);
        let to = self.instant("to", zone, now)?.map_or(now, |to| to.to_utc().min(now)).with_timezone(&zone);
        let from = match self.instant("from", zone, now)? {
            Some(from) => from,
            None => default(to).max(to.checked_sub_signed(kept).unwrap_or(to)),
        };
        if from >= to {
            let problem = "expected an instant before `to`, which is not after now";
            return Err(BadParameter::new("from", problem).of_period(PeriodProblem::Empty));
        }
        if to.signed_duration_since(from) > kept {
            let problem = format!("history is kept for {}; expected an instant so long before `to` at most", in_words(kept));
            return Err(BadParameter::new("from", problem).of_period(PeriodProblem::TooLong));
        }
        Ok(Period { from, to })
    }

    /// Fails when one of these parameters is given, for this reason.
    pub fn refuse(&self, names: &[&str], reason: &str) -> Result<(), BadParameter> {
        let given = names.iter().find(|name| self.get(name).is_some());
        given.map_or(Ok(()), |name| Err(BadParameter::new(name, reason)))
    }

    fn instant(&self, name: &str, zone: Tz, now: DateTime<Utc>) -> Result<Option<DateTime<Tz>>, BadParameter> {
        let Some(text) = self.get(name) else { return Ok(None) };
        let problem = if name == "to" { PeriodProblem::To } else { PeriodProblem::From };
        let wrong = || unexpected(name, text, time::EXPECTED).of_period(problem(shortened(text)));
        time::read(text, zone, now).map(Some).ok_or_else(wrong)
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }
}

/// A time in a zone, from an instant, included, to another, excluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    pub from: DateTime<Tz>,
    pub to: DateTime<Tz>,
}

impl Period {
    /// In milliseconds since 1970.
    pub fn milliseconds(&self) -> Range<i64> {
        self.from.timestamp_millis()..self.to.timestamp_millis()
    }
}

fn unexpected(name: &str, text: &str, expected: &str) -> BadParameter {
    BadParameter::new(name, format!("expected {expected}, not `{}`", shortened(text)))
}

/// A value of the request, short enough to repeat in an error.
fn shortened(text: &str) -> String {
    text.chars().take(64).collect()
}

fn in_words(time: TimeDelta) -> String {
    match time.num_hours() {
        hours if hours % 24 == 0 => format!("{} days", hours / 24),
        hours => format!("{hours} hours"),
    }
}

#[cfg(test)]
mod tests;
