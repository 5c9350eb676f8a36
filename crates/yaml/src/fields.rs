use super::declaration::Keys;
use super::document::{Entry, Node};
use super::error::LocatedError;
use serde::Deserialize;

/// Reads the keys of a map one by one and continues after an error, so that all errors of a map are reported together. The keys
/// that were requested are the known ones; every other key is an error.
pub struct Fields<'a> {
    node: &'a Node,
    /// `None` when the node is not a map. That is reported then, and missing keys are not.
    entries: Option<&'a [Entry]>,
    asked: Vec<&'static str>,
    /// The keys that are known, whether they were requested or not.
    declared: Option<Keys>,
    errors: Vec<LocatedError>,
    /// Errors that may only be consequences of others.
    doubts: Vec<LocatedError>,
}

impl<'a> Fields<'a> {
    pub fn of(node: &'a Node) -> Self {
        let entries = node.entries();
        let errors = if entries.is_some() { Vec::new() } else { vec![node.expected("a map of keys and values")] };
        Self { node, entries, asked: Vec::new(), declared: None, errors, doubts: Vec::new() }
    }

    /// The same for declared keys. A key that is not declared is unknown.
    pub fn declared(node: &'a Node, keys: Keys) -> Self {
        Self { declared: Some(keys), ..Self::of(node) }
    }

    /// The value of a key. A key without a value counts as absent.
    pub fn node(&mut self, key: &'static str) -> Option<&'a Node> {
        self.asked.push(key);
        let entry = self.entries?.iter().find(|entry| entry.key.value == key)?;
        Some(&entry.value).filter(|value| !value.is_null())
    }

    /// The value of a key, read by `read`. `None` when it is absent or invalid; the latter adds an error.
    pub fn read<T>(&mut self, key: &'static str, read: impl FnOnce(&'a Node) -> Result<T, LocatedError>) -> Option<T> {
        let node = self.node(key)?;
        read(node).map_err(|error| self.errors.push(error.at(&node.location).under(key))).ok()
    }

    pub fn optional<T: Deserialize<'a>>(&mut self, key: &'static str) -> Option<T> {
        self.read(key, Node::read)
    }

    /// Like [`Fields::read`], but it is an error when the key is absent.
    pub fn required<T>(&mut self, key: &'static str, read: impl FnOnce(&'a Node) -> Result<T, LocatedError>) -> Option<T> {
        if self.node(key).is_none() && self.entries.is_some() {
            self.errors.push(LocatedError::new(&self.node.location, format!("the key `{key}` is missing or has no value; add it")));
        }
        self.read(key, read)
    }

    /// Like [`Fields::read`], for a value that can have several errors of its own.
    pub fn nested<T>(&mut self, key: &'static str, read: impl FnOnce(&'a Node) -> Result<T, Vec<LocatedError>>) -> Option<T> {
        read(self.node(key)?).map_err(|errors| self.errors.extend(errors.into_iter().map(|error| error.under(key)))).ok()
    }

    /// Adds an error that the reader of the keys has found.
    pub fn fail(&mut self, error: LocatedError) {
        self.errors.push(error);
    }

    /// Adds an error that counts only without other errors: a misspelt key, for example, is not also missing.
    pub fn doubt(&mut self, error: LocatedError) {
        self.doubts.push(error);
    }

    /// Removes and returns the errors so far. Doubts stay.
    pub fn take_errors(&mut self) -> Vec<LocatedError> {
        std::mem::take(&mut self.errors)
    }

    /// Whether there are errors so far.
    pub fn has_failed(&self) -> bool {
        !self.errors.is_empty()
    }

    /// All errors, unknown keys included, in the order of the file.
    pub fn finish(mut self) -> Vec<LocatedError> {
        if let Some(declared) = self.declared {
            self.asked = declared.iter().copied().flatten().map(|key| key.name).collect();
        }
        self.asked.sort_unstable();
        self.asked.dedup();
        for entry in self.entries.unwrap_or_default() {
            if !self.asked.contains(&entry.key.value.as_str()) {
                self.errors.push(LocatedError::unknown_key(&entry.key.value, &self.asked).at(&entry.key.location));
            }
        }
        if self.errors.is_empty() {
            self.errors = self.doubts;
        }
        self.errors.sort_by_key(|error| error.location().map(|location| (location.line, location.column)));
        self.errors
    }
}
