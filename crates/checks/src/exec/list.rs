//! Distinguishes a list of rows from the text of a Nagios plugin, which may start with a bracket, too: `[OK] all is well`.
//!
//! Rows must never be mistaken for text: such programs usually exit with 0, so a node that is down would appear operational.

use super::text::is_noise;
use json::Number;
use serde_json::{Deserializer, Map, Value};

/// The keys that every row has.
const KEYS: [&str; 2] = ["node", "state"];

const STATES: [&str; 4] = ["operational", "unhealthy", "down", "unknown"];

/// Maximum number of lines at which a list is searched. Output with more candidates is a log.
const MOST_BEGINNINGS: usize = 100;

/// The entries of a list of rows, not validated, or why the list cannot be read. `None` if the output is the text of a Nagios
/// plugin. The output must be JSON as a whole. One row without a list is accepted, as in the original.
pub(super) fn find(text: &str) -> Option<Result<Vec<Value>, String>> {
    let text = text.trim_matches(is_blank);
    match json::parse(text).map(|value| value.to_serde(Number::to_serde)) {
        Ok(Value::Array(list)) if list.is_empty() || list.iter().any(is_composite) => Some(Ok(list)),
        Ok(Value::Object(object)) if is_row(&object) => Some(Ok(vec![Value::Object(object)])),
        Ok(_) => None,
        Err(_) => defect(text).map(Err),
    }
}

/// A list of strings or numbers, such as `[1]`, is text.
fn is_composite(value: &Value) -> bool {
    value.is_object() || value.is_array()
}

/// Whether an object is meant as a row. Some programs print other objects as text.
fn is_row(object: &Map<String, Value>) -> bool {
    let names_state = object.get("state").and_then(Value::as_str).is_some_and(|state| STATES.contains(&state));
    names_state || KEYS.iter().all(|key| object.contains_key(*key))
}

fn holds_rows(value: &Value) -> bool {
    match value {
        Value::Array(list) => list.iter().filter_map(Value::as_object).any(is_row),
        Value::Object(object) => is_row(object),
        _ => false,
    }
}

/// The problem with a list of rows in output that is not JSON as a whole; `None` if there is no list in it.
fn defect(text: &str) -> Option<String> {
    if is_empty_list_and_more(text) {
        return Some(besides("behind"));
    }
    let beginnings = lines(text).filter(|(_, rest)| begins_rows(rest)).take(MOST_BEGINNINGS);
    for (is_first, rest) in beginnings {
        match Deserializer::from_str(rest).into_iter::<Value>().next() {
            Some(Ok(value)) if holds_rows(&value) => return Some(besides(if is_first { "behind" } else { "before" })),
            // `[{` at the start is always a list; elsewhere the keys of a row decide.
            Some(Err(error)) if (is_first && rest.starts_with('[')) || names_rows(rest) => {
                return Some(format!("the list of rows is no valid JSON: {error}"));
            }
            _ => {}
        }
    }
    None
}

fn besides(place: &str) -> String {
    format!("there is other text {place} the list of rows; print nothing but the list on standard output")
}

/// For each line that is not blank: whether it is the first, and the text from its first character to the end of the output.
fn lines(text: &str) -> impl Iterator<Item = (bool, &str)> {
    let mut end = 0;
    let lines = text.split_inclusive(['\n', '\r']).filter_map(move |line| {
        let start = end + line.len() - line.trim_start_matches(is_blank).len();
        end += line.len();
        (start < end).then(|| &text[start..])
    });
    lines.enumerate().map(|(index, rest)| (index == 0, rest))
}

/// Whether the text starts like an object with keys, or a list of such.
fn begins_rows(text: &str) -> bool {
    let inside = text.strip_prefix('[').unwrap_or(text).trim_start();
    inside.strip_prefix('{').is_some_and(|inside| text.starts_with('[') || inside.trim_start().starts_with(['"', '\'']))
}

/// Whether both keys of a row occur, in quotes of any kind.
fn names_rows(text: &str) -> bool {
    KEYS.iter().all(|key| ['"', '\''].iter().any(|quote| text.contains(&format!("{quote}{key}{quote}"))))
}

