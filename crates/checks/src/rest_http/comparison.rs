//! Compares JSON values, and describes where they differ.

use json::{Members, Number, Value};
use net::excerpt;

/// Maximum length of a value in messages, in characters.
const LONGEST_VALUE: usize = 60;

/// Parts of keys whose values are not shown.
const SECRET_KEYS: [&str; 8] = ["auth", "cookie", "credential", "key", "pass", "secret", "session", "token"];

/// When values of different types are equal. Numbers are compared by value: `3` equals `3.0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Equality {
    /// As in JSON: never.
    Json,
    /// As in Python: `True` equals 1, and `False` equals 0.
    Python,
}

impl Equality {
    /// The first difference at `path`, for example `version is 2, expected 3`; `None` if the values are equal.
    pub(super) fn difference(self, path: &str, expected: &Value, found: Option<&Value>) -> Option<String> {
        match (expected, found) {
            (_, None) => Some(format!("{path} is missing")),
            (Value::Object(expected), Some(Value::Object(found))) => self.object_difference(path, expected, found),
            (Value::Array(expected), Some(Value::Array(found))) => self.array_difference(path, expected, found),
            (expected, Some(found)) if self.are_equal_scalars(expected, found) => None,
            (_, Some(_)) if is_secret(path) => Some(format!("{path} is not as expected")),
            (expected, Some(found)) => Some(format!("{path} is {}, expected {}", shown(found), shown(expected))),
        }
    }

    pub(super) fn are_equal(self, one: &Value, other: &Value) -> bool {
        self.difference("", one, Some(other)).is_none()
    }

    fn are_equal_scalars(self, one: &Value, other: &Value) -> bool {
        match (one, other) {
            (Value::Bool(truth), Value::Number(number)) | (Value::Number(number), Value::Bool(truth)) => {
                self == Self::Python && *number == Number::from(i64::from(*truth))
            }
            (one, other) => one == other,
        }
    }

    fn object_difference(self, path: &str, expected: &Members, found: &Members) -> Option<String> {
        let differs = expected.iter().find_map(|(key, value)| self.difference(&format!("{path}.{key}"), value, found.get(key)));
        let surplus = || found.keys().find(|key| !expected.contains_key(*key));
        differs.or_else(|| surplus().map(|key| format!("{path}.{} was not expected", cut(key))))
    }

    fn array_difference(self, path: &str, expected: &[Value], found: &[Value]) -> Option<String> {
        if expected.len() != found.len() {
            return Some(format!("{path} has {} entries, expected {}", found.len(), expected.len()));
        }
        let mut pairs = expected.iter().zip(found).enumerate();
        pairs.find_map(|(index, (expected, found))| self.difference(&format!("{path}[{index}]"), expected, Some(found)))
    }
}

/// Whether the value at a path may be a key or a password, judging by its name.
pub(super) fn is_secret(path: &str) -> bool {
    let path = path.to_lowercase();
    SECRET_KEYS.iter().any(|part| path.contains(part))
}

/// The value for a message: one line, shortened.
pub(super) fn shown(value: &Value) -> String {
    cut(&value.to_string())
}

/// The start of a text, at most 60 characters.
pub(super) fn cut(text: &str) -> String {
    excerpt::cut(text, LONGEST_VALUE)
}
