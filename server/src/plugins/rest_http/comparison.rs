//! Compares JSON values and says where they differ.

use serde_json::{Map, Number, Value};

/// Longest value that is shown, in characters.
const LONGEST_VALUE: usize = 60;

/// Parts of keys whose values are not shown.
const SECRET_KEYS: [&str; 8] = ["auth", "cookie", "credential", "key", "pass", "secret", "session", "token"];

/// The first difference between what is expected at `path` and what was found there, for example `version is 2, expected 3`; `None`
/// when they are equal. Numbers are equal when their values are: `3` and `3.0`.
pub(super) fn difference(path: &str, expected: &Value, found: Option<&Value>) -> Option<String> {
    match (expected, found) {
        (_, None) => Some(format!("{path} is missing")),
        (Value::Object(expected), Some(Value::Object(found))) => object_difference(path, expected, found),
        (Value::Array(expected), Some(Value::Array(found))) => array_difference(path, expected, found),
        (Value::Number(expected), Some(Value::Number(found))) if same_number(expected, found) => None,
        (expected, Some(found)) if expected == found => None,
        (_, Some(_)) if is_secret(path) => Some(format!("{path} is not as expected")),
        (expected, Some(found)) => Some(format!("{path} is {}, expected {}", shown(found), shown(expected))),
    }
}

fn object_difference(path: &str, expected: &Map<String, Value>, found: &Map<String, Value>) -> Option<String> {
    let differs = expected.iter().find_map(|(key, value)| difference(&format!("{path}.{key}"), value, found.get(key)));
    let surplus = || found.keys().find(|key| !expected.contains_key(*key));
    differs.or_else(|| surplus().map(|key| format!("{path}.{} was not expected", cut(key))))
}

fn array_difference(path: &str, expected: &[Value], found: &[Value]) -> Option<String> {
    if expected.len() != found.len() {
        return Some(format!("{path} has {} entries, expected {}", found.len(), expected.len()));
    }
    let mut pairs = expected.iter().zip(found).enumerate();
    pairs.find_map(|(index, (expected, found))| difference(&format!("{path}[{index}]"), expected, Some(found)))
}

fn same_number(one: &Number, other: &Number) -> bool {
    // Large integers would lose digits as floating-point numbers.
    if one.is_f64() || other.is_f64() { one.as_f64() == other.as_f64() } else { one == other }
}

/// Whether the value at a path may be a key or a password, to judge by its name.
pub(super) fn is_secret(path: &str) -> bool {
    let path = path.to_lowercase();
    SECRET_KEYS.iter().any(|part| path.contains(part))
}

/// The value in a message: one line, and not long.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::Object(_) => "an object".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        scalar => cut(&scalar.to_string()),
    }
}

/// The beginning of a text of somebody else, which may be long.
pub(super) fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST_VALUE) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