/// Whether the first line is an empty list, and further lines follow.
fn is_empty_list_and_more(text: &str) -> bool {
    let inside = text.strip_prefix('[').map(str::trim_start).and_then(|inside| inside.strip_prefix(']'));
    inside.is_some_and(|rest| rest.trim_start_matches([' ', '\t']).starts_with(['\n', '\r']))
}

fn is_blank(character: char) -> bool {
    // The replacement character stands for invalid bytes.
    character.is_whitespace() || character.is_control() || is_noise(character) || character == char::REPLACEMENT_CHARACTER
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROW: &str = r#"{"node": "a", "state": "down"}"#;

    #[track_caller]
    fn rows(text: &str, count: usize) {
        match find(text) {
            Some(Ok(rows)) => assert_eq!(rows.len(), count, "{text}"),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[track_caller]
    fn broken(text: &str, reason: &str) {
        match find(text) {
            Some(Err(said)) => assert!(said.contains(reason), "{text}: {said}"),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn what_parses_as_rows_is_rows() {
        rows("[]", 0);
        rows(" \n[ ]\n", 0);
        rows(ROW, 1);
        // As Python prints them.
        rows(r#"[{"node": "a", "state": "down", "message": "\udcfc", "elapsed": NaN, "metrics": {"x": 1e400}}]"#, 1);
        for around in ["", " \r\n\t", "\u{feff}", "\u{feff}\n\u{feff}", "\0", "\u{fffd}", "\u{a0}\u{1b}"] {
            rows(&format!("{around}[{ROW}, {ROW}]{around}"), 2);
            rows(&format!("{around}{ROW}{around}"), 1);
        }
        rows(&format!("[\r{ROW}\r]\r"), 1);
        // The program meant to print rows, so the defect is reported.
        for wrong in [r#"[{"id": 1}]"#, r#"[["a", "down"]]"#, r#"{"state": "down"}"#, r#"{"node": "a", "state": "up"}"#, "[1, {}]"]
        {
            rows(wrong, serde_json::from_str::<Vec<Value>>(wrong).map_or(1, |list| list.len()));
        }
    }

    #[test]
    fn what_is_no_list_of_rows_is_text() {
        for text in [
            "",
            "OK",
            "[OK] all is well",
            "[!] CRITICAL: disk full",
            "[1/3] ok",
            "[2026-11-28 19:00:01] done",
            "[ WARNING ]",
            "[störung]",
            "[",
            "[[",
            "[] nothing to do",
            "[null",
            "[1]",
            r#"["a"]"#,
            "[true, 2]",
            "{",
            "{}",
            "{OK}",
            r#"{"status": "ok"}"#,
            r#"{"state": "running", "pid": 7}"#,
            r#"{"status": "ok"} done"#,
            "null",
            "OK - all\n[{\"id\": 1}]",
            "OK - all\n[]",
        ] {
            assert_eq!(find(text), None, "{text}");
        }
    }

    #[test]
    fn what_was_meant_as_rows_is_no_text() {
        broken("[{", "no valid JSON: EOF while parsing an object at line 1 column 2");
        broken("[\n  {'node': 'a', 'state': 'down'}]", "no valid JSON: key must be a string at line 2 column 4");
        broken("{'node': 'a', 'state': 'down'}", "no valid JSON: key must be a string");
        broken(&format!("warning: old\n[{ROW}, {{\"nod"), "no valid JSON: EOF");
        for (text, place) in [
            (format!("[{ROW}]\ndone"), "behind"),
            (format!("[{ROW}] done"), "behind"),
            (format!("{ROW}\n{ROW}"), "behind"),
            ("[]\nDebug: done".to_owned(), "behind"),
            (format!("warning: old\n[{ROW}]"), "before"),
            (format!("[INFO] begins\r[{ROW}]"), "before"),
            (format!("{{\"level\": \"info\"}}\r\n\r\n \u{feff}[\n{ROW}]\ndone"), "before"),
        ] {
            broken(&text, &format!("there is other text {place} the list of rows"));
        }
    }
}
