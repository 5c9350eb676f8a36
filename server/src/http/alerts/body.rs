use crate::http::errors::{ApiError, BadBody};
use axum::body::Bytes;
use serde::de::DeserializeOwned;

/// Reads a JSON object, whatever type the client says that it is. An empty body is an empty object.
pub fn read<T: DeserializeOwned>(body: &Bytes) -> Result<T, ApiError> {
    let text: &[u8] = if body.is_empty() { b"{}" } else { body };
    // For serde a list of the values is the object, too: an empty one would be an order without conditions.
    if text.trim_ascii_start().starts_with(b"[") {
        return Err(BadBody("expected an object, not a list".to_owned()).into());
    }
    serde_json::from_slice(text).map_err(|error| BadBody(format!("{error}")).into())
}
