use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

/// That history cannot be saved now. Every viewer is told; why, and where the store is, concerns administrators alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreNotice {
    pub since: DateTime<FixedOffset>,
    /// Checks that will be missing in history, since more waited for the store than may wait. 0 while nothing is lost.
    pub dropped_samples: u64,
}

/// The store as the settings page shows it to an administrator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreView {
    /// The word of `persistent_data_backend.type`.
    pub kind: String,
    /// Where the data are; holds no secret.
    pub place: String,
    /// Why nothing can be saved, and since when; absent while all is well.
    pub trouble: Option<StoreFailureView>,
    /// Commits that wait to be stored, and the checks in them.
    pub waiting_commits: u64,
    pub waiting_samples: u64,
    /// Checks that were given up since the start of the process.
    pub dropped_samples: u64,
    /// Checks stored since the start of the process.
    pub stored_samples: u64,
}

/// What the store says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreFailureView {
    pub since: DateTime<FixedOffset>,
    pub message: String,
}
