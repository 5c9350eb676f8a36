//! Which failures are about to be confirmed. Other notifications wait for them, so that services that fail together are one
//! notification.

use crate::due_times::DueTimes;
use crate::events::Events;
use crate::row::Row;
use crate::{Route, Service, Services};
use chrono::{DateTime, FixedOffset};
use model::NodeStatus;
use std::sync::Arc;
use std::time::Duration;
use system::current::Current;
use tokio::time::Instant;

/// The soft failures of the current rows.
pub struct SoftFailures {
    pub services: Arc<Services>,
    pub events: Arc<Events>,
    pub due_times: Arc<DueTimes>,
    pub routes: Arc<Current<[Route]>>,
}

impl SoftFailures {
    /// Whether a failure of which this channel would be notified may be confirmed within this time, by the clock of the machine.
    pub fn are_due(&self, channel: &str, within: Duration, now: DateTime<FixedOffset>) -> bool {
        let routes = self.routes.get();
        let Some(route) = routes.iter().find(|route| route.channel == channel) else { return false };
        let latest = Instant::now() + within;
        self.events.rows_where(is_soft_failure).into_iter().any(|row| {
            let service = self.services.get(&row.status.service);
            service.is_some_and(|service| {
                let confirmed_at = || self.confirmed_at(&service, &row.status);
                route.matches(&service, row.status.state, now) && confirmed_at().is_some_and(|confirmed_at| confirmed_at <= latest)
            })
        })
    }

    /// The begin of the check that confirms the failure if the node keeps failing. In the past while that check runs, and until its result
    /// is published.
    fn confirmed_at(&self, service: &Service, status: &NodeStatus) -> Option<Instant> {
        let due = self.due_times.get(&service.id)?;
        let mut missing = status.retry_limit.max(1).checked_sub(status.retries).filter(|missing| *missing > 0)?;
        if due.ended.is_some_and(|ended| ended != status.checked) {
            missing -= 1;
        }
        let between = service.retry_interval.map_or(service.interval, |retry| retry.min(service.interval));
        match missing.checked_sub(1) {
            // The check has ended, and its result is not published yet.
            None => Some(Instant::now()),
            Some(more) => due.at.checked_add(between.checked_mul(more)?),
        }
    }
}

/// Whether a node has a soft failure that would be notified once it is hard.
fn is_soft_failure(row: &Row) -> bool {
    row.is_failing() && row.status.incident.is_none() && row.status.suppression.is_none() && !row.is_monitor_offline
}

#[cfg(test)]
mod tests;
