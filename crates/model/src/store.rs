use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

/// History cannot be stored now. Every user sees this; only administrators see the reason and the place of the store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreNotice {
    pub since: DateTime<FixedOffset>,
    /// Samples that are missing in history because the buffer was full. 0 while nothing is lost.
    pub dropped_samples: u64,
}

/// The store as the settings page shows it to an administrator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreView {
    /// `type` of the `persistent_data_backend`.
    pub kind: String,
    /// The place of the data. Contains no secret.
    pub place: String,
    /// Why nothing can be stored, and since when; absent while the store works.
    #[serde(rename = "trouble")]
    pub failure: Option<StoreFailureView>,
    /// Pending commits, and the samples in them.
    pub waiting_commits: u64,
    pub waiting_samples: u64,
    /// Samples dropped since the start of the process.
    pub dropped_samples: u64,
    /// Samples stored since the start of the process.
    pub stored_samples: u64,
    /// Commits stored since the start of the process.
    #[serde(default)]
    pub stored_commits: u64,
    /// The duration of the latest commit, in microseconds.
    #[serde(default)]
    pub latest_commit: u64,
}

/// The failure of the store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreFailureView {
    pub since: DateTime<FixedOffset>,
    pub message: String,
}
