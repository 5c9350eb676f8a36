use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

/// Vault as the settings page shows it to an administrator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VaultView {
    /// Its address. Contains no secret.
    pub address: String,
    /// Why secrets cannot be read; absent while they can.
    #[serde(rename = "trouble")]
    pub failure: Option<VaultFailureView>,
    /// How long ago the oldest of the secrets in use was read, in milliseconds; absent while none was read.
    #[serde(default)]
    pub oldest_value: Option<u64>,
}

/// The failure of Vault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VaultFailureView {
    /// Since when the last known secrets are used.
    pub since: DateTime<FixedOffset>,
    pub message: String,
}
