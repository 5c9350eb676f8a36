//! Typed reading that continues after an error, for commands that report every error at once.
//!
//! Derived code stops at its first error. So what the error is about is taken out of a copy of the node, or filled in when it is missing,
//! and the copy is read again.

use super::document::{Entry, Node, Reading, Scalar, Value};
use super::error::{Cause, LocatedError};
use super::location::{Located, Location};
use serde::de::DeserializeOwned;

/// Most errors of one node.
const MOST: usize = 50;

/// The line of values that are filled in. No value of a file has it.
const FILLED_IN: usize = 0;

/// How often the node is read: each error needs one reading, and a filled-in value one for each of its forms.
const MOST_READINGS: usize = 4 * MOST;

impl Node {
    /// Reads the node as a type. Fails with all errors, in the order of the file, at most 50.
    pub fn read_all<T: DeserializeOwned>(&self) -> Result<T, Vec<LocatedError>> {
        let first = match self.read() {
            Ok(value) => return Ok(value),
            Err(error) => error,
        };
        let mut rest = Rest { node: self.clone(), removed: Vec::new(), filled: 0 };
        let mut errors: Vec<LocatedError> = Vec::new();
        let mut next = Some(first);
        for _ in 0..MOST_READINGS {
            let Some(error) = next.take().filter(|_| errors.len() < MOST) else { break };
            let goes_on = rest.without(&error);
            if !rest.is_consequence(&error, &errors) && !errors.contains(&error) {
                errors.push(error);
            }
            next = if goes_on { rest.node.read::<T>().err() } else { None };
        }
        errors.sort_by_key(|error| error.location().map(|location| (location.line, location.column)));
        Err(errors)
    }
}

/// What is left of a node.
struct Rest {
    node: Node,
    /// The keys that were taken out; they are not missing.
    removed: Vec<String>,
    /// The number of values that were filled in.
    filled: usize,
}

impl Rest {
    /// Takes out what the error is about, or fills it in. Returns whether something has changed.
    fn without(&mut self, error: &LocatedError) -> bool {
        let Some(location) = error.location().cloned() else { return false };
        if location.line == FILLED_IN {
            let word = match error.cause() {
                Cause::UnknownWord(known) => known.first().copied(),
                _ => None,
            };
            return refill(&mut self.node, &location, word);
        }
        match error.cause() {
            Cause::MissingKey(key) => self.fill(&location, key),
            Cause::UnknownKey => remove(&mut self.node, &|entry| entry.key.location == location, &mut self.removed),
            Cause::Value | Cause::UnknownWord(_) => {
                remove(&mut self.node, &|entry| entry.value.location == location, &mut self.removed)
                    || remove(&mut self.node, &|entry| entry.key.location == location, &mut self.removed)
                    || remove_from_list(&mut self.node, &location)
            }
        }
    }

    /// Whether the error follows only from what was taken out or filled in, or from a misspelt key.
    fn is_consequence(&self, error: &LocatedError, earlier: &[LocatedError]) -> bool {
        let is_there = |key: &str| self.removed.iter().any(|removed| removed == key);
        let is_misspelt = |key: &str| earlier.iter().any(|error| error.meant() == Some(key));
        match error.cause() {
            _ if error.location().is_some_and(|location| location.line == FILLED_IN) => true,
            Cause::MissingKey(key) => is_there(key) || is_misspelt(key),
            Cause::Value | Cause::UnknownWord(_) | Cause::UnknownKey => false,
        }
    }

    fn fill(&mut self, location: &Location, key: &str) -> bool {
        self.filled += 1;
        let place = Location { file: location.file.clone(), line: FILLED_IN, column: self.filled };
        let key = Located { value: key.to_owned(), location: place.clone() };
        let Some(entries) = map_at(&mut self.node, location) else { return false };
        entries.push(Entry { key, value: Node { value: text("1"), location: place } });
        true
    }
}

/// As a text, `1` is also a number.
fn text(text: &str) -> Value {
    Value::Scalar(Scalar { text: text.to_owned(), reading: Reading::Text })
}

/// Gives the filled-in value at this place its next form: a text, a list of one text, a map, a boolean; or this word, if it has to be one
/// of some words.
fn refill(node: &mut Node, place: &Location, word: Option<&'static str>) -> bool {
    if node.location == *place {
        node.value = match &node.value {
            Value::Scalar(scalar) if word.is_some_and(|word| word != scalar.text) => text(word.unwrap_or_default()),
            Value::Scalar(Scalar { reading: Reading::Text, .. }) => {
                let location = node.location.clone();
                Value::List(vec![Node { value: text("1"), location }])
            }
            Value::List(_) => Value::Map(Vec::new()),
            Value::Map(_) => Value::Scalar(Scalar { text: "true".to_owned(), reading: Reading::Bool(true) }),
            Value::Scalar(_) => return false,
        };
        return true;
    }
    children(node).any(|child| refill(child, place, word))
}

