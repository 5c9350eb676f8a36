//! API keys that administrators create on the page or with the API. Those of `keys.yaml` are not stored here.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

/// An API key without its text, which nothing stores.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredKey {
    /// Random, from 1 to 2^53, and never given twice. So keys that a process creates before its store connects collide with none there.
    pub id: u64,
    pub name: String,
    /// The user for whom it acts.
    pub user: String,
    /// Its roles. Absent: those of its user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roles: Option<Vec<String>>,
    /// `read`, `operate` or `admin`.
    pub scope: String,
    /// SHA-256 of its text, as 64 hexadecimal digits.
    pub digest: String,
    pub created: DateTime<FixedOffset>,
    /// The administrator who created it.
    pub author: String,
    /// Absent: it never expires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<DateTime<FixedOffset>>,
    /// Its latest use, up to an hour late. Absent before the first one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used: Option<DateTime<FixedOffset>>,
}
