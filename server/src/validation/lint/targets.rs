//! Services that check the same.

use crate::config::{Finding, Service};
use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use yaml::{LocatedError, Node, Value};

/// A finding for each service whose check is the same as that of an earlier one.
pub(super) fn repeated(services: &[Service]) -> Vec<Finding> {
    let mut first: HashMap<u64, &Service> = HashMap::new();
    let mut findings = Vec::new();
    for service in services {
        let Ok(check) = &service.check else { continue };
        let mut hasher = DefaultHasher::new();
        check.plugin.value.hash(&mut hasher);
        hash(&check.properties, &mut hasher);
        hash(&check.data, &mut hasher);
        let mut kept: Vec<_> = service.vault.iter().map(|kept| (&kept.property.value, &kept.key)).collect();
        kept.sort();
        kept.hash(&mut hasher);
        let earlier = *first.entry(hasher.finish()).or_insert(service);
        if !std::ptr::eq(earlier, service) {
            let text = format!(
                "`{}` checks the same as `{}` at {}; remove one of them, or change what it checks",
                service.id, earlier.id, earlier.place
            );
            findings.push(Finding::warning("same-target", LocatedError::new(&service.place, text)));
        }
    }
    findings
}

/// The values without their places. The order of keys does not count.
fn hash(node: &Node, hasher: &mut DefaultHasher) {
    match &node.value {
        Value::Scalar(scalar) => scalar.text.hash(hasher),
        Value::List(nodes) => {
            nodes.len().hash(hasher);
            nodes.iter().for_each(|node| hash(node, hasher));
        }
        Value::Map(entries) => {
            let mut entries: Vec<_> = entries.iter().map(|entry| (&entry.key.value, &entry.value)).collect();
            entries.sort_by_key(|(key, _)| *key);
            entries.len().hash(hasher);
            for (key, value) in entries {
                key.hash(hasher);
                hash(value, hasher);
            }
        }
    }
}
