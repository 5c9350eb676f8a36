//! One row of a table, or one object of a backup.

use serde_json::{Map, Value};
use std::borrow::Cow;

/// Values by the name of their column. Names of a backup (`retryInterval`) become those of the database (`retry_interval`).
#[derive(Default)]
pub(super) struct Record(Map<String, Value>);

impl Record {
    pub(super) fn new(values: impl IntoIterator<Item = (String, Value)>) -> Self {
        Self(values.into_iter().map(|(name, value)| (column(&name), value)).collect())
    }

    /// Of a text in JSON. Empty if it is none.
    pub(super) fn of_json(text: &str) -> Self {
        match serde_json::from_str(text) {
            Ok(Value::Object(values)) => Self(values),
            _ => Self::default(),
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// A text that is not empty.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str().filter(|text| !text.is_empty())
    }

    /// A text, or a number as its text.
    pub(super) fn shown(&self, name: &str) -> Option<Cow<'_, str>> {
        match self.get(name)? {
            Value::String(text) if !text.is_empty() => Some(Cow::Borrowed(text)),
            Value::Number(number) => Some(Cow::Owned(number.to_string())),
            _ => None,
        }
    }

    /// A number, or a text that is one.
    pub(super) fn number(&self, name: &str) -> Option<f64> {
        match self.get(name)? {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        }
        .filter(|number: &f64| number.is_finite())
    }

    pub(super) fn id(&self, name: &str) -> Option<i64> {
        match self.get(name)? {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// Whether it is true, or a number other than 0.
    pub(super) fn flag(&self, name: &str) -> bool {
        match self.get(name) {
            Some(Value::Bool(flag)) => *flag,
            Some(Value::Number(number)) => number.as_f64() != Some(0.0),
            Some(Value::String(text)) => matches!(text.as_str(), "1" | "true"),
            _ => false,
        }
    }

    /// The entries of a list, which a column has as a text in JSON. Numbers are given as their text.
    pub(super) fn list(&self, name: &str) -> Vec<String> {
        let parsed;
        let entries = match self.get(name) {
            Some(Value::Array(entries)) => entries,
            Some(Value::String(text)) => match serde_json::from_str::<Vec<Value>>(text) {
                Ok(entries) => {
                    parsed = entries;
                    &parsed
                }
                Err(_) => return Vec::new(),
            },
            _ => return Vec::new(),
        };
        let text = |value: &Value| match value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        entries.iter().filter_map(text).collect()
    }
}

/// The name of the column for a name of a backup.
fn column(name: &str) -> String {
    let mut column = String::with_capacity(name.len() + 4);
    for (index, letter) in name.char_indices() {
        let is_inner_capital = letter.is_ascii_uppercase() && index > 0 && !name.ends_with("IDList");
        if is_inner_capital && !column.ends_with('_') {
            column.push('_');
        }
        column.push(letter.to_ascii_lowercase());
    }
    column
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_of_a_backup() {
        let names = ["retryInterval", "accepted_statuscodes", "notificationIDList", "tlsCa"].map(column);
        assert_eq!(names, ["retry_interval", "accepted_statuscodes", "notificationidlist", "tls_ca"]);
        let record = Record::of_json(r#"{"a": "1", "b": 2, "c": true, "d": ["x", 1], "e": "[1]", "f": null, "g": ""}"#);
        assert_eq!((record.number("a"), record.id("b"), record.flag("c"), record.flag("f")), (Some(1.0), Some(2), true, false));
        assert_eq!(
            (record.list("d"), record.list("e"), record.text("g")),
            (vec!["x".to_owned(), "1".to_owned()], vec!["1".to_owned()], None)
        );
    }
}
