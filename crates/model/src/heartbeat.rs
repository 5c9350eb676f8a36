//! The form in which the report of a job is stored.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

/// What a job reported last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredHeartbeat {
    /// Since when Platus has listened for the job.
    pub known_since: DateTime<FixedOffset>,
    /// When the run began that has not ended yet.
    #[serde(default)]
    pub running_since: Option<DateTime<FixedOffset>>,
    #[serde(default)]
    pub last_success: Option<DateTime<FixedOffset>>,
    /// How the run that ended last ended; absent before the first end.
    #[serde(default)]
    pub last_end: Option<StoredEnd>,
    /// How long that run took, in milliseconds; absent when its beginning was not reported.
    #[serde(default)]
    pub last_run: Option<u64>,
    /// How long Platus has not been running since the last success, in milliseconds.
    #[serde(default)]
    pub unheard: u64,
}

/// The end of a run of a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StoredEnd {
    Success,
    Failure { exit_code: Option<i64>, words: String },
}
