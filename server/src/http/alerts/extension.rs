//! Silences and maintenance that end later than was entered.

use super::caller_silences::CallerSilences;
use super::limits::{LONGEST, YEARS, after};
use super::silence_error::SilenceError;
use chrono::{DateTime, Datelike, FixedOffset};
use model::{ExtensionRequest, SilenceRefusal};
use std::sync::Arc;
use storage::{Silence, SilenceKind};

impl CallerSilences<'_> {
    /// Ends a silence or maintenance later. It then covers every one of its services for longer, so the caller must see all of them.
    pub async fn extend(&self, id: u64, request: ExtensionRequest) -> Result<Arc<Silence>, SilenceError> {
        let now = self.context.clock.now();
        let present = self.context.silences.get(id).filter(|silence| self.is_visible(silence)).ok_or(SilenceError::Gone)?;
        self.ask_for_operator()?;
        if !self.may_withdraw(&present) {
            return Err(SilenceError::CoversOthers);
        }
        let until = end(&present, request, now)?;
        let silence = self.context.silences.extend(id, until).await.ok_or(SilenceError::Gone)?;
        let by = &self.caller.name;
        tracing::info!(silence = id, kind = %silence.kind.suppression_kind(), by, %until, "Suppression extended by an operator.");
        Ok(silence)
    }
}

/// The new end.
fn end(present: &Silence, request: ExtensionRequest, now: DateTime<FixedOffset>) -> Result<DateTime<FixedOffset>, SilenceRefusal> {
    if present.recurrence.is_some() {
        return Err(SilenceRefusal::Recurs);
    }
    let before = match (present.kind, present.until) {
        (SilenceKind::Silence | SilenceKind::Maintenance, Some(until)) => until,
        _ => return Err(SilenceRefusal::NotExtendable),
    };
    let until = match (request.minutes, request.until) {
        (Some(minutes), None) => after(before.max(now), minutes)?,
        (None, Some(until)) => until,
        _ => return Err(SilenceRefusal::NoEnd),
    };
    if !YEARS.contains(&until.year()) {
        return Err(SilenceRefusal::OutOfYears);
    }
    if until <= before {
        return Err(SilenceRefusal::NotLater);
    }
    if until - now > LONGEST { Err(SilenceRefusal::TooLong) } else { Ok(until) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;
    use test_support::noon;

    fn at(minute: i64) -> DateTime<FixedOffset> {
        noon() + TimeDelta::minutes(minute)
    }

    fn present(kind: SilenceKind) -> Silence {
        Silence {
            id: 1,
            kind,
            services: Vec::new(),
            author: "ops".to_owned(),
            comment: String::new(),
            created: noon(),
            from: noon(),
            until: (kind != SilenceKind::Pause).then(|| at(30)),
            recurrence: None,
        }
    }

    fn extended(kind: SilenceKind, minutes: Option<u32>, until: Option<i64>) -> Result<i64, SilenceRefusal> {
        let request = ExtensionRequest { minutes, until: until.map(at) };
        end(&present(kind), request, at(10)).map(|until| (until - noon()).num_minutes())
    }

    #[test]
    fn a_silence_ends_later_but_not_earlier() {
        use SilenceKind::{Acknowledgement, Maintenance, Pause, Silence};
        assert_eq!(extended(Silence, Some(60), None), Ok(90));
        assert_eq!(extended(Maintenance, None, Some(31)), Ok(31));
        for (kind, minutes, until, expected) in [
            (Silence, None, Some(30), SilenceRefusal::NotLater),
            (Silence, Some(0), None, SilenceRefusal::NotLater),
            (Silence, None, None, SilenceRefusal::NoEnd),
            (Silence, Some(1), Some(90), SilenceRefusal::NoEnd),
            (Silence, Some(366 * 24 * 60), None, SilenceRefusal::TooLong),
            (Silence, Some(u32::MAX), None, SilenceRefusal::OutOfYears),
            (Pause, Some(60), None, SilenceRefusal::NotExtendable),
            (Acknowledgement { incident: 1 }, Some(60), None, SilenceRefusal::NotExtendable),
        ] {
            assert_eq!(extended(kind, minutes, until), Err(expected));
        }
    }

    #[test]
    fn what_recurs_is_not_extended() {
        let daily = serde_json::from_str(r#"{"from": "22:00", "to": "04:00", "last": "2017-05-30"}"#).unwrap();
        let present = Silence { recurrence: Some(daily), ..present(SilenceKind::Silence) };
        let request = ExtensionRequest { minutes: Some(60), until: None };
        assert_eq!(end(&present, request, noon()), Err(SilenceRefusal::Recurs));
    }
}
