//! Which failures are about to be confirmed. Notifications of others wait for them, so that services that fail together are one
//! notification.

use crate::connectivity::OFFLINE;
use crate::due_times::DueTimes;
use crate::events::Events;
use crate::{Route, Service};
use chrono::{DateTime, FixedOffset};
use model::NodeStatus;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// The failures that the rows show.
pub struct SoftFailures {
    pub services: Arc<[Arc<Service>]>,
    pub events: Arc<Events>,
    pub due_times: Arc<DueTimes>,
    pub routes: Vec<Route>,
}

impl SoftFailures {
    /// Whether a failure may be confirmed within this time, by the clock of the machine, of which this channel would be notified.
    pub fn are_due(&self, channel: &str, within: Duration, now: DateTime<FixedOffset>) -> bool {
        let Some(route) = self.routes.iter().find(|route| route.channel == channel) else { return false };
        let latest = Instant::now() + within;
        self.events.rows_where(is_soft_failure).into_iter().any(|(place, row)| {
            let service = self.services.get(place);
            service.is_some_and(|service| {
                let confirmed_at = || self.confirmed_at(place, service, &row.status);
                route.wants(service, row.status.state, now) && confirmed_at().is_some_and(|confirmed_at| confirmed_at <= latest)
            })
        })
    }
}

impl SoftFailures {
    /// When the check begins that may confirm the failure, if each until then finds the node as it is. In the past while it runs, and
    /// until its result is published.
    fn confirmed_at(&self, place: usize, service: &Service, status: &NodeStatus) -> Option<Instant> {
        let due = self.due_times.get(place)?;
        let mut missing = status.retry_limit.max(1).checked_sub(status.retries).filter(|missing| *missing > 0)?;
        if due.ended.is_some_and(|ended| ended != status.checked) {
            missing -= 1;
        }
        let between = service.retry_interval.map_or(service.interval, |retry| retry.min(service.interval));
        match missing.checked_sub(1) {
            // The check has ended, and its result is on its way.
            None => Some(Instant::now()),
            Some(more) => due.at.checked_add(between.checked_mul(more)?),
        }
    }
}

/// Whether a node fails unconfirmed, and people would be notified of it if it went on.
fn is_soft_failure(status: &NodeStatus) -> bool {
    let is_failing = status.is_checked() && !status.state.is_operational();
    is_failing && status.incident.is_none() && status.suppression.is_none() && status.message.as_deref() != Some(OFFLINE)
}

#[cfg(test)]
mod tests;
