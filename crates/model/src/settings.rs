use super::{ChannelView, ServiceId, StoreView, VaultView};
use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

/// The content of the settings page. Values that could be secret are replaced.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SettingsView {
    pub version: String,
    /// The global settings, in the order of the page; empty for a user who is not an administrator.
    pub general: Vec<SettingEntry>,
    /// The warnings of the start; empty for a user who is not an administrator.
    pub warnings: Vec<String>,
    /// The store; absent for a user who is not an administrator.
    pub store: Option<StoreView>,
    /// Vault; absent if none is configured, and for a user who is not an administrator.
    pub vault: Option<VaultView>,
    /// The channels, in the order of the configuration; empty for a user who is not an administrator.
    pub channels: Vec<ChannelView>,
    /// The scheduler; absent for a user who is not an administrator.
    #[serde(default)]
    pub scheduler: Option<SchedulerView>,
    /// The users, sorted by name; empty for a user who is not an administrator.
    #[serde(default)]
    pub users: Vec<UserSettings>,
    /// The API keys, sorted by user and name; empty for a user who is not an administrator.
    #[serde(default)]
    pub keys: Vec<KeySettings>,
    /// The services that the user may see, sorted by group and name.
    pub services: Vec<ServiceSettings>,
}

/// A key and its value as text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingEntry {
    pub key: String,
    pub value: String,
    /// Whether `value` is a placeholder for the real value.
    pub redacted: bool,
}

/// How the scheduler keeps up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchedulerView {
    /// Checks that run now.
    pub running: u64,
    /// Checks since the start of the process.
    pub started: u64,
    /// How late they began on average, in microseconds.
    pub lateness: u64,
}

/// A user, without the password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserSettings {
    pub name: String,
    /// `view`, `operate` or `admin`.
    pub permission: String,
    pub roles: Vec<String>,
}

/// An API key, without its text and its digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeySettings {
    pub name: String,
    /// For whom it acts.
    pub user: String,
    /// `view`, `operate` or `admin`; never more than the user has.
    pub permission: String,
    /// `None`: those of the user.
    pub roles: Option<Vec<String>>,
    /// `None`: it does not expire.
    pub expires: Option<DateTime<FixedOffset>>,
    pub is_expired: bool,
}

/// The configuration of one service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ServiceSettings {
    pub id: ServiceId,
    pub group: String,
    pub name: String,
    /// The check type: `type` in `services.yaml`.
    pub plugin: String,
    /// The roles that see it; empty if only administrators do.
    pub roles: Vec<String>,
    /// By which the board is filtered, in the order of the configuration.
    #[serde(default)]
    pub tags: Vec<String>,
    /// The time between two checks, in seconds.
    pub interval: f64,
    /// The longest duration of a check, in seconds.
    pub timeout: f64,
    pub properties: Vec<SettingEntry>,
    pub data: Vec<SettingEntry>,
    /// Why the service cannot be checked, with file, line and remedy; absent if it can.
    pub problem: Option<String>,
}
