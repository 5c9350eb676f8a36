use super::{ChannelView, ServiceId, StoreView, VaultView};
use serde::{Deserialize, Serialize};

/// What the settings page shows. Values that could be secret have been replaced before they came here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SettingsView {
    pub version: String,
    /// The global settings, in the order in which to show them; empty for a viewer who is no administrator.
    pub general: Vec<SettingEntry>,
    /// What the start-up warned about; empty for a viewer who is no administrator.
    pub warnings: Vec<String>,
    /// How storing goes; absent for a viewer who is no administrator.
    pub store: Option<StoreView>,
    /// How Vault is; absent where there is none, and for a viewer who is no administrator.
    pub vault: Option<VaultView>,
    /// How people are told, in the order of the configuration; empty for a viewer who is no administrator.
    pub channels: Vec<ChannelView>,
    /// The services that the viewer may see, sorted by group and name.
    pub services: Vec<ServiceSettings>,
}

/// A key and its value as text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingEntry {
    pub key: String,
    pub value: String,
    /// Whether the real value was withheld; `value` is then only a placeholder.
    pub redacted: bool,
}

/// How one service is checked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ServiceSettings {
    pub id: ServiceId,
    pub group: String,
    pub name: String,
    /// The plugin that checks it: `type` in `services.yaml`.
    pub plugin: String,
    /// The roles that see it; empty when only an administrator does.
    pub roles: Vec<String>,
    /// Seconds between two checks.
    pub interval: f64,
    /// Seconds after which a check is given up.
    pub timeout: f64,
    pub properties: Vec<SettingEntry>,
    pub data: Vec<SettingEntry>,
    /// Why the service cannot be checked, with file, line and remedy; absent when it can.
    pub problem: Option<String>,
}
