//! Services that check the same.

use crate::config::{Finding, Service};
use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use yaml::{LocatedError, Node, Value};

/// Services that a finding names.
const NAMED: usize = 3;

/// A finding for each entry with services whose check is the same as that of an earlier one. An entry with `for_each` or `discover` makes
/// thousands of services.
pub(super) fn repeated(services: &[Service]) -> Vec<Finding> {
    let mut first: HashMap<u64, &Service> = HashMap::new();
    let mut entries: Vec<(&Service, Vec<&Service>)> = Vec::new();
    let mut known: HashMap<(&str, String), usize> = HashMap::new();
    for service in services {
        let Some(sum) = sum(service) else { continue };
        let earlier = *first.entry(sum).or_insert(service);
        if !std::ptr::eq(earlier, service) {
            let entry = *known.entry((earlier.id.as_str(), service.place.to_string())).or_insert(entries.len());
            if entry == entries.len() {
                entries.push((earlier, Vec::new()));
            }
            entries[entry].1.push(service);
        }
    }
    entries.iter().map(|(earlier, repeated)| finding(earlier, repeated)).collect()
}

fn finding(earlier: &Service, repeated: &[&Service]) -> Finding {
    let mut names = repeated.iter().take(NAMED).map(|service| format!("`{}`", service.id)).collect::<Vec<_>>().join(", ");
    if let Some(more) = repeated.len().checked_sub(NAMED).filter(|more| *more > 0) {
        names += &format!(" and {more} more");
    }
    let (verb, remedy) = match repeated {
        [_] => ("checks", "remove one of them, or change what it checks"),
        _ => ("check", "give what differs as a placeholder, or remove all but one"),
    };
    let text = format!("{names} {verb} the same as `{}` at {}; {remedy}", earlier.id, earlier.place);
    Finding::warning("same-target", LocatedError::new(&repeated[0].place, text))
}

/// Of what a service checks. A service with an error has none.
fn sum(service: &Service) -> Option<u64> {
    let check = service.check.as_ref().ok()?;
    let mut hasher = DefaultHasher::new();
    check.plugin.value.hash(&mut hasher);
    hash(&check.properties, &mut hasher);
    hash(&check.data, &mut hasher);
    let mut kept: Vec<_> = service.vault.iter().map(|kept| (&kept.property.value, &kept.key)).collect();
    kept.sort();
    kept.hash(&mut hasher);
    Some(hasher.finish())
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