/// Removes the first entry of which this holds, and notes its key.
fn remove(node: &mut Node, is_wanted: &impl Fn(&Entry) -> bool, removed: &mut Vec<String>) -> bool {
    if let Value::Map(entries) = &mut node.value
        && let Some(at) = entries.iter().position(is_wanted)
    {
        removed.push(entries.remove(at).key.value);
        return true;
    }
    children(node).any(|child| remove(child, is_wanted, removed))
}

fn remove_from_list(node: &mut Node, location: &Location) -> bool {
    if let Value::List(nodes) = &mut node.value
        && let Some(at) = nodes.iter().position(|inner| inner.location == *location)
    {
        nodes.remove(at);
        return true;
    }
    children(node).any(|child| remove_from_list(child, location))
}

fn map_at<'a>(node: &'a mut Node, location: &Location) -> Option<&'a mut Vec<Entry>> {
    if node.location == *location {
        return if let Value::Map(entries) = &mut node.value { Some(entries) } else { None };
    }
    match &mut node.value {
        Value::Map(entries) => entries.iter_mut().find_map(|entry| map_at(&mut entry.value, location)),
        Value::List(nodes) => nodes.iter_mut().find_map(|node| map_at(node, location)),
        Value::Scalar(_) => None,
    }
}

fn children(node: &mut Node) -> Box<dyn Iterator<Item = &mut Node> + '_> {
    match &mut node.value {
        Value::Scalar(_) => Box::new(std::iter::empty()),
        Value::List(nodes) => Box::new(nodes.iter_mut()),
        Value::Map(entries) => Box::new(entries.iter_mut().map(|entry| &mut entry.value)),
    }
}

#[cfg(test)]
mod tests {
    use crate::parse;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its errors are looked at")]
    struct Outer {
        host: String,
        port: u16,
        hosts: Vec<String>,
        verify: bool,
        inner: Inner,
        #[serde(default)]
        list: Vec<u8>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its errors are looked at")]
    struct Inner {
        kind: Kind,
        number: u8,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Kind {
        Plain,
        Other,
    }

    #[track_caller]
    fn errors(text: &str) -> String {
        let errors = parse("f", text).unwrap().read_all::<Outer>().unwrap_err();
        errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_sound_node_is_its_value() {
        let node = parse("f", "host: h\nport: 1\nhosts: []\nverify: no\ninner: {kind: plain, number: 1}").unwrap();
        assert_eq!(node.read_all::<Outer>().unwrap().host, "h");
    }

    #[test]
    fn every_wrong_value_and_key_is_reported_once() {
        let text =
            "hots: h\nport: many\nlist: [1, x, 2, 300]\nhosts: [a, [b]]\nverify: 'yes'\ninner:\n  knd: plain\n  number: -1\n";
        insta::assert_snapshot!(errors(text), @r"
        f:1:1: unknown key `hots`; did you mean `host`? Known keys: host, hosts, inner, list, port, verify
        f:2:7: `port`: expected a whole number from 0 to 65535, found text
        f:3:11: `list`: expected a whole number from 0 to 255, found text
        f:3:17: `list`: expected a whole number from 0 to 255; this value is another
        f:4:12: `hosts`: expected text, found a list
        f:5:9: `verify`: expected true or false, found text
        f:7:3: `inner`: unknown key `knd`; did you mean `kind`? Known keys: kind, number
        f:8:11: `inner.number`: expected a whole number from 0 to 255; this value is another
        ");
    }

    #[test]
    fn every_missing_key_is_reported_and_one_with_a_wrong_value_is_not_missing() {
        insta::assert_snapshot!(errors("port: x\ninner: {kind: plan}"), @r"
        f:1:1: the key `host` is missing; add it
        f:1:1: the key `hosts` is missing; add it
        f:1:1: the key `verify` is missing; add it
        f:1:7: `port`: expected a whole number from 0 to 65535, found text
        f:2:8: `inner`: the key `number` is missing; add it
        f:2:15: `inner.kind`: unknown word; did you mean `plain`? Known words: other, plain
        ");
    }
}
