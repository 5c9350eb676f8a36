//! Makes notifications of what happens to an incident.

use crate::Service;
use crate::service_nodes::Node;
use chrono::{DateTime, FixedOffset};
use model::{NotificationKind, ServiceId, State};
use storage::{Incident, Notification, NotificationKey};

/// What notifications are about.
pub(super) struct Subject<'a> {
    pub(super) names: Names<'a>,
    /// Absent if the node is no longer reported.
    pub(super) reported: Option<&'a Node>,
    pub(super) incident: &'a Incident,
    pub(super) at: DateTime<FixedOffset>,
}

/// The names of a node.
#[derive(Clone, Copy)]
pub(super) struct Names<'a> {
    pub(super) service: &'a ServiceId,
    pub(super) name: &'a str,
    pub(super) group: &'a str,
    pub(super) node: &'a str,
}

impl<'a> Names<'a> {
    pub(super) fn of(service: &'a Service, node: &'a str) -> Self {
        Self { service: &service.id, name: &service.name, group: &service.group, node }
    }
}

impl Subject<'_> {
    /// One notification for each of these channels.
    pub(super) fn messages(
        &self,
        kind: NotificationKind,
        state: State,
        last_state: State,
        channels: Vec<String>,
    ) -> impl Iterator<Item = Notification> {
        let Self { names, reported, incident, at } = self;
        let Names { service, name, group, node } = *names;
        // The time makes the key unique across databases, and among the notifications of one kind of an incident.
        let opened = incident.opened.timestamp_micros();
        let suffix = match kind {
            NotificationKind::Opened => "opened".to_owned(),
            NotificationKind::Recovered | NotificationKind::Removed => "ended".to_owned(),
            NotificationKind::Worsened => "worsened".to_owned(),
            NotificationKind::Reminder => format!("reminder-{}", at.timestamp_micros()),
            NotificationKind::FlappingStarted => format!("flapping-{}", at.timestamp_micros()),
            NotificationKind::Test => "test".to_owned(),
            NotificationKind::FlappingEnded => format!("still-{}", at.timestamp_micros()),
        };
        let message = Notification {
            key: NotificationKey(format!("{service}/{node}/{opened}/{suffix}")),
            channel: String::new(),
            created: *at,
            incident: incident.id,
            service: service.clone(),
            node: node.to_owned(),
            name: name.to_owned(),
            state,
            last_state,
            message: reported.and_then(|node| node.latest.message.clone()),
            kind,
            group: group.to_owned(),
            since: Some(incident.since),
            checks: reported.map_or(0, |node| node.state.retries),
            delivery: None,
            given_up: None,
            opened_as: incident.opened_as.clone(),
        };
        channels.into_iter().map(move |channel| {
            let key = NotificationKey(format!("{}/{channel}", message.key.0));
            Notification { key, channel, ..message.clone() }
        })
    }
}
