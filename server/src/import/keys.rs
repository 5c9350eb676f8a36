//! Reads a map of a foreign YAML file key by key, and knows which keys were not taken.

use super::model::{Part, Presence};
use std::cell::RefCell;
use std::collections::HashSet;
use std::ptr;
use std::rc::Rc;
use yaml::{Entry, Node, Reading, Value};

/// A map that is being read. What is read of the maps in it counts as well.
pub(super) struct Keys<'a> {
    node: Option<&'a Node>,
    read: Rc<RefCell<Read>>,
}

/// Nodes, by their addresses.
#[derive(Default)]
struct Read {
    /// With everything in them.
    taken: HashSet<*const Node>,
    /// Maps that are read key by key.
    opened: HashSet<*const Node>,
}

impl<'a> Keys<'a> {
    pub(super) fn new(node: &'a Node) -> Self {
        Self::of(Some(node))
    }

    /// Of a map that may be absent.
    pub(super) fn of(node: Option<&'a Node>) -> Self {
        Self { node, read: Rc::default() }
    }

    /// The value of a key, unless it is absent or empty. Everything in it counts as taken.
    pub(super) fn get(&mut self, key: &str) -> Option<&'a Node> {
        self.read(key, Some)
    }

    /// The text of a scalar.
    pub(super) fn text(&mut self, key: &str) -> Option<&'a str> {
        self.read(key, Node::text).filter(|text| !text.is_empty())
    }

    /// What a text means. One that means nothing is not taken.
    pub(super) fn parsed<T>(&mut self, key: &str, parse: impl FnOnce(&'a str) -> Option<T>) -> Option<T> {
        self.read(key, |node| parse(node.text()?))
    }

    /// Whether a key is true.
    pub(super) fn flag(&mut self, key: &str) -> Option<bool> {
        self.read(key, |node| match &node.value {
            Value::Scalar(scalar) => match scalar.reading {
                Reading::Bool(flag) => Some(flag),
                _ => None,
            },
            Value::List(_) | Value::Map(_) => None,
        })
    }

    /// The entries of a list.
    pub(super) fn list(&mut self, key: &str) -> &'a [Node] {
        self.get(key).map(entries).unwrap_or_default()
    }

    /// What all entries of a list mean. If one means nothing, the list is not taken.
    pub(super) fn all<T>(&mut self, key: &str, parse: impl Fn(&'a Node) -> Option<T>) -> Vec<T> {
        self.read(key, |node| entries(node).iter().map(parse).collect()).unwrap_or_default()
    }

    /// The texts of a map. If a value is none, the map is not taken.
    pub(super) fn texts(&mut self, key: &str) -> Vec<(&'a str, &'a str)> {
        let text = |entry: &'a Entry| Some((entry.key.value.as_str(), entry.value.text()?));
        self.read(key, |node| node.entries()?.iter().map(text).collect()).unwrap_or_default()
    }

    /// The map of a key, whose keys are taken one by one.
    pub(super) fn map(&mut self, key: &str) -> Keys<'a> {
        let node = self.found(key).filter(|node| node.entries().is_some());
        self.read.borrow_mut().opened.extend(node.map(ptr::from_ref));
        Keys { node, read: Rc::clone(&self.read) }
    }

    /// Ignores keys that have no meaning for Platus.
    pub(super) fn ignore(&mut self, keys: &[&str]) {
        for key in keys {
            self.get(key);
        }
    }

    /// The keys with a value that were not taken, with those of maps in it, such as `client.timeout`.
    pub(super) fn unknown(&self) -> Vec<String> {
        let mut unknown = Vec::new();
        if let Some(node) = self.node {
            add_unknown(node, "", &self.read.borrow(), &mut unknown);
        }
        unknown
    }

    /// Remarks of the part that these keys are not carried over. `of` says where they are, such as `` of the alert `slack` ``; it may be
    /// empty.
    pub(super) fn report(&self, part: &mut Part, of: &str) {
        let unknown = self.unknown();
        // Of a part of which nothing is carried over, that is said.
        if !unknown.is_empty() && part.presence != Presence::Absent {
            part.lost(format!("{}{of}", quoted(&unknown)));
        }
    }

    fn found(&self, key: &str) -> Option<&'a Node> {
        self.node?.get(key).filter(|value| !value.is_null())
    }

    /// What a value means. One that means nothing is not taken.
    fn read<T>(&mut self, key: &str, meaning: impl FnOnce(&'a Node) -> Option<T>) -> Option<T> {
        let node = self.found(key)?;
        let meaning = meaning(node)?;
        self.read.borrow_mut().taken.insert(ptr::from_ref(node));
        Some(meaning)
    }
}

fn add_unknown(node: &Node, prefix: &str, read: &Read, unknown: &mut Vec<String>) {
    for Entry { key, value } in node.entries().unwrap_or_default() {
        let name = format!("{prefix}{}", key.value);
        let address = ptr::from_ref(value);
        if value.is_null() || read.taken.contains(&address) {
            continue;
        }
        if read.opened.contains(&address) {
            add_unknown(value, &format!("{name}."), read, unknown);
        } else {
            unknown.push(name);
        }
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
pub(super) fn quoted(names: &[impl AsRef<str>]) -> String {
    let looks_like_a_key =
        |name: &str| name.len() <= 64 && name.chars().all(|letter| letter.is_alphanumeric() || "_-.".contains(letter));
    let shown = names.iter().map(AsRef::as_ref).map(|name| match looks_like_a_key(name) {
        true => format!("`{name}`"),
        false => "another key".to_owned(),
    });
    shown.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_taken_is_known() {
        let text = "{a: x, b: {c: 1, d: {e: 2}, f: 3}, g: maybe, h: [1, x], i: , j: {k: 1}, l: {m: [n]}, o: 5s}";
        let document = yaml::parse("t.yaml", text).unwrap();
        let mut keys = Keys::new(&document);
        assert_eq!((keys.text("a"), keys.flag("g"), keys.text("absent")), (Some("x"), None, None));
        let mut inner = keys.map("b");
        assert_eq!((inner.text("c"), inner.map("d").text("z")), (Some("1"), None));
        assert_eq!(keys.all("h", |node| node.text()?.parse::<u32>().ok()), Vec::<u32>::new());
        assert_eq!((keys.texts("j"), keys.texts("l")), (vec![("k", "1")], Vec::new()));
        assert_eq!(keys.parsed("o", |text| text.parse::<u32>().ok()), None);
        assert_eq!(keys.unknown(), ["b.d.e", "b.f", "g", "h", "l", "o"]);
    }
}
