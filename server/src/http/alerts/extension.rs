//! Silences and maintenance that end later than they were ordered to.

use super::limits::{LONGEST, YEARS, after};
use super::order_error::OrderError;
use super::orders::Orders;
use chrono::{DateTime, Datelike, FixedOffset};
use model::{ExtensionRequest, OrderRefusal};
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
fn end(present: &Directive, request: ExtensionRequest, now: DateTime<FixedOffset>) -> Result<DateTime<FixedOffset>, OrderRefusal> {
    if present.recurrence.is_some() {
        return Err(OrderRefusal::Recurs);
    }
    let before = match (present.kind, present.until) {
        (DirectiveKind::Silence | DirectiveKind::Maintenance, Some(until)) => until,
        _ => return Err(OrderRefusal::NotExtendable),
    };
    let until = match (request.minutes, request.until) {
        (Some(minutes), None) => after(before.max(now), minutes)?,
        (None, Some(until)) => until,
        _ => return Err(OrderRefusal::NoEnd),
    };
    if !YEARS.contains(&until.year()) {
        return Err(OrderRefusal::OutOfYears);
    }
    if until <= before {
        return Err(OrderRefusal::NotLater);
    }
    if until - now > LONGEST { Err(OrderRefusal::TooLong) } else { Ok(until) }
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

    fn extended(kind: DirectiveKind, minutes: Option<u32>, until: Option<i64>) -> Result<i64, OrderRefusal> {
        let request = ExtensionRequest { minutes, until: until.map(at) };
        end(&present(kind), request, at(10)).map(|until| (until - noon()).num_minutes())
    }

    #[test]
    fn a_silence_ends_later_but_not_earlier() {
        use DirectiveKind::{Acknowledgement, Maintenance, Pause, Silence};
        assert_eq!(extended(Silence, Some(60), None), Ok(90));
        assert_eq!(extended(Maintenance, None, Some(31)), Ok(31));
        for (kind, minutes, until, expected) in [
            (Silence, None, Some(30), OrderRefusal::NotLater),
            (Silence, Some(0), None, OrderRefusal::NotLater),
            (Silence, None, None, OrderRefusal::NoEnd),
            (Silence, Some(1), Some(90), OrderRefusal::NoEnd),
            (Silence, Some(366 * 24 * 60), None, OrderRefusal::TooLong),
            (Silence, Some(u32::MAX), None, OrderRefusal::OutOfYears),
            (Pause, Some(60), None, OrderRefusal::NotExtendable),
            (Acknowledgement { incident: 1 }, Some(60), None, OrderRefusal::NotExtendable),
        ] {
            assert_eq!(extended(kind, minutes, until), Err(expected));
        }
    }

    #[test]
    fn what_recurs_is_not_extended() {
        let daily = serde_json::from_str(r#"{"from": "22:00", "to": "04:00", "last": "2017-05-30"}"#).unwrap();
        let present = Directive { recurrence: Some(daily), ..present(DirectiveKind::Silence) };
        let request = ExtensionRequest { minutes: Some(60), until: None };
        assert_eq!(end(&present, request, noon()), Err(OrderRefusal::Recurs));
    }
}
