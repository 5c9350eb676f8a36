use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

/// Vault as the settings page shows it to an administrator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VaultView {
    /// Where it is; holds no secret.
    pub address: String,
    /// Why it does not give secrets; absent while it does.
    pub trouble: Option<VaultFailureView>,
}

/// What Vault says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VaultFailureView {
    /// Since when the secrets that were read last are used.
    pub since: DateTime<FixedOffset>,
    pub message: String,
}
