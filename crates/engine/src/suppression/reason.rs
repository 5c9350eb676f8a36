//! The reason of a suppression, and how users see it.

use super::entry::InForce;
use chrono::{DateTime, FixedOffset};
use model::{State, SuppressionKind};
use std::fmt;

/// Why notifications are suppressed.
#[derive(Clone, Debug, PartialEq)]
pub enum Suppression {
    /// A silence, an acknowledgement or maintenance that a user has entered.
    Entered(InForce),
    /// A maintenance window of the configuration is open.
    MaintenanceWindow { until: DateTime<FixedOffset> },
    /// Platus itself is offline.
    MonitorOffline,
    /// A dependency fails; its own notification names the cause.
    DependencyFails { name: String, state: State },
    /// A dependency was not checked since the failure began, and may be the cause.
    DependencyUnchecked { name: String },
    /// A dependency has recovered, and the service was not checked since.
    DependencyRecovered { name: String },
}

impl Suppression {
    /// The one that ends later, or the first if both end at the same time.
    pub(super) fn longer(first: Option<Self>, second: Option<Self>) -> Option<Self> {
        match (first, second) {
            (Some(first), Some(second)) => Some(if ends_later(second.until(), first.until()) { second } else { first }),
            (first, second) => first.or(second),
        }
    }

    fn until(&self) -> Option<DateTime<FixedOffset>> {
        match self {
            Self::Entered(entered) => entered.until,
            Self::MaintenanceWindow { until } => Some(*until),
            _ => None,
        }
    }

    /// As a row shows it. A row does not repeat that Platus is offline, which is its message, and does not show that a check of a
    /// dependency is awaited, which takes seconds. A dependency is not named: not every user who sees the row sees the dependency.
    pub fn view(&self) -> Option<model::Suppression> {
        let (kind, author, comment) = match self {
            Self::Entered(InForce { directive, .. }) => {
                (directive.kind.hold(), Some(directive.author.clone()), directive.comment.clone())
            }
            Self::MaintenanceWindow { .. } => (SuppressionKind::Maintenance, None, String::new()),
            Self::DependencyFails { .. } => (SuppressionKind::Dependency, None, String::new()),
            Self::MonitorOffline | Self::DependencyUnchecked { .. } | Self::DependencyRecovered { .. } => return None,
        };
        Some(model::Suppression { kind, author, comment, until: self.until() })
    }
}

/// As the list of channels shows it to an administrator.
impl fmt::Display for Suppression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Entered(InForce { directive, .. }) => write!(f, "{} by {}", directive.kind.hold(), directive.author),
            Self::MaintenanceWindow { .. } => f.write_str("maintenance"),
            Self::MonitorOffline => f.write_str("Platus itself is offline"),
            Self::DependencyFails { name, state } => write!(f, "its dependency {name} is {state}"),
            Self::DependencyUnchecked { name } => write!(f, "its dependency {name} was not checked since the failure began"),
            Self::DependencyRecovered { name } => write!(f, "its dependency {name} has just recovered"),
        }
    }
}

/// Whether an end is after another; what has no end lasts longest.
pub(super) fn ends_later(end: Option<DateTime<FixedOffset>>, other: Option<DateTime<FixedOffset>>) -> bool {
    match (end, other) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(end), Some(other)) => end > other,
    }
}
