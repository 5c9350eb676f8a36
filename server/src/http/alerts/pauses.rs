//! Pauses: an operator stops the checks of a service for a time.

use super::caller_silences::CallerSilences;
use super::limits::{LONGEST, YEARS, after, check_comment};
use super::silence_error::SilenceError;
use chrono::{DateTime, Datelike, FixedOffset};
use engine::suppression::NewSilence;
use model::{PauseRequest, ServiceId, SilenceRefusal};
use std::sync::Arc;
use storage::{Silence, SilenceKind};

impl CallerSilences<'_> {
    /// Pauses a service. A second pause replaces the first.
    pub async fn pause(&self, service: &ServiceId, request: PauseRequest) -> Result<Arc<Silence>, SilenceError> {
        self.ask_for_service(service)?;
        let PauseRequest { comment, until, minutes } = request;
        check_comment(&comment)?;
        let now = self.context.clock.now();
        let until = match (until, minutes) {
            (Some(_), Some(_)) => return Err(SilenceRefusal::TwoEnds.into()),
            (until, None) => until,
            (None, Some(minutes)) => Some(after(now, minutes)?),
        };
        until.map(|until| check_end(until, now)).transpose()?;
        let earlier = self.context.silences.pauses(service);
        let draft = NewSilence {
            kind: SilenceKind::Pause,
            services: vec![service.clone()],
            author: self.caller.name.clone(),
            comment,
            from: now,
            until,
            recurrence: None,
        };
        let pause = self.take(draft, now).await?;
        for earlier in earlier {
            self.context.silences.withdraw(earlier.id, now).await;
        }
        Ok(pause)
    }

    /// Ends the pause of a service. Returns whether there was one.
    pub async fn resume(&self, service: &ServiceId) -> Result<bool, SilenceError> {
        self.ask_for_service(service)?;
        let now = self.context.clock.now();
        let pauses = self.context.silences.pauses(service);
        for pause in &pauses {
            self.context.silences.withdraw(pause.id, now).await;
        }
        if !pauses.is_empty() {
            tracing::info!(service.id = %service, by = self.caller.name, "A service was resumed by an operator.");
        }
        Ok(!pauses.is_empty())
    }

    fn ask_for_service(&self, service: &ServiceId) -> Result<(), SilenceError> {
        if !self.visible.contains(service) {
            return Err(SilenceError::Gone);
        }
        self.ask_for_operator()
    }
}

fn check_end(until: DateTime<FixedOffset>, now: DateTime<FixedOffset>) -> Result<(), SilenceRefusal> {
    if !YEARS.contains(&until.year()) || until - now > LONGEST {
        return Err(SilenceRefusal::PauseTooLong);
    }
    if until <= now { Err(SilenceRefusal::HasEnded) } else { Ok(()) }
}
