//! Records as they are in a row.

use super::failure::Failure;
use crate::StoreError;
use chrono::{DateTime, FixedOffset};
use history::Tier;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Display;
use std::path::Path;

/// The table of a tier.
pub(super) const fn table(tier: Tier) -> &'static str {
    match tier {
        Tier::Raw => "raw_chunk",
        Tier::Minute => "minute_chunk",
        Tier::Hour => "hour_chunk",
        Tier::Day => "day_chunk",
    }
}

/// Nanoseconds since 1970; of a time before 1677 or after 2262 the nearest that there is.
pub(super) fn nanoseconds(time: DateTime<FixedOffset>) -> i64 {
    let beyond = if time.timestamp() < 0 { i64::MIN } else { i64::MAX };
    time.timestamp_nanos_opt().unwrap_or(beyond)
}

pub(super) fn to_json(record: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string(record).map_err(|error| StoreError::Unusable(format!("a record cannot be written: {error}")).into())
}

pub(super) fn from_json<T: DeserializeOwned>(path: &Path, text: &str) -> Result<T, Failure> {
    serde_json::from_str(text).map_err(|error| unreadable(path, error))
}

pub(super) fn unreadable(path: &Path, error: impl Display) -> Failure {
    let place = path.display();
    StoreError::Unusable(format!("{place} holds a record that cannot be read ({error}): put a copy of it back, or move it away"))
        .into()
}
