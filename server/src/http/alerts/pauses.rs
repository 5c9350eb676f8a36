//! Pauses: an operator stops the checks of a service for a time.

use super::limits::{LONGEST, YEARS, after, check_comment};
use super::order_error::OrderError;
use super::orders::Orders;
use chrono::{DateTime, Datelike, FixedOffset};
use engine::suppression::NewSilence;
use model::{OrderRefusal, PauseRequest, ServiceId};
use std::sync::Arc;
use storage::{Directive, DirectiveKind};

impl Orders<'_> {
    /// Pauses a service. A second pause replaces the first.
    pub async fn pause(&self, service: &ServiceId, request: PauseRequest) -> Result<Arc<Directive>, OrderError> {
        self.ask_for_service(service)?;
        let PauseRequest { comment, until, minutes } = request;
        check_comment(&comment)?;
        let now = self.context.clock.now();
        let until = match (until, minutes) {
            (Some(_), Some(_)) => return Err(OrderRefusal::TwoEnds.into()),
            (until, None) => until,
            (None, Some(minutes)) => Some(after(now, minutes)?),
        };
        until.map(|until| check_end(until, now)).transpose()?;
        let earlier = self.context.directives.pauses(service);
        let draft = NewSilence {
            kind: DirectiveKind::Pause,
            services: vec![service.clone()],
            author: self.caller.name.clone(),
            comment,
            from: now,
            until,
            recurrence: None,
        };
        let pause = self.take(draft, now).await?;
        for earlier in earlier {
            self.context.directives.withdraw(earlier.id, now).await;
        }
        Ok(pause)
    }

    /// Ends the pause of a service. Returns whether there was one.
    pub async fn resume(&self, service: &ServiceId) -> Result<bool, OrderError> {
        self.ask_for_service(service)?;
        let now = self.context.clock.now();
        let pauses = self.context.directives.pauses(service);
        for pause in &pauses {
            self.context.directives.withdraw(pause.id, now).await;
        }
        if !pauses.is_empty() {
            tracing::info!(service.id = %service, by = self.caller.name, "A service was resumed by an operator.");
        }
        Ok(!pauses.is_empty())
    }

    fn ask_for_service(&self, service: &ServiceId) -> Result<(), OrderError> {
        if !self.visible.contains(service) {
            return Err(OrderError::Gone);
        }
        self.ask_for_operator()
    }
}

fn check_end(until: DateTime<FixedOffset>, now: DateTime<FixedOffset>) -> Result<(), OrderRefusal> {
    if !YEARS.contains(&until.year()) || until - now > LONGEST {
        return Err(OrderRefusal::PauseTooLong);
    }
    if until <= now { Err(OrderRefusal::HasEnded) } else { Ok(()) }
}
