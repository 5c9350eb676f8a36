//! `defaults` and `templates` of `config.yaml`: parts of services.

use super::merging::merge_service;
use super::placeholders::first_in;
use super::templates::USE;
use crate::config::declared::SERVICE;
use std::collections::HashMap;
use yaml::{Entry, Located, LocatedError, Node, Value};

const DEFAULTS: &str = "defaults";
const TEMPLATES: &str = "templates";

/// The key of the defaults of each check type.
const CHECK_TYPES: &str = "check_types";

/// The keys of a service that a template cannot have.
const NOT_IN_TEMPLATES: [&str; 2] = ["for_each", "discover"];

/// Those that defaults cannot have. The defaults depend on `type`, so that they cannot give it.
const NOT_IN_DEFAULTS: [&str; 5] = ["for_each", "discover", "type", USE, "was"];

/// `config.yaml` without `defaults` and `templates`, and a map of these: references in them are resolved in each service.
pub(in crate::config) fn take_shared(config: Node) -> (Node, Node) {
    let Node { value: Value::Map(entries), location } = config else {
        let nothing = Node::empty_map(config.location.clone());
        return (config, nothing);
    };
    let (shared, others): (Vec<Entry>, Vec<Entry>) =
        entries.into_iter().partition(|entry| [DEFAULTS, TEMPLATES].contains(&entry.key.value.as_str()));
    let map = |entries: Vec<Entry>| Node { value: Value::Map(entries), location: location.clone() };
    (map(others), map(shared))
}

/// What was read of `defaults` and `templates`.
pub(super) struct SharedParts {
    pub templates: Vec<(Located<String>, Node)>,
    pub defaults: Defaults,
}

/// The defaults of the services.
#[derive(Default)]
pub(super) struct Defaults {
    /// Of all check types.
    overall: Option<Node>,
    /// With those of all check types.
    by_type: HashMap<String, Node>,
}

impl SharedParts {
    pub(super) fn read(shared: Node, errors: &mut Vec<LocatedError>) -> Self {
        let mut read = Self { templates: Vec::new(), defaults: Defaults::default() };
        let Value::Map(entries) = shared.value else { return read };
        for Entry { key, value } in entries {
            let mut own = Vec::new();
            match key.value.as_str() {
                TEMPLATES => read.templates = templates(value, &mut own),
                _ => read.defaults = Defaults::read(value, &mut own),
            }
            errors.extend(own.into_iter().map(|error| error.under(&key.value)));
        }
        read
    }
}

fn templates(node: Node, errors: &mut Vec<LocatedError>) -> Vec<(Located<String>, Node)> {
    let read = |Entry { key, value }: Entry| {
        let mut own = Vec::new();
        let value = part(value, &NOT_IN_TEMPLATES, &[], &mut own);
        errors.extend(own.into_iter().map(|error| error.under(&key.value)));
        (key, value)
    };
    match node.value {
        Value::Map(entries) => entries.into_iter().map(read).collect(),
        _ if node.is_null() => Vec::new(),
        _ => {
            errors.push(node.expected("a map of templates"));
            Vec::new()
        }
    }
}

impl Defaults {
    fn read(node: Node, errors: &mut Vec<LocatedError>) -> Self {
        refuse_placeholders(&node, errors);
        let node = part(node, &NOT_IN_DEFAULTS, &[CHECK_TYPES], errors);
        let Node { value: Value::Map(entries), location } = node else { return Self::default() };
        let (of_types, overall): (Vec<Entry>, Vec<Entry>) = entries.into_iter().partition(|entry| entry.key.value == CHECK_TYPES);
        let overall = Node { value: Value::Map(overall), location };
        let mut by_type = HashMap::new();
        for Entry { value, .. } in of_types {
            let Some(entries) = value.entries() else {
                errors.push(value.expected("a map of check types").under(CHECK_TYPES));
                continue;
            };
            for Entry { key, value } in entries.iter().cloned() {
                let mut own = Vec::new();
                let of_type = part(value, &NOT_IN_DEFAULTS, &[], &mut own);
                errors.extend(own.into_iter().map(|error| error.under(&key.value).under(CHECK_TYPES)));
                by_type.insert(key.value, merge_service(of_type, &overall));
            }
        }
        Self { overall: Some(overall), by_type }
    }

    /// The defaults of a service of this check type.
    pub(super) fn of(&self, check_type: &str) -> Option<&Node> {
        self.by_type.get(check_type).or(self.overall.as_ref())
    }
}

/// Defaults are those of all services, of which most are not made of the entries of a list.
fn refuse_placeholders(node: &Node, errors: &mut Vec<LocatedError>) {
    for Entry { key, value } in node.entries().unwrap_or_default() {
        if let Some(location) = first_in(value) {
            let text = "`${each.…}` has no meaning in defaults; write it in the services with `for_each` or `discover`, or in a template that they use";
            errors.push(LocatedError::new(location, text).under(&key.value));
        }
    }
}

/// A part of a service without keys that it cannot have. These are errors.
fn part(node: Node, excluded: &[&str], further: &[&str], errors: &mut Vec<LocatedError>) -> Node {
    let Node { value, location } = node;
    match value {
        Value::Map(mut entries) => {
            let names = SERVICE.iter().copied().flatten().map(|key| key.name).filter(|name| !excluded.contains(name));
            let known: Vec<&str> = names.chain(further.iter().copied()).collect();
            entries.retain(|entry| {
                let is_known = known.contains(&entry.key.value.as_str());
                if !is_known {
                    errors.push(LocatedError::unknown_key(&entry.key.value, &known).at(&entry.key.location));
                }
                is_known
            });
            Node { value: Value::Map(entries), location }
        }
        Value::Scalar(scalar) if scalar.is_null() => Node::empty_map(location),
        value => {
            let node = Node { value, location };
            errors.push(node.expected("a map of keys and values"));
            Node::empty_map(node.location)
        }
    }
}
