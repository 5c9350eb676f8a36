use model::{Roles, StatusEvent, event_name};
use std::sync::OnceLock;
use system::foreign_text;

/// An event and who may see it.
#[derive(Debug)]
pub struct PublishedEvent {
    pub sequence: u64,
    /// The roles of its service; absent when it is for everybody who is logged in.
    pub roles: Option<Roles>,
    event: StatusEvent,
    /// The event as JSON, written when the first reader needs it.
    json: OnceLock<String>,
}

impl PublishedEvent {
    pub(super) fn new(sequence: u64, roles: Option<Roles>, event: StatusEvent) -> Self {
        Self { sequence, roles, event, json: OnceLock::new() }
    }

    /// The `event:` field of the stream.
    pub fn name(&self) -> &'static str {
        match self.event {
            StatusEvent::Status(_) => event_name::STATUS,
            StatusEvent::Removed(_) => event_name::REMOVED,
            StatusEvent::Store(_) => event_name::STORE,
            StatusEvent::Suppressions => event_name::SUPPRESSIONS,
        }
    }

    /// The `data:` field of the stream.
    pub fn json(&self) -> &str {
        self.json.get_or_init(|| {
            let json = match &self.event {
                StatusEvent::Status(status) => serde_json::to_string(status),
                StatusEvent::Removed(key) => serde_json::to_string(key),
                StatusEvent::Store(notice) => serde_json::to_string(notice),
                StatusEvent::Suppressions => return "{}".to_owned(),
            };
            // Structs of text and numbers always serialise; an empty object would make a client fetch the board anew.
            foreign_text::json(json.unwrap_or_else(|_| "{}".to_owned()))
        })
    }
}
