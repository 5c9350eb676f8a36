use ::model::State;
use chrono::{DateTime, Utc};
use std::time::Duration;

/// A check that another monitor made.
#[derive(Clone, Debug)]
pub struct PastCheck {
    /// The id of the monitor in its database.
    pub monitor: i64,
    pub at: DateTime<Utc>,
    pub state: State,
    pub elapsed: Option<Duration>,
    pub message: Option<String>,
}
