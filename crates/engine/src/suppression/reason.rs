//! The reason of a suppression, and how users see it.

use super::entry::InForce;
use chrono::{DateTime, FixedOffset};
use model::{State, SuppressionKind, SuppressionReason};

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
            Self::Entered(InForce { silence, .. }) => {
                (silence.kind.suppression_kind(), Some(silence.author.clone()), silence.comment.clone())
            }
            Self::MaintenanceWindow { .. } => (SuppressionKind::Maintenance, None, String::new()),
            Self::DependencyFails { .. } => (SuppressionKind::Dependency, None, String::new()),
            Self::MonitorOffline | Self::DependencyUnchecked { .. } | Self::DependencyRecovered { .. } => return None,
        };
        Some(model::Suppression { kind, author, comment, until: self.until() })
    }

    /// As the list of channels shows it to an administrator.
    pub fn reason(&self) -> SuppressionReason {
        match self {
            Self::Entered(InForce { silence, .. }) => {
                SuppressionReason::Entered { kind: silence.kind.suppression_kind(), author: silence.author.clone() }
            }
            Self::MaintenanceWindow { .. } => SuppressionReason::MaintenanceWindow,
            Self::MonitorOffline => SuppressionReason::MonitorOffline,
            Self::DependencyFails { name, state } => SuppressionReason::DependencyFails { name: name.clone(), state: *state },
            Self::DependencyUnchecked { name } => SuppressionReason::DependencyUnchecked { name: name.clone() },
            Self::DependencyRecovered { name } => SuppressionReason::DependencyRecovered { name: name.clone() },
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
