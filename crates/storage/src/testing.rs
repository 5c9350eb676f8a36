//! What unit tests store.

#![allow(clippy::unwrap_used, reason = "only tests call it")]

use super::{Message, MessageKey, MessageKind};
use model::{ServiceId, State};
use test_support::noon;

/// That the service `db` is down; nobody has begun to send it.
pub fn message(key: &str) -> Message {
    Message {
        key: MessageKey(key.to_owned()),
        channel: "slack".to_owned(),
        created: noon(),
        incident: 1,
        service: ServiceId::new("db"),
        node: "host".to_owned(),
        name: "db".to_owned(),
        state: State::Down,
        last_state: State::Operational,
        message: None,
        kind: MessageKind::Opened,
        group: "App".to_owned(),
        since: None,
        checks: 3,
        delivery: None,
        given_up: None,
    }
}
