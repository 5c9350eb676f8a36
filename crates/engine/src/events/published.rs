use crate::row::Row;
use model::{Roles, StatusEvent, event_name};
use std::sync::OnceLock;
use system::foreign_text;

/// An event and who may see it.
#[derive(Debug)]
pub struct PublishedEvent {
    pub sequence: u64,
    /// The roles of its service. Absent for an event for every user.
    pub roles: Option<Roles>,
    event: StatusEvent,
    /// The event as JSON, written when the first reader needs it.
    json: OnceLock<String>,
    /// The event for users who are not administrators, where it is another one.
    for_others: Option<Box<PublishedEvent>>,
}

impl PublishedEvent {
    pub(super) fn new(sequence: u64, roles: Option<Roles>, event: StatusEvent) -> Self {
        Self { sequence, roles, event, json: OnceLock::new(), for_others: None }
    }

    /// The row of a service, new or changed.
    pub(super) fn of_row(sequence: u64, row: &Row) -> Self {
        let event = |is_admin| {
            let status = StatusEvent::Status(Box::new(row.status_for(is_admin).into_owned()));
            Self::new(sequence, Some(row.roles.clone()), status)
        };
        Self { for_others: row.is_misconfigured.then(|| Box::new(event(false))), ..event(true) }
    }

    /// The `event:` field of the stream.
    pub fn name(&self) -> &'static str {
        match self.event {
            StatusEvent::Status(_) => event_name::STATUS,
            StatusEvent::Removed(_) => event_name::REMOVED,
            StatusEvent::Store(_) => event_name::STORE,
            StatusEvent::Suppressions => event_name::SUPPRESSIONS,
            StatusEvent::Tags(_) => event_name::TAGS,
        }
    }

    /// The `data:` field of the stream, for an administrator or for other users.
    pub fn json(&self, is_admin: bool) -> &str {
        match &self.for_others {
            Some(other) if !is_admin => other.json(true),
            _ => self.written(),
        }
    }

    fn written(&self) -> &str {
        self.json.get_or_init(|| {
            let json = match &self.event {
                StatusEvent::Status(status) => serde_json::to_string(status),
                StatusEvent::Removed(key) => serde_json::to_string(key),
                StatusEvent::Store(notice) => serde_json::to_string(notice),
                StatusEvent::Tags(tags) => serde_json::to_string(tags),
                StatusEvent::Suppressions => return "{}".to_owned(),
            };
            // Structs of text and numbers always serialise; an empty object would make a client fetch the board again.
            foreign_text::json(json.unwrap_or_else(|_| "{}".to_owned()))
        })
    }
}
