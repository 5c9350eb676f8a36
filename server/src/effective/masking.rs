//! Values without what could be a secret, by the rules of the excerpts of `platus validate`.

use crate::validation::KnownKeys;
use yaml::{Entry, Located, Node, Reading, Scalar, Value};

/// Shown instead of a value. Its length does not depend on the value.
const WITHHELD: &str = "••••••";

/// Characters of the longest key that is shown. A longer one may be a part of a value.
const LONGEST_KEY: usize = 64;

/// A map of names and maps, in which only values of keys that never hold a secret are shown.
pub(super) fn masked(named: &Node, keys: &KnownKeys) -> Node {
    let entry = |Entry { key, value }: &Entry| Entry { key: key.clone(), value: value_of(value, false, keys) };
    let entries = named.entries().unwrap_or_default().iter().map(entry).collect();
    Node { value: Value::Map(entries), location: named.location.clone() }
}

/// A value below a key. `is_harmless`: whether that key never holds a secret.
fn value_of(node: &Node, is_harmless: bool, keys: &KnownKeys) -> Node {
    let value = match &node.value {
        // An address can have a password before an `@`.
        Value::Scalar(scalar) if scalar.is_null() || (is_harmless && !scalar.text.contains('@')) => Value::Scalar(scalar.clone()),
        Value::Scalar(_) => withheld(),
        Value::List(nodes) => Value::List(nodes.iter().map(|node| value_of(node, is_harmless, keys)).collect()),
        Value::Map(entries) => Value::Map(entries.iter().map(|entry| entry_of(entry, keys)).collect()),
    };
    Node { value, location: node.location.clone() }
}

fn entry_of(Entry { key, value }: &Entry, keys: &KnownKeys) -> Entry {
    let name = key.value.as_str();
    let value = if keys.is_secret(name) && !value.is_null() {
        Node { value: withheld(), location: value.location.clone() }
    } else {
        value_of(value, keys.is_harmless(name), keys)
    };
    let is_key =
        name.chars().count() <= LONGEST_KEY && name.chars().all(|letter| letter.is_alphanumeric() || "_-./".contains(letter));
    let shown = if is_key { name.to_owned() } else { WITHHELD.to_owned() };
    Entry { key: Located { value: shown, location: key.location.clone() }, value }
}

fn withheld() -> Value {
    Value::Scalar(Scalar { text: WITHHELD.to_owned(), reading: Reading::Text })
}
