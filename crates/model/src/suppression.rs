use super::{Recurrence, ServiceId, object};
use chrono::{DateTime, FixedOffset};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// Why no notifications are sent for a node. Its checks continue, except during a pause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suppression {
    pub kind: SuppressionKind,
    /// The user who entered it. Absent for a maintenance window and a dependency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub comment: String,
    /// The end. Absent if that is not known: the end of the incident, or the recovery of the dependency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime<FixedOffset>>,
}

/// The kind of a suppression.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SuppressionKind {
    /// A user has silenced the service.
    #[default]
    Silence,
    /// Planned work. Reports can exclude the time.
    Maintenance,
    /// A user works on this incident.
    Acknowledgement,
    /// A dependency fails, which is notified itself.
    Dependency,
    /// A user has paused the service: it is not checked either.
    Pause,
}

impl SuppressionKind {
    pub const ALL: [Self; 5] = [Self::Silence, Self::Maintenance, Self::Acknowledgement, Self::Dependency, Self::Pause];

    /// The value in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Silence => "silence",
            Self::Maintenance => "maintenance",
            Self::Acknowledgement => "acknowledgement",
            Self::Dependency => "dependency",
            Self::Pause => "pause",
        }
    }
}

impl fmt::Display for SuppressionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A request to silence services, or to enter their maintenance.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SilenceRequest {
    /// A silence or maintenance. Acknowledgements have an [`AcknowledgementRequest`]. Default: a silence.
    #[serde(default)]
    pub kind: SuppressionKind,
    /// Default: all services, which only an administrator may silence.
    #[serde(default)]
    pub services: Option<Vec<ServiceId>>,
    /// Further services, each text read as a [`ServiceMatcher`](super::ServiceMatcher). They are resolved to the services that match now:
    /// one that is configured later is not silenced.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub matching: Vec<String>,
    #[serde(default)]
    pub comment: String,
    /// Default: now.
    #[serde(default)]
    pub from: Option<DateTime<FixedOffset>>,
    /// Either this or `minutes` is required, unless it recurs.
    #[serde(default)]
    pub until: Option<DateTime<FixedOffset>>,
    #[serde(default)]
    pub minutes: Option<u32>,
    /// When it recurs, instead of `from`, `until` and `minutes`.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "recurrence")]
    pub recurrence: Option<Recurrence>,
}

/// The error names the key, since there are the same keys outside.
fn recurrence<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Recurrence>, D::Error> {
    #[derive(Deserialize)]
    struct Given(#[serde(deserialize_with = "object")] Recurrence);

    let given = Option::<Given>::deserialize(deserializer).map_err(|error| D::Error::custom(format!("`recurrence`: {error}")))?;
    Ok(given.map(|Given(recurrence)| recurrence))
}

/// A request to acknowledge an incident.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AcknowledgementRequest {
    #[serde(default)]
    pub comment: String,
    /// The duration. Default: until the incident ends.
    #[serde(default)]
    pub minutes: Option<u32>,
}

/// A part of the silences and maintenance windows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SilencePart {
    /// Entered, and in force now.
    Active,
    /// Entered, and in force later.
    Scheduled,
    /// Entered to recur, and the maintenance windows of the configuration.
    Recurring,
}

impl SilencePart {
    pub const ALL: [Self; 3] = [Self::Active, Self::Scheduled, Self::Recurring];

    /// The value in addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Scheduled => "scheduled",
            Self::Recurring => "recurring",
        }
    }
}

/// Which silences a user asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SilencesRequest {
    /// Absent: all.
    #[serde(default)]
    pub part: Option<SilencePart>,
    /// A part of the id or name of a service, of the comment, the author or the kind, in any case. Empty: all.
    #[serde(default)]
    pub search: String,
    /// Only silences with a higher number: the next page.
    #[serde(default)]
    pub after: Option<u64>,
}

/// How many silences and windows match the search, by part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SilenceCounts {
    pub active: u32,
    pub scheduled: u32,
    pub recurring: u32,
}

