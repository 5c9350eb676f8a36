use chrono::{DateTime, FixedOffset};
use std::time::Duration;

/// How storing goes.
#[derive(Clone, Debug, PartialEq)]
pub struct StoreHealth {
    /// The word of `persistent_data_backend.type`.
    pub kind: &'static str,
    /// Where the data are, for a person; holds no secret.
    pub place: String,
    /// Absent while all is well.
    pub trouble: Option<StoreTrouble>,
    /// Commits and samples that wait to be stored.
    pub waiting_commits: usize,
    pub waiting_samples: usize,
    /// Samples that were given up since the start of the process, because too many waited.
    pub dropped_samples: u64,
    /// Samples and commits stored since the start of the process, and how long the latest commit took.
    pub stored_samples: u64,
    pub stored_commits: u64,
    pub latest_commit: Duration,
}

/// Why nothing is stored now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreTrouble {
    pub since: DateTime<FixedOffset>,
    /// What the store says, for an operator; holds no secret.
    pub message: String,
}

impl StoreHealth {
    pub(super) fn new(kind: &'static str, place: String) -> Self {
        Self {
            kind,
            place,
            trouble: None,
            waiting_commits: 0,
            waiting_samples: 0,
            dropped_samples: 0,
            stored_samples: 0,
            stored_commits: 0,
            latest_commit: Duration::ZERO,
        }
    }
}
