//! Silences and maintenance that end later than they were ordered to.

use super::limits::{LONGEST, OUT_OF_RANGE, TOO_LONG, YEARS, after};
use super::order_error::OrderError;
use super::orders::Orders;
use chrono::{DateTime, Datelike, FixedOffset};
use model::ExtensionRequest;
use std::sync::Arc;
use storage::{Directive, DirectiveKind};

impl Orders<'_> {
    /// Ends a silence or maintenance later. It then covers every one of its services for longer, so the caller must see all of them.
    pub async fn extend(&self, id: u64, request: ExtensionRequest) -> Result<Arc<Directive>, OrderError> {
        let now = self.context.clock.now();
        let present = self.context.directives.get(id).filter(|directive| self.is_visible(directive)).ok_or(OrderError::Gone)?;
        self.ask_for_operator()?;
        if !self.may_withdraw(&present) {
            return Err(OrderError::CoversOthers);
        }
        let until = end(&present, request, now)?;
        let directive = self.context.directives.extend(id, until).await.ok_or(OrderError::Gone)?;
        let by = &self.caller.name;
        tracing::info!(directive = id, kind = %directive.kind.hold(), by, %until, "Suppression extended by an operator.");
        Ok(directive)
    }
}

/// The new end.
fn end(present: &Directive, request: ExtensionRequest, now: DateTime<FixedOffset>) -> Result<DateTime<FixedOffset>, OrderError> {
    let wrong = |text: &str| Err(OrderError::Wrong(text.to_owned()));
    if present.recurrence.is_some() {
        return wrong("it recurs, so it cannot be extended; end it and enter it again");
    }
    let before = match (present.kind, present.until) {
        (DirectiveKind::Silence | DirectiveKind::Maintenance, Some(until)) => until,
        _ => return wrong("only a silence or maintenance can be extended"),
    };
    let until = match (request.minutes, request.until) {
        (Some(minutes), None) => after(before.max(now), minutes)?,
        (None, Some(until)) => until,
        _ => return wrong("say how long: give either `minutes` or `until`"),
    };
    if !YEARS.contains(&until.year()) {
        return wrong(OUT_OF_RANGE);
    }
    if until <= before {
        return wrong("it does not end before that; to end it earlier, withdraw it");
    }
    if until - now > LONGEST { wrong(TOO_LONG) } else { Ok(until) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;
    use test_support::noon;

    fn at(minute: i64) -> DateTime<FixedOffset> {
        noon() + TimeDelta::minutes(minute)
    }

    fn present(kind: DirectiveKind) -> Directive {
        Directive {
            id: 1,
            kind,
            services: Vec::new(),
            author: "ops".to_owned(),
            comment: String::new(),
            created: noon(),
            from: noon(),
            until: (kind != DirectiveKind::Pause).then(|| at(30)),
            recurrence: None,
        }
    }

    fn extended(kind: DirectiveKind, minutes: Option<u32>, until: Option<i64>) -> Result<i64, String> {
        let request = ExtensionRequest { minutes, until: until.map(at) };
        end(&present(kind), request, at(10)).map(|until| (until - noon()).num_minutes()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_silence_ends_later_but_not_earlier() {
        use DirectiveKind::{Acknowledgement, Maintenance, Pause, Silence};
        assert_eq!(extended(Silence, Some(60), None), Ok(90));
        assert_eq!(extended(Maintenance, None, Some(31)), Ok(31));
        for (kind, minutes, until, expected) in [
            (Silence, None, Some(30), "it does not end before that; to end it earlier, withdraw it"),
            (Silence, Some(0), None, "it does not end before that; to end it earlier, withdraw it"),
            (Silence, None, None, "say how long: give either `minutes` or `until`"),
            (Silence, Some(1), Some(90), "say how long: give either `minutes` or `until`"),
            (Silence, Some(366 * 24 * 60), None, TOO_LONG),
            (Silence, Some(u32::MAX), None, OUT_OF_RANGE),
            (Pause, Some(60), None, "only a silence or maintenance can be extended"),
            (Acknowledgement { incident: 1 }, Some(60), None, "only a silence or maintenance can be extended"),
        ] {
            assert_eq!(extended(kind, minutes, until), Err(expected.to_owned()));
        }
    }

    #[test]
    fn what_recurs_is_not_extended() {
        let daily = serde_json::from_str(r#"{"from": "22:00", "to": "04:00", "last": "2017-05-30"}"#).unwrap();
        let present = Directive { recurrence: Some(daily), ..present(DirectiveKind::Silence) };
        let request = ExtensionRequest { minutes: Some(60), until: None };
        let error = end(&present, request, noon()).unwrap_err().to_string();
        assert_eq!(error, "it recurs, so it cannot be extended; end it and enter it again");
    }
}
