use super::{ChannelView, ServiceId, StoreView, VaultView};
use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

/// The content of the settings page. Values that could be secret are replaced.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SettingsView {
    pub version: String,
    /// The commit of which this Platus was built; absent where it is unknown.
    #[serde(default)]
    pub commit: Option<String>,
    /// The global settings, in the order of the page; empty for a user who is not an administrator.
    pub general: Vec<SettingEntry>,
    /// The warnings of the start; empty for a user who is not an administrator.
    pub warnings: Vec<String>,
    /// Why changed files are not the configuration in use, each with its place; empty if they are, and for a user who is not an
    /// administrator.
    #[serde(default)]
    pub reload_errors: Vec<String>,
    /// What Platus itself does not do as it should, in sentences; empty for a user who is not an administrator.
    #[serde(default)]
    pub problems: Vec<String>,
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
    /// The command line that revokes the key `NAME` of `keys.yaml`; empty for a user who is not an administrator.
    #[serde(default)]
    pub revoke_key: String,
    /// The number of services that the user may see, and of those with an error in their configuration.
    pub service_count: usize,
    pub broken_services: usize,
    /// These services, sorted by group and name; empty on pages that need only their numbers.
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
    /// A bound, in microseconds, that 99 % of them did not exceed. Absent before the first check, and beyond 10 s.
    #[serde(default)]
    pub p99: Option<u64>,
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
    /// The id of a key that an administrator created here. `None`: it is in `keys.yaml`, and can be revoked there only.
    #[serde(default)]
    pub id: Option<u64>,
    /// When it was created; `None` for a key of `keys.yaml`.
    #[serde(default)]
    pub created: Option<DateTime<FixedOffset>>,
    /// The administrator who created it; `None` for a key of `keys.yaml`.
    #[serde(default)]
    pub author: Option<String>,
    /// Its latest use; for a key of `keys.yaml` since the start of Platus.
    #[serde(default)]
    pub used: Option<DateTime<FixedOffset>>,
    /// Whether its user exists. Otherwise it is not valid.
    #[serde(default)]
    pub has_user: bool,
}

/// What an administrator asks for when they create an API key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct KeyRequest {
    /// For display. Unique.
    pub name: String,
    /// For whom it acts: a user of `users.yaml`.
    pub user: String,
    /// `read`, `operate` or `admin`.
    pub scope: String,
    /// Its roles; all of its user when empty.
    pub roles: Vec<String>,
    /// `90d`, `12h`, `2027-01-31`, an instant, or `never`.
    pub expires: String,
}

impl Default for KeyRequest {
    fn default() -> Self {
        Self { name: String::new(), user: String::new(), scope: "read".to_owned(), roles: Vec::new(), expires: "365d".to_owned() }
    }
}

/// A key that was just created, with its text, which cannot be shown again.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreatedKeyView {
    pub name: String,
    pub text: String,
}

impl std::fmt::Debug for CreatedKeyView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CreatedKeyView").field("name", &self.name).finish_non_exhaustive()
    }
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
