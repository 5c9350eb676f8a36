use crate::http::errors::{ApiError, BadBody};
use axum::body::Bytes;
use serde::de::DeserializeOwned;

/// Reads a JSON object, whatever type the client says that it is. An empty body is an empty object.
pub fn read<T: DeserializeOwned>(body: &Bytes) -> Result<T, ApiError> {
    let text: &[u8] = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(text).map_err(|error| BadBody(format!("{error}")).into())
}
