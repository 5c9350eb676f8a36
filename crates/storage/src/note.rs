use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

/// A note of a user on an incident. It is deleted with its incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Rises in the order of entering.
    pub id: u64,
    pub incident: u64,
    pub at: DateTime<FixedOffset>,
    pub author: String,
    pub text: String,
}
