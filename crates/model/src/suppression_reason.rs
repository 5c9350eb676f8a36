use super::{State, SuppressionKind};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Why notifications of a channel are suppressed, for administrators. The text is that of the API.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum SuppressionReason {
    /// A silence, an acknowledgement, maintenance or a pause that this user has entered.
    Entered { kind: SuppressionKind, author: String },
    /// A maintenance window of the configuration is open.
    MaintenanceWindow,
    /// Platus itself is offline.
    MonitorOffline,
    /// A dependency fails; its own notification names the cause.
    DependencyFails { name: String, state: State },
    /// A dependency was not checked since the failure began, and may be the cause.
    DependencyUnchecked { name: String },
    /// A dependency has recovered, and the service was not checked since.
    DependencyRecovered { name: String },
}

impl fmt::Display for SuppressionReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Entered { kind, author } => write!(f, "{kind} by {author}"),
            Self::MaintenanceWindow => f.write_str("maintenance"),
            Self::MonitorOffline => f.write_str("Platus itself is offline"),
            Self::DependencyFails { name, state } => write!(f, "its dependency {name} is {state}"),
            Self::DependencyUnchecked { name } => write!(f, "its dependency {name} was not checked since the failure began"),
            Self::DependencyRecovered { name } => write!(f, "its dependency {name} has just recovered"),
        }
    }
}
