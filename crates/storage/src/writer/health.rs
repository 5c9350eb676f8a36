use chrono::{DateTime, FixedOffset};
use std::time::Duration;

/// The health of the store.
#[derive(Clone, Debug, PartialEq)]
pub struct StoreHealth {
    /// The word of `persistent_data_backend.type`.
    pub kind: &'static str,
    /// Where the data are, for texts; contains no secret.
    pub place: String,
    /// Absent while the store works.
    pub outage: Option<StoreOutage>,
    /// Commits and samples in the queue.
    pub waiting_commits: usize,
    pub waiting_samples: usize,
    /// Samples dropped since the start of the process, because the queue was full.
    pub dropped_samples: u64,
    /// Samples and commits stored since the start of the process, and how long the latest commit took.
    pub stored_samples: u64,
    pub stored_commits: u64,
    pub latest_commit: Duration,
}

/// Why nothing is stored now, and since when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreOutage {
    pub since: DateTime<FixedOffset>,
    /// The error of the store, for an operator; contains no secret.
    pub message: String,
}

impl StoreHealth {
    pub(super) fn new(kind: &'static str, place: String) -> Self {
        Self {
            kind,
            place,
            outage: None,
            waiting_commits: 0,
            waiting_samples: 0,
            dropped_samples: 0,
            stored_samples: 0,
            stored_commits: 0,
            latest_commit: Duration::ZERO,
        }
    }
}
