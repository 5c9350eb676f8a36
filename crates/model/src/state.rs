use serde::{Deserialize, Serialize};
use std::fmt;

/// The state of a node. The order is by urgency with the worst last, so that `max` combines states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It answered as expected.
    Operational,
    /// The state could not be determined: no answer, no permission, or no check yet.
    Unknown,
    /// It answered, but not as expected.
    Unhealthy,
    /// It does not work.
    Down,
}

impl State {
    /// All states, the most urgent first: the order of the page.
    pub const BY_URGENCY: [Self; 4] = [Self::Down, Self::Unhealthy, Self::Unknown, Self::Operational];

    /// The value in the JSON API, in `services.yaml` and on the page.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Operational => "operational",
            Self::Unknown => "unknown",
            Self::Unhealthy => "unhealthy",
            Self::Down => "down",
        }
    }

    pub const fn is_operational(self) -> bool {
        matches!(self, Self::Operational)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Supports a width, so that states can be aligned in a column.
        f.pad(self.as_str())
    }
}
