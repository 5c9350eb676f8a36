//! `depends_on`: while what a service depends on is down, nobody is told that the service is in trouble, since they are told of the
//! cause. It is always told when trouble ends that was told of.

use crate::Service;
use crate::connectivity::OFFLINE;
use crate::events::{Events, Row};
use chrono::{DateTime, FixedOffset, TimeDelta};
use model::{NodeStatus, ServiceId, State};
use std::collections::HashMap;
use std::sync::Arc;
use storage::Notification;

/// What each service depends on, and how that is.
pub struct Dependencies {
    services: Arc<[Arc<Service>]>,
    /// The place of each service in the list.
    places: HashMap<ServiceId, usize>,
    events: Arc<Events>,
}

impl Dependencies {
    pub fn new(services: Arc<[Arc<Service>]>, events: Arc<Events>) -> Self {
        let places = services.iter().enumerate().map(|(place, service)| (service.id.clone(), place)).collect();
        Self { services, places, events }
    }

    /// Why nobody is to be told of this now.
    pub(super) fn hold(&self, message: &Notification, now: DateTime<FixedOffset>) -> Option<String> {
        if message.ends_incident() {
            return None;
        }
        let place = *self.places.get(&message.service)?;
        let service = self.services.get(place)?;
        if self.is_of_a_cut_off_monitor(place, message) {
            return Some("Platus itself is cut off".to_owned());
        }
        let needed = service.depends_on.iter().filter_map(|id| self.places.get(id));
        needed.filter_map(|needed| self.services.get(*needed).map(|service| (*needed, service))).find_map(|(at, needed)| {
            let cause = Cause { service: needed, rows: self.events.rows_of(at) };
            cause.hold(message, || self.looked_at(place, message), service, now)
        })
    }

    /// The services that depend on something that is down.
    pub(super) fn without_what_they_need(&self) -> impl Iterator<Item = &ServiceId> {
        let is_down = |place: &usize| {
            let cause = self.services.get(*place).map(|service| Cause { service, rows: self.events.rows_of(*place) });
            cause.is_some_and(|cause| cause.trouble().is_some())
        };
        let lacks_something = move |service: &&Arc<Service>| {
            let mut needed = service.depends_on.iter().filter_map(|id| self.places.get(id));
            needed.any(is_down)
        };
        self.services.iter().filter(lacks_something).map(|service| &service.id)
    }

    /// Whether nothing is known of the node but that Platus could not see it. The message can be here before the row is.
    fn is_of_a_cut_off_monitor(&self, place: usize, message: &Notification) -> bool {
        let row = self.row(place, message);
        let is_cut_off_now = row.as_ref().is_some_and(|row| row.status.message.as_deref() == Some(OFFLINE));
        let is_seen_since = row.is_some_and(|row| row.status.checked > message.created);
        is_cut_off_now || (message.message.as_deref() == Some(OFFLINE) && !is_seen_since)
    }

    /// When the node of the message was looked at last.
    fn looked_at(&self, place: usize, message: &Notification) -> Option<DateTime<FixedOffset>> {
        self.row(place, message).map(|row| row.status.checked)
    }

    fn row(&self, place: usize, message: &Notification) -> Option<Arc<Row>> {
        self.events.rows_of(place).into_iter().find(|row| row.status.node == message.node)
    }
}

/// Something that a service depends on.
struct Cause<'a> {
    service: &'a Service,
    rows: Vec<Arc<Row>>,
}

impl Cause<'_> {
    fn statuses(&self) -> impl Iterator<Item = &NodeStatus> {
        self.rows.iter().map(|row| &row.status).filter(|status| status.is_checked())
    }

    /// How it is, when it is so bad that what depends on it cannot be well.
    fn trouble(&self) -> Option<State> {
        self.statuses().map(|status| status.state).find(|state| matches!(state, State::Down | State::Unknown))
    }

    fn hold(
        &self,
        message: &Notification,
        looked_at: impl Fn() -> Option<DateTime<FixedOffset>>,
        dependent: &Service,
        now: DateTime<FixedOffset>,
    ) -> Option<String> {
        let name = &self.service.name;
        if let Some(state) = self.trouble() {
            return Some(format!("{name}, on which it depends, is {state}"));
        }
        // The cause can be looked at later than what depends on it.
        let since = message.since.unwrap_or(message.created);
        let has_time = |from: DateTime<FixedOffset>, service: &Service| now - from < silence(service);
        if self.statuses().map(|status| status.checked).min().is_some_and(|checked| checked < since)
            && has_time(message.created, self.service)
        {
            return Some(format!("{name}, on which it depends, has not been looked at since"));
        }
        // And what depends on it can be looked at later than the cause is well again.
        let well_since = self.statuses().map(|status| status.since).max()?;
        if looked_at().is_some_and(|looked_at| looked_at <= well_since) && has_time(well_since, dependent) {
            return Some(format!("{name}, on which it depends, has just recovered"));
        }
        None
    }
}

fn silence(service: &Service) -> TimeDelta {
    TimeDelta::from_std(service.longest_silence()).unwrap_or(TimeDelta::MAX)
}

#[cfg(test)]
mod tests;
