//! The numbers of notes on incidents.

use chrono::{DateTime, FixedOffset};
use tokio::sync::{Mutex, MutexGuard};

/// Notes of one incident.
pub const MOST_NOTES: usize = 100;

/// Numbers the notes. One is added at a time, so that no incident gets more than [`MOST_NOTES`].
#[derive(Default)]
pub struct NoteNumbers(Mutex<u64>);

/// The turn of the note that is added now.
pub struct NoteTurn<'a>(MutexGuard<'a, u64>);

impl NoteNumbers {
    /// Waits until no other note is being added.
    pub async fn turn(&self) -> NoteTurn<'_> {
        NoteTurn(self.0.lock().await)
    }
}

impl NoteTurn<'_> {
    /// The number of the note. Those of earlier processes are lower.
    pub fn number(&mut self, at: DateTime<FixedOffset>) -> u64 {
        *self.0 = u64::try_from(at.timestamp_micros()).unwrap_or_default().max(*self.0 + 1);
        *self.0
    }
}
