//! The keys of a service, to name those that have changed.

use super::fingerprint::{Fingerprint, KeyFingerprints};
use yaml::{Entry, Node, Value};

/// Keys that can stand in config.yaml for all services, with what counts for one of them.
pub(super) type Effective = [(&'static str, Fingerprint); 6];

/// Of a service with templates, defaults and references filled in. `filled` are its maps with the texts of files, whose keys can differ from
/// those of the service (`password_file`).
pub(super) fn fingerprints(service: &Node, filled: [(&str, &Node); 2], effective: &Effective) -> KeyFingerprints {
    let mut keys = Vec::new();
    let mut add = |prefix: &str, entries: &[Entry]| {
        keys.extend(entries.iter().map(|Entry { key, value }| (format!("{prefix}{}", key.value), Fingerprint::of(&[value]))));
    };
    for entry in service.entries().unwrap_or_default() {
        let key = entry.key.value.as_str();
        match &entry.value.value {
            Value::Map(inner) if filled.iter().any(|(name, _)| *name == key) => add(&format!("{key}."), inner),
            _ => add("", std::slice::from_ref(entry)),
        }
    }
    for (name, node) in filled {
        add(&format!("{name}."), node.entries().unwrap_or_default());
    }
    keys.extend(effective.iter().map(|(key, fingerprint)| ((*key).to_owned(), *fingerprint)));
    KeyFingerprints::new(keys)
}
