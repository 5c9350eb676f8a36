//! Records as JSON.

use crate::StoreError;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub(super) fn written(record: &impl Serialize) -> Result<Vec<u8>, StoreError> {
    serde_json::to_vec(record).map_err(|error| StoreError::Unusable(format!("a record cannot be written as JSON: {error}")))
}

/// `key` is where it was.
pub(super) fn read<T: DeserializeOwned>(bytes: &[u8], key: &str) -> Result<T, StoreError> {
    serde_json::from_slice(bytes).map_err(|error| corrupt(key, &error.to_string()))
}

pub(super) fn corrupt(key: &str, reason: &str) -> StoreError {
    StoreError::Unusable(format!(
        "what is stored under the key `{key}` cannot be read: {reason}. Restore a backup of Redis, or set another `prefix` to \
         begin anew"
    ))
}
