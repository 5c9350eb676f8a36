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
    /// A reminder is not sent, since a later notification of the incident follows.
    Followed,
}

impl SuppressionReason {
    /// Reads the text of a reason; `None` for any other text.
    pub fn read(text: &str) -> Option<Self> {
        let plain = [Self::MaintenanceWindow, Self::MonitorOffline, Self::Followed];
        if let Some(reason) = plain.into_iter().find(|reason| reason.to_string() == text) {
            return Some(reason);
        }
        if let Some(dependency) = text.strip_prefix("its dependency ") {
            let name = |name: &str| name.to_owned();
            if let Some(unchecked) = dependency.strip_suffix(" was not checked since the failure began") {
                return Some(Self::DependencyUnchecked { name: name(unchecked) });
            }
            if let Some(recovered) = dependency.strip_suffix(" has just recovered") {
                return Some(Self::DependencyRecovered { name: name(recovered) });
            }
            let (failing, state) = dependency.rsplit_once(" is ")?;
            let state = State::BY_URGENCY.into_iter().find(|known| known.as_str() == state)?;
            return Some(Self::DependencyFails { name: name(failing), state });
        }
        let (kind, author) = text.split_once(" by ")?;
        let kind = SuppressionKind::ALL.into_iter().find(|known| known.as_str() == kind)?;
        Some(Self::Entered { kind, author: author.to_owned() })
    }
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
            Self::Followed => f.write_str("a later notification of the incident follows"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_read_as_it_was_written() {
        let name = || "the db is down by night".to_owned();
        let entered = SuppressionKind::ALL.map(|kind| SuppressionReason::Entered { kind, author: name() });
        let others = [
            SuppressionReason::MaintenanceWindow,
            SuppressionReason::MonitorOffline,
            SuppressionReason::DependencyFails { name: name(), state: State::Unhealthy },
            SuppressionReason::DependencyUnchecked { name: name() },
            SuppressionReason::DependencyRecovered { name: name() },
            SuppressionReason::Followed,
        ];
        for reason in entered.into_iter().chain(others) {
            assert_eq!(SuppressionReason::read(&reason.to_string()), Some(reason));
        }
        for text in ["", "maintenance window", "its dependency db is fine", "its dependency db", "order by ops", "silence"] {
            assert_eq!(SuppressionReason::read(text), None, "{text}");
        }
    }
}
