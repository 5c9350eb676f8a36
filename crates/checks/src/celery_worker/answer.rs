//! Reads answers of workers: `{"celery@host": {"ok": "pong"}}`, in the serializer of their tasks.

use super::msgpack;
use net::excerpt::shortened;
use serde_json::Value;
use std::collections::BTreeMap;

/// Maximum size of an answer in bytes. A pong has about fifty.
const LONGEST: usize = 64 << 10;

/// Maximum length of a worker's name in bytes.
const LONGEST_NAME: usize = 255;

/// The answer of one worker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Said {
    Pong,
    /// Any other answer; the text is the message of the row.
    Other(String),
}

/// Why the name of the worker is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Unread {
    /// Reading pickle would execute code from the answer.
    Pickle,
    /// The format is unknown, or the answer is too long or broken.
    Unknown,
}

/// The name of the worker and its answer.
pub(super) fn read(content_type: &str, body: &[u8]) -> Result<(String, Said), Unread> {
    if body.len() > LONGEST {
        return Err(Unread::Unknown);
    }
    let (name, said) = match content_type {
        "application/json" => the_only(serde_json::from_slice::<BTreeMap<String, Value>>(body).ok()),
        "application/x-yaml" => the_only(serde_yaml::from_slice::<BTreeMap<String, Value>>(body).ok()),
        "application/x-msgpack" => msgpack::read(body),
        "application/x-python-serialize" => return Err(Unread::Pickle),
        _ => None,
    }
    .ok_or(Unread::Unknown)?;
    if name.is_empty() || name.len() > LONGEST_NAME {
        return Err(Unread::Unknown);
    }
    Ok((name, meaning(&said)))
}

fn the_only<T>(map: Option<BTreeMap<String, T>>) -> Option<(String, T)> {
    map.filter(|map| map.len() == 1)?.pop_first()
}

fn meaning(said: &Value) -> Said {
    match (said.get("ok").and_then(Value::as_str), said.get("error").and_then(Value::as_str)) {
        (Some("pong"), _) => Said::Pong,
        (None, Some(error)) => Said::Other(format!("answered with an error: {}", shortened(error))),
        _ => Said::Other(format!("answered something else than pong: {}", shortened(&said.to_string()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(content_type: &str, body: &[u8], expected: Result<(&str, Said), Unread>) {
        assert_eq!(read(content_type, body), expected.map(|(name, said)| (name.to_owned(), said)));
    }

    #[test]
    fn a_pong_is_read_in_each_form() {
        check("application/json", br#"{"w1@host-a": {"ok": "pong"}}"#, Ok(("w1@host-a", Said::Pong)));
        check("application/x-yaml", b"yaml@h:\n  ok: pong\n", Ok(("yaml@h", Said::Pong)));
        check("application/x-msgpack", b"\x81\xa6msgp@h\x81\xa2ok\xa4pong", Ok(("msgp@h", Said::Pong)));
    }

    #[test]
    fn anything_else_is_told() {
        let error = Said::Other("answered with an error: KeyError('nosuch')".into());
        check("application/json", br#"{"w@h": {"error": "KeyError('nosuch')"}}"#, Ok(("w@h", error.clone())));
        check("application/x-yaml", b"w@h: {error: \"KeyError('nosuch')\"}", Ok(("w@h", error)));
        let other = Said::Other(r#"answered something else than pong: {"ok":1}"#.into());
        check("application/json", br#"{"w@h": {"ok": 1}}"#, Ok(("w@h", other.clone())));
        check("application/x-msgpack", b"\x81\xa3w@h\x81\xa2ok\x01", Err(Unread::Unknown));
        check("application/x-yaml", b"w@h: {ok: 1}", Ok(("w@h", other)));
        let Ok((_, Said::Other(long))) =
            read("application/json", format!(r#"{{"w": {{"error": "{}"}}}}"#, "x".repeat(9999)).as_bytes())
        else {
            panic!("a long error is an answer");
        };
        assert!(long.len() < 300, "{long}");
    }

    #[test]
    fn what_cannot_be_read_names_nobody() {
        let long = format!(r#"{{"w": {{"ok": "{}"}}}}"#, "x".repeat(LONGEST));
        let long_name = format!(r#"{{"{}": {{"ok": "pong"}}}}"#, "x".repeat(300));
        check("application/x-python-serialize", b"\x80\x04}.", Err(Unread::Pickle));
        for (content_type, body) in [
            ("application/json", &b"{"[..]),
            ("application/json", b"{}"),
            ("application/json", b"[1]"),
            ("application/json", br#"{"": {"ok": "pong"}}"#),
            ("application/json", br#"{"a": {"ok": "pong"}, "b": {"ok": "pong"}}"#),
            ("application/json", long.as_bytes()),
            ("application/json", long_name.as_bytes()),
            ("application/x-yaml", b"&a [*a, *a]"),
            ("application/x-yaml", b"w: !!python/object/apply:os.system [\"true\"]\nv: 1"),
            ("application/x-msgpack", b"\x81\xa6msgp@h\x81\xa2ok"),
            ("text/plain", b"pong"),
            ("", br#"{"w": {"ok": "pong"}}"#),
        ] {
            check(content_type, body, Err(Unread::Unknown));
        }
    }
}
