//! `depends_on`: a failure of a service is not notified while a service that it depends on fails, since that failure is notified
//! itself. The end of a notified incident always is.

use super::reason::Suppression;
use super::subject::{Created, Subject};
use crate::events::Events;
use crate::row::Row;
use crate::{Service, Services};
use chrono::{DateTime, FixedOffset, TimeDelta};
use model::{NodeStatus, ServiceId, State, SuppressionKind};
use std::sync::Arc;

/// The dependencies of each service, and their rows.
pub struct Dependencies {
    services: Arc<Services>,
    events: Arc<Events>,
}

impl Dependencies {
    pub fn new(services: Arc<Services>, events: Arc<Events>) -> Self {
        Self { services, events }
    }

    /// Whether Platus itself being offline, or a dependency, is the reason of the failure.
    pub(super) fn reason(&self, subject: &Subject<'_>, now: DateTime<FixedOffset>) -> Option<Suppression> {
        if !subject.is_failing {
            return None;
        }
        let service = self.services.get(subject.service)?;
        if subject.notification.is_some_and(|created| self.is_monitor_offline(&service.id, subject.node, created)) {
            return Some(Suppression::MonitorOffline);
        }
        service.depends_on.iter().filter_map(|id| self.services.get(id)).find_map(|needed| {
            let dependency = Dependency { rows: self.events.rows_of(&needed.id), service: &needed };
            let failing = || dependency.failing_state().map(|state| dependency.fails(state));
            let pending = |created: Created| {
                let checked = || self.row(&service.id, subject.node).map(|row| row.status.checked);
                dependency.pending(created, checked, &service, now)
            };
            failing().or_else(|| subject.notification.and_then(pending))
        })
    }

    /// Whether the notified state only means that Platus is offline. The notification can be older or newer than the row.
    fn is_monitor_offline(&self, service: &ServiceId, node: &str, created: Created) -> bool {
        let row = self.row(service, node);
        let was_checked_since = || row.as_ref().is_some_and(|row| row.status.checked > created.at);
        row.as_ref().is_some_and(|row| row.is_monitor_offline) || (created.while_offline && !was_checked_since())
    }

    fn row(&self, service: &ServiceId, node: &str) -> Option<Arc<Row>> {
        self.events.rows_of(service).into_iter().find(|row| row.status.node == node)
    }
}

/// A service that another one depends on.
struct Dependency<'a> {
    service: &'a Service,
    rows: Vec<Arc<Row>>,
}

impl Dependency<'_> {
    /// The rows that say something about now: of a paused service nothing is known.
    fn statuses(&self) -> impl Iterator<Item = &NodeStatus> {
        let is_paused = |status: &NodeStatus| status.suppression.as_ref().is_some_and(|it| it.kind == SuppressionKind::Pause);
        self.rows.iter().map(|row| &row.status).filter(move |status| status.is_checked() && !is_paused(status))
    }

    /// The state of a node, if it is one in which dependents cannot work.
    fn failing_state(&self) -> Option<State> {
        self.statuses().map(|status| status.state).find(|state| matches!(state, State::Down | State::Unknown))
    }

    fn fails(&self, state: State) -> Suppression {
        Suppression::DependencyFails { name: self.service.name.clone(), state }
    }

    /// Whether one more check may show that this dependency is, or was, the cause. `checked` is the time of the latest check of the
    /// node of the notification.
    fn pending(
        &self,
        created: Created,
        checked: impl Fn() -> Option<DateTime<FixedOffset>>,
        dependent: &Service,
        now: DateTime<FixedOffset>,
    ) -> Option<Suppression> {
        let name = || self.service.name.clone();
        let is_within_gap = |from: DateTime<FixedOffset>, service: &Service| {
            now - from < TimeDelta::from_std(service.longest_gap()).unwrap_or(TimeDelta::MAX)
        };
        let oldest_check = self.statuses().map(|status| status.checked).min();
        if oldest_check.is_some_and(|checked| checked < created.failing_since) && is_within_gap(created.at, self.service) {
            return Some(Suppression::DependencyUnchecked { name: name() });
        }
        let recovered = self.statuses().map(|status| status.since).max()?;
        let was_checked_before = checked().is_some_and(|checked| checked <= recovered);
        (was_checked_before && is_within_gap(recovered, dependent)).then(|| Suppression::DependencyRecovered { name: name() })
    }
}

#[cfg(test)]
mod tests;