/// A request to end a silence or maintenance later. Either `minutes` or `until` is required.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExtensionRequest {
    /// So much after its present end.
    #[serde(default)]
    pub minutes: Option<u32>,
    /// The new end, after the present one.
    #[serde(default)]
    pub until: Option<DateTime<FixedOffset>>,
}

/// The silences, acknowledgements and maintenance windows, now or later, that the user may see.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SilencesView {
    /// When this was answered, in the time zone of the server.
    #[serde(default)]
    pub now: DateTime<FixedOffset>,
    /// Those that users have entered, the oldest first.
    pub entered: Vec<SilenceView>,
    /// The maintenance windows of the configuration, in its order. Only on the first page.
    pub configured: Vec<MaintenanceWindowView>,
    /// The number of the last entry on this page, if there are more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
    /// The names of the services of these entries. A service that is no longer configured has none.
    #[serde(default)]
    pub names: BTreeMap<ServiceId, String>,
    #[serde(default)]
    pub counts: SilenceCounts,
}

impl SilencesView {
    /// The name of a service, or its id.
    pub fn name<'a>(&'a self, service: &'a ServiceId) -> &'a str {
        self.names.get(service).map_or(service.as_str(), String::as_str)
    }
}

/// A silence, an acknowledgement or maintenance that a user has entered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SilenceView {
    pub id: u64,
    pub kind: SuppressionKind,
    /// The incident of an acknowledgement.
    pub incident: Option<u64>,
    /// The services that the user may see. Absent if it is about all services.
    pub services: Option<Vec<ServiceId>>,
    /// Whether the user sees every service that it covers, and so may withdraw it.
    pub may_withdraw: bool,
    pub author: String,
    pub comment: String,
    /// Of one that recurs: the begin of the present or the next occurrence.
    pub from: DateTime<FixedOffset>,
    /// Absent if it lasts until it is withdrawn or the incident ends. Of one that recurs: the end of the same occurrence.
    pub until: Option<DateTime<FixedOffset>>,
    /// Absent if it does not recur.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recurrence: Option<RecurrenceView>,
}

/// How a silence or maintenance recurs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecurrenceView {
    pub rule: Recurrence,
    /// The rule as a text in English.
    pub text: String,
    /// Whether this version does not know its time zone: then it has no occurrences.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_zone_unknown: bool,
    /// As those of a [`MaintenanceWindowView`].
    pub occurrences: Vec<Occurrence>,
}

/// A window of `maintenance` in `config.yaml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaintenanceWindowView {
    pub scope: WindowScope,
    pub times: Vec<WindowTime>,
    /// The end, while the window is open.
    pub until: Option<DateTime<FixedOffset>>,
    /// Now and next, in order: at least the next three if there are as many, and those of the next week, at most 50.
    #[serde(default)]
    pub occurrences: Vec<Occurrence>,
}

/// The services of a maintenance window of the configuration, without those that the user may not see. Its text is that of the API.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WindowScope {
    /// Ids, which may have `*`. Absent: of every id.
    pub services: Option<Vec<String>>,
    /// Groups. Absent: of every group.
    pub types: Option<Vec<String>>,
}

impl fmt::Display for WindowScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.services, &self.types) {
            (None, None) => f.write_str("all services"),
            (Some(services), None) => f.write_str(&services.join(", ")),
            (None, Some(types)) => write!(f, "type {}", types.join(", ")),
            (Some(services), Some(types)) => write!(f, "{} of type {}", services.join(", "), types.join(", ")),
        }
    }
}

/// When a maintenance window of the configuration is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WindowTime {
    /// In English.
    pub text: String,
    pub rule: WindowRule,
}

/// How often a maintenance window of the configuration is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum WindowRule {
    Once(Occurrence),
    /// On weekdays or days of the month.
    Recurs(Recurrence),
    /// By a pattern of cron, each time for so many milliseconds.
    Cron {
        pattern: String,
        zone: String,
        lasts: u64,
    },
}

/// One time of a maintenance window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Occurrence {
    pub from: DateTime<FixedOffset>,
    pub until: DateTime<FixedOffset>,
}
