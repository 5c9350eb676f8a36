//! Values of the files that are written.

use indexmap::IndexMap;
use std::fmt;

/// A value. It has no `Debug`, since any text could be a secret.
#[derive(Clone, PartialEq)]
pub(super) enum Value {
    /// As a configuration of Platus has it: `${NAME}` refers to the environment, and `$${` is the text `${`.
    Text(String),
    /// A number or a boolean.
    Plain(String),
    List(Vec<Value>),
    Map(Map),
}

/// Keys and values in the order in which they are written.
#[derive(Clone, Default, PartialEq)]
pub(super) struct Map(IndexMap<String, Value>);

/// A text without references, as a configuration of Platus has it.
pub(super) fn without_references(text: &str) -> String {
    text.replace("${", "$${")
}

/// The environment variable to which the whole text refers.
pub(super) fn reference(text: &str) -> Option<&str> {
    let name = text.strip_prefix("${")?.strip_suffix('}')?;
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_').then_some(name)
}

impl Value {
    /// A text that has references.
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A text that has none.
    pub(super) fn literal(text: &str) -> Self {
        Self::Text(without_references(text))
    }

    pub(super) fn number(number: impl fmt::Display) -> Self {
        Self::Plain(number.to_string())
    }

    pub(super) fn flag(flag: bool) -> Self {
        Self::Plain(flag.to_string())
    }

    /// A number for one that was read as text, else that text.
    pub(super) fn number_or_text(text: &str) -> Self {
        match text.parse::<i64>() {
            Ok(number) if number.to_string() == text => Self::number(number),
            _ => Self::text(text),
        }
    }

    pub(super) fn texts(texts: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self::List(texts.into_iter().map(Self::text).collect())
    }

    /// Whether a text anywhere in it fulfils this.
    pub(super) fn any_text(&self, is_met: &impl Fn(&str) -> bool) -> bool {
        match self {
            Self::Text(text) => is_met(text),
            Self::Plain(_) => false,
            Self::List(values) => values.iter().any(|value| value.any_text(is_met)),
            Self::Map(map) => map.iter().any(|(_, value)| value.any_text(is_met)),
        }
    }
}

impl FromIterator<(String, Value)> for Map {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(entries: I) -> Self {
        Self(entries.into_iter().collect())
    }
}

impl Map {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// Sets a key, at its place if it is there already.
    pub(super) fn set(&mut self, key: &str, value: Value) {
        self.0.insert(key.to_owned(), value);
    }

    /// Sets a key if there is a value.
    pub(super) fn set_if(&mut self, key: &str, value: Option<Value>) {
        if let Some(value) = value {
            self.set(key, value);
        }
    }

    pub(super) fn get(&self, key: &str) -> Option<&Value> {
        self.0.get(key)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// Removes the keys of which this is not true.
    pub(super) fn retain(&mut self, mut is_kept: impl FnMut(&str, &Value) -> bool) {
        self.0.retain(|key, value| is_kept(key, value));
    }

    /// The map as a value, if it has a key.
    pub(super) fn into_value(self) -> Option<Value> {
        (!self.is_empty()).then_some(Value::Map(self))
    }
}
