//! Reads a map of a foreign YAML file key by key, and knows which keys were not read.

use yaml::{Node, Reading, Value};

/// A map that is being read.
pub(super) struct Keys<'a> {
    node: Option<&'a Node>,
    known: Vec<&'static str>,
}

impl<'a> Keys<'a> {
    pub(super) fn new(node: &'a Node) -> Self {
        Self { node: Some(node), known: Vec::new() }
    }

    /// Of a map that may be absent.
    pub(super) fn of(node: Option<&'a Node>) -> Self {
        Self { node, known: Vec::new() }
    }

    /// The value of a key, unless it is absent or empty.
    pub(super) fn get(&mut self, key: &'static str) -> Option<&'a Node> {
        self.known.push(key);
        self.node?.get(key).filter(|value| !value.is_null())
    }

    /// The text of a scalar.
    pub(super) fn text(&mut self, key: &'static str) -> Option<&'a str> {
        self.get(key)?.text().filter(|text| !text.is_empty())
    }

    /// Whether a key is true.
    pub(super) fn flag(&mut self, key: &'static str) -> Option<bool> {
        match &self.get(key)?.value {
            Value::Scalar(scalar) => match scalar.reading {
                Reading::Bool(flag) => Some(flag),
                _ => None,
            },
            Value::List(_) | Value::Map(_) => None,
        }
    }

    /// The entries of a list.
    pub(super) fn list(&mut self, key: &'static str) -> &'a [Node] {
        self.get(key).map(entries).unwrap_or_default()
    }

    /// The map of a key.
    pub(super) fn map(&mut self, key: &'static str) -> Keys<'a> {
        Keys::of(self.get(key))
    }

    /// Ignores keys that have no meaning for Platus.
    pub(super) fn ignore(&mut self, keys: &[&'static str]) {
        self.known.extend(keys);
    }

    /// The keys with a value that were not read.
    pub(super) fn unknown(&self) -> Vec<&'a str> {
        let entries = self.node.and_then(Node::entries).unwrap_or_default();
        let unknown = entries.iter().filter(|entry| !entry.value.is_null() && !self.known.contains(&entry.key.value.as_str()));
        unknown.map(|entry| entry.key.value.as_str()).collect()
    }
}

/// The entries of a list; a value alone counts as a list of one.
pub(super) fn entries(node: &Node) -> &[Node] {
    match &node.value {
        Value::List(nodes) => nodes,
        Value::Scalar(_) | Value::Map(_) => std::slice::from_ref(node),
    }
}

/// Names in a sentence: `` `a`, `b` ``. In `{password: a,b}` a part of the password is a key: what does not look like one is not repeated.
pub(super) fn quoted(names: &[&str]) -> String {
    let looks_like_a_key =
        |name: &str| name.len() <= 64 && name.chars().all(|letter| letter.is_alphanumeric() || "_-.".contains(letter));
    let shown = names.iter().map(|name| if looks_like_a_key(name) { format!("`{name}`") } else { "another key".to_owned() });
    shown.collect::<Vec<_>>().join(", ")
}
