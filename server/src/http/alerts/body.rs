use crate::http::errors::{ApiError, BadBody};
use axum::body::Bytes;
use serde::de::DeserializeOwned;
use serde_json::Deserializer;

/// Reads a JSON object, whatever type the client says that it is. An empty body is an empty object.
pub fn read<T: DeserializeOwned>(body: &Bytes) -> Result<T, ApiError> {
    let text: &[u8] = if body.is_empty() { b"{}" } else { body };
    let mut json = Deserializer::from_slice(text);
    let read = model::object(&mut json).and_then(|read| json.end().map(|()| read));
    read.map_err(|error| BadBody(error.to_string()).into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{AcknowledgementRequest, KeyRequest, NoteRequest, PauseRequest, SilenceRequest};

    #[track_caller]
    fn check<T: DeserializeOwned>(body: &str, expected: Result<(), &[&str]>) {
        let read = read::<T>(&Bytes::copy_from_slice(body.as_bytes())).map(drop).map_err(|error| error.to_string());
        match expected {
            Ok(()) => assert_eq!(read, Ok(()), "{body}"),
            Err(parts) => {
                assert!(read.as_ref().is_err_and(|error| parts.iter().all(|part| error.contains(part))), "{body}: {read:?}");
            }
        }
    }

    #[test]
    fn a_list_is_no_object_at_any_depth() {
        const LIST: Result<(), &[&str]> = Err(&["expected an object, not a list at line 1 column"]);
        check::<SilenceRequest>("", Ok(()));
        check::<SilenceRequest>(r#"{"services": ["a"], "recurrence": {"from": "22:00", "to": "04:00"}}"#, Ok(()));
        check::<SilenceRequest>(
            r#"{"recurrence": [null, null, null, "22:00", "04:00", "UTC", null, null]}"#,
            Err(&["`recurrence`: expected an object, not a list at line 1 column"]),
        );
        check::<SilenceRequest>("[]", LIST);
        check::<AcknowledgementRequest>(r#" ["because", 5]"#, LIST);
        check::<PauseRequest>(r#"["because", 5]"#, LIST);
        check::<NoteRequest>(r#"["text"]"#, LIST);
        check::<KeyRequest>("[]", LIST);
    }

    #[test]
    fn errors_name_the_place() {
        check::<NoteRequest>("{\"text\": \"a\"}\n}", Err(&["trailing characters at line 2 column 1"]));
        check::<NoteRequest>("{\n\"texts\": \"a\"}", Err(&["unknown field `texts`", "at line 2 column 7"]));
        check::<SilenceRequest>(
            r#"{"recurrence": {"from": "25:00", "to": "04:00"}}"#,
            Err(&["`recurrence`: ", "25:00", "at line 1 column"]),
        );
    }
}
