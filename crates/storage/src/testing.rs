//! Records for unit tests.

#![allow(clippy::unwrap_used, reason = "only tests call it")]

use super::{Incident, Notification, NotificationKey};
use history::NodeId;
use model::{NotificationKind, ServiceId, State};
use test_support::noon;

/// The service `db` is down; no delivery has begun.
pub fn message(key: &str) -> Notification {
    Notification {
        key: NotificationKey(key.to_owned()),
        channel: "slack".to_owned(),
        created: noon(),
        incident: 1,
        service: ServiceId::new("db"),
        node: "host".to_owned(),
        name: "db".to_owned(),
        state: State::Down,
        last_state: State::Operational,
        message: None,
        kind: NotificationKind::Opened,
        group: "App".to_owned(),
        since: None,
        checks: 3,
        delivery: None,
        given_up: None,
        opened_as: None,
    }
}

/// An open incident of the first node, of which the channel `slack` is notified.
pub fn incident(id: u64) -> Incident {
    Incident {
        id,
        node: NodeId(1),
        since: noon(),
        opened: noon(),
        ended: None,
        worst: State::Down,
        message: None,
        notified_channels: vec!["slack".to_owned()],
        opened_as: None,
        deliveries: Vec::new(),
    }
}
