//! The keys of a service, to name those that have changed.

use super::alerting::Alerting;
use super::fingerprint::{Fingerprint, KeyFingerprints};
use std::time::Duration;
use yaml::{Entry, Node, Value};

/// Of a service with templates, defaults and references filled in. `filled` are its maps with the texts of files, whose keys can differ from
/// those of the service (`password_file`).
pub(super) fn fingerprints(service: &Node, filled: [(&str, &Node); 2], interval: Duration, alerting: Alerting) -> KeyFingerprints {
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
    // Those of config.yaml where the service has none.
    let Alerting { policy, retry_interval } = alerting;
    let effective: [(&str, String); 6] = [
        ("interval", format!("{interval:?}")),
        ("retry_interval", format!("{retry_interval:?}")),
        ("retries_before_notify", policy.retries_before_notify.to_string()),
        ("successes_before_recovery", policy.successes_before_recovery.to_string()),
        ("reminder", format!("{:?}", policy.reminder)),
        ("flapping", format!("{:?}", policy.flapping)),
    ];
    keys.extend(effective.map(|(key, value)| (key.to_owned(), Fingerprint::of(&[&value]))));
    KeyFingerprints::new(keys)
}
