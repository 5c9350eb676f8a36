//! The stored form of the reports of a job.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

/// The latest reports of a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredHeartbeat {
    /// The time from which Platus expects reports.
    pub known_since: DateTime<FixedOffset>,
    /// The begin of the present run, if it was reported.
    #[serde(default)]
    pub running_since: Option<DateTime<FixedOffset>>,
    #[serde(default)]
    pub last_success: Option<DateTime<FixedOffset>>,
    /// The end of the latest run; absent before the first one.
    #[serde(default)]
    pub last_end: Option<StoredEnd>,
    /// The duration of that run, in milliseconds; absent if its begin was not reported.
    #[serde(default)]
    pub last_run: Option<u64>,
    /// The time since the last success in which Platus was not running, in milliseconds.
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
