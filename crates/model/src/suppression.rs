use super::ServiceId;
use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};
use std::fmt;

/// That nobody is told of a row now, and why. Checks go on all the while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suppression {
    pub kind: SuppressionKind,
    /// Who ordered it; absent for what the configuration says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub comment: String,
    /// When it ends by itself; absent where nobody knows: with the incident, or when what it depends on is well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime<FixedOffset>>,
}

/// Why alerts are held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SuppressionKind {
    /// Nobody wants to hear of it.
    #[default]
    Silence,
    /// Trouble is expected; reports can leave that time out.
    Maintenance,
    /// Somebody works on this incident.
    Acknowledgement,
    /// Something is down that this cannot work without, and people are told of that.
    Dependency,
}

impl SuppressionKind {
    /// The word of the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Silence => "silence",
            Self::Maintenance => "maintenance",
            Self::Acknowledgement => "acknowledgement",
            Self::Dependency => "dependency",
        }
    }
}

impl fmt::Display for SuppressionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What somebody orders: nobody is to be told of these services for a while.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SilenceRequest {
    /// A silence or maintenance; an acknowledgement is ordered of an incident, and not this way.
    #[serde(default)]
    pub kind: SuppressionKind,
    /// All services when absent, which only an administrator may order.
    #[serde(default)]
    pub services: Option<Vec<ServiceId>>,
    #[serde(default)]
    pub comment: String,
    /// Now when absent.
    #[serde(default)]
    pub from: Option<DateTime<FixedOffset>>,
    /// Either this or `minutes` says how long.
    #[serde(default)]
    pub until: Option<DateTime<FixedOffset>>,
    #[serde(default)]
    pub minutes: Option<u32>,
}

/// What somebody says who works on an incident.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AcknowledgementRequest {
    #[serde(default)]
    pub comment: String,
    /// After so long others are told again; absent for when the incident ends.
    #[serde(default)]
    pub minutes: Option<u32>,
}

/// Everything that holds alerts, now or later, as far as the viewer may see it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SilencesView {
    /// What people have ordered, the earliest order first.
    pub ordered: Vec<SilenceView>,
    /// What the configuration says, in its order. Only with the first orders.
    pub configured: Vec<MaintenanceWindowView>,
    /// The number of the last of these orders, when there are more after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
}

/// A silence, a maintenance or an acknowledgement that somebody has ordered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SilenceView {
    pub id: u64,
    pub kind: SuppressionKind,
    /// What an acknowledgement is about.
    pub incident: Option<u64>,
    /// Those that the viewer may see; absent when it is about all services.
    pub services: Option<Vec<ServiceId>>,
    /// Whether the viewer sees every service that it covers; else only others can withdraw it.
    pub may_withdraw: bool,
    pub author: String,
    pub comment: String,
    pub from: DateTime<FixedOffset>,
    /// Absent when it holds until it is withdrawn or the incident ends.
    pub until: Option<DateTime<FixedOffset>>,
}

/// A window of `maintenance` in `config.yaml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaintenanceWindowView {
    /// Which services, in words; what the viewer may not see is left out.
    pub scope: String,
    /// When, in words.
    pub times: Vec<String>,
    /// When it ends that is now; absent while it is not that time.
    pub until: Option<DateTime<FixedOffset>>,
}
