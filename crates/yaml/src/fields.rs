use super::document::{Entry, Node};
use super::error::LocatedError;
use serde::Deserialize;

/// Reads the keys of a map one by one and continues after an error, so that all errors of a map are reported together. The keys
/// that were asked for are the known ones; every other key is an error.
pub struct Fields<'a> {
    node: &'a Node,
    /// `None` when the node is not a map. That is reported then, and missing keys are not.
    entries: Option<&'a [Entry]>,
    asked: Vec<&'static str>,
    errors: Vec<LocatedError>,
    /// Errors that may only be consequences of others.
    doubts: Vec<LocatedError>,
}

impl<'a> Fields<'a> {
    pub fn of(node: &'a Node) -> Self {
        let entries = node.entries();
        let errors = if entries.is_some() { Vec::new() } else { vec![node.expected("a map of keys and values")] };
        Self { node, entries, asked: Vec::new(), errors, doubts: Vec::new() }
    }

    /// The value of a key as it stands. A key with nothing after it counts as absent.
    pub fn node(&mut self, key: &'static str) -> Option<&'a Node> {
        self.asked.push(key);
        let entry = self.entries?.iter().find(|entry| entry.key.value == key)?;
        Some(&entry.value).filter(|value| !value.is_null())
    }

    /// The value of a key, read by `read`. None when it is absent, or wrong, which is then among the errors.
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

    /// Adds an error that counts only if nothing else is wrong: a key that is misspelt, for instance, is not missing.
    pub fn doubt(&mut self, error: LocatedError) {
        self.doubts.push(error);
    }

    /// What has been wrong so far, which is no error of this reader any more. Doubts stay.
    pub fn take_errors(&mut self) -> Vec<LocatedError> {
        std::mem::take(&mut self.errors)
    }

    /// Whether something has been wrong so far.
    pub fn has_failed(&self) -> bool {
        !self.errors.is_empty()
    }

    /// All that is wrong, the unknown keys included, in the order of the file.
    pub fn finish(mut self) -> Vec<LocatedError> {
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
