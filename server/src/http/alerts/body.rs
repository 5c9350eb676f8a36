use crate::http::errors::{ApiError, BadBody};
use axum::body::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Reads a JSON object, whatever type the client says that it is. An empty body is an empty object.
///
/// For serde, a list of the values in the order of the declaration is an object, too, at any depth: an empty one would be a silence without
/// conditions. Here it is an error.
pub fn read<T: DeserializeOwned + Serialize>(body: &Bytes) -> Result<T, ApiError> {
    let text: &[u8] = if body.is_empty() { b"{}" } else { body };
    let wrong = |problem: String| ApiError::from(BadBody(problem));
    let given: Value = serde_json::from_slice(text).map_err(|error| wrong(error.to_string()))?;
    if given.is_array() {
        return Err(wrong("expected an object, not a list".to_owned()));
    }
    // Of the text, so that an error has its line and column.
    let read: T = serde_json::from_slice(text).map_err(|error| wrong(error.to_string()))?;
    // What it means, in the form that is documented.
    let meant = serde_json::to_value(&read).map_err(|error| wrong(error.to_string()))?;
    match list_in_place_of_object(&given, &meant) {
        None => Ok(read),
        Some(path) => Err(wrong(format!("`{}`: expected an object, not a list", path.join(".")))),
    }
}

/// The keys that lead to a list which was read as an object.
fn list_in_place_of_object(given: &Value, meant: &Value) -> Option<Vec<String>> {
    match (given, meant) {
        (Value::Array(_), Value::Object(_)) => Some(Vec::new()),
        (Value::Object(given), Value::Object(meant)) => given.iter().find_map(|(key, value)| {
            let mut path = list_in_place_of_object(value, meant.get(key)?)?;
            path.insert(0, key.clone());
            Some(path)
        }),
        (Value::Array(given), Value::Array(meant)) => {
            given.iter().zip(meant).find_map(|(given, meant)| list_in_place_of_object(given, meant))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{AcknowledgementRequest, KeyRequest, NoteRequest, PauseRequest, SilenceRequest};

    #[track_caller]
    fn check<T: DeserializeOwned + Serialize>(body: &str, expected: Result<(), &str>) {
        let read = read::<T>(&Bytes::copy_from_slice(body.as_bytes())).map(drop).map_err(|error| error.to_string());
        match expected {
            Ok(()) => assert_eq!(read, Ok(()), "{body}"),
            Err(part) => assert!(read.as_ref().is_err_and(|error| error.contains(part)), "{body}: {read:?}"),
        }
    }

    #[test]
    fn a_list_is_no_object_at_any_depth() {
        const LIST: Result<(), &str> = Err("expected an object, not a list");
        check::<SilenceRequest>("", Ok(()));
        check::<SilenceRequest>(r#"{"services": ["a"], "recurrence": {"from": "22:00", "to": "04:00"}}"#, Ok(()));
        check::<SilenceRequest>(
            r#"{"recurrence": [null, null, null, "22:00", "04:00", "UTC", null, null]}"#,
            Err("`recurrence`: expected an object, not a list"),
        );
        check::<SilenceRequest>("[]", LIST);
        check::<AcknowledgementRequest>(r#" ["because", 5]"#, LIST);
        check::<PauseRequest>(r#"["because", 5]"#, LIST);
        check::<NoteRequest>(r#"["text"]"#, LIST);
        check::<KeyRequest>("[]", LIST);
    }
}
