use axum::body::Bytes;
use engine::events::PublishedEvent;
use model::{Position, event_name};
use std::fmt::{Display, Write as _};

/// Bytes after which no more events are added: one write to the connection. A stream that is not read keeps about this much.
const FULL: usize = 8 << 10;

/// Events that are sent together, in the format of server-sent events.
#[derive(Debug, Default)]
pub(super) struct Frames(String);

impl Frames {
    /// Adds an event as an administrator sees it, or as other users do.
    pub(super) fn add(&mut self, event: &PublishedEvent, position: Position, is_admin: bool) {
        self.write(event.name(), Some(position), event.json(is_admin));
    }

    /// Asks the client to fetch the board, which is at least as new as this position.
    pub(super) fn add_resync(&mut self, position: Position) {
        self.write(event_name::RESYNC, Some(position), format_args!("\"{position}\""));
    }

    /// A sign of life, with the position where the client is, if it does not know it yet.
    pub(super) fn add_heartbeat(&mut self, position: Option<Position>) {
        self.write(event_name::HEARTBEAT, position, "{}");
    }

    pub(super) fn is_full(&self) -> bool {
        self.0.len() >= FULL
    }

    /// The text of the events that were added. `None` if there are none.
    pub(super) fn take(&mut self) -> Option<Bytes> {
        let mut text = std::mem::take(&mut self.0);
        // It has room for up to twice as much, and a client that does not read has several of them waiting.
        text.shrink_to_fit();
        (!text.is_empty()).then(|| Bytes::from(text))
    }

    /// `data` is one line, as JSON without indentation is.
    fn write(&mut self, name: &str, position: Option<Position>, data: impl Display) {
        let Self(text) = self;
        // Writing to a string cannot fail.
        writeln!(text, "event: {name}").ok();
        if let Some(position) = position {
            writeln!(text, "id: {position}").ok();
        }
        writeln!(text, "data: {data}\n").ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_written_one_after_the_other_until_there_are_enough() {
        let mut frames = Frames::default();
        assert_eq!(frames.take(), None);
        let position = Position { epoch: 7, sequence: 12 };
        frames.add_heartbeat(Some(position));
        frames.add_resync(position);
        frames.add_heartbeat(None);
        let expected = "event: heartbeat\nid: 7-12\ndata: {}\n\n\
                        event: resync\nid: 7-12\ndata: \"7-12\"\n\n\
                        event: heartbeat\ndata: {}\n\n";
        assert_eq!(frames.take().unwrap(), expected);
        assert_eq!(frames.take(), None);
        while !frames.is_full() {
            frames.add_heartbeat(None);
        }
        let length = frames.take().unwrap().len();
        assert!((FULL..FULL + 100).contains(&length), "{length}");
    }
}
