use serde::{Deserialize, Serialize};
use std::fmt;

/// How a node is. The order is that of urgency, the worst last, so that `max` of many states is the verdict over them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It answered, and as expected.
    Operational,
    /// Nobody could tell: no answer, no right to ask, or not checked yet.
    Unknown,
    /// It answered, but not as expected.
    Unhealthy,
    /// It is known not to work.
    Down,
}

impl State {
    /// Every state, the most urgent first: the order in which the page lists them.
    pub const BY_URGENCY: [Self; 4] = [Self::Down, Self::Unhealthy, Self::Unknown, Self::Operational];

    /// The word of the JSON API, of `services.yaml` and of the page.
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
        // Heeds a width, so that states can stand in a column.
        f.pad(self.as_str())
    }
}
