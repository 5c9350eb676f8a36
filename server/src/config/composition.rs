//! Services of what is said once: `defaults` and `templates` of `config.yaml`, `use`, `for_each` and `discover` of a service.
//!
//! What a service says itself counts more than its templates, these more than the defaults of its check type, and these more than the
//! defaults of all services. Each value keeps its place, so that an error names the file in which it stands.

mod budget;
mod discovered;
mod foreign;
mod merging;
pub(super) mod placeholders;
mod shared;
mod templates;
mod wrong_entries;

use super::discovery::{DISCOVER, Discovered, IdPattern, KnownLists};
use super::documents::given_twice;
use super::findings::{Effect, Finding};
use super::sources::Sources;
use budget::Budget;
use merging::merge_service;
use placeholders::{BEGIN, Item, first_in};
pub(super) use shared::take_shared;
use shared::{Defaults, SharedParts};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use templates::{Templates, USE, take_uses};
use wrong_entries::WrongEntries;
use yaml::{Entry, Located, LocatedError, Location, Node, Value};

/// The key with which a service is repeated.
const FOR_EACH: &str = "for_each";

/// The services with everything filled in.
pub(super) struct Composed {
    /// One entry for each service, without `use`, `for_each` and `discover`.
    pub document: Node,
    /// The errors of services, by their places in the document. A service with one has no other that counts: it may follow from it.
    pub errors: BTreeMap<usize, Vec<LocatedError>>,
    pub findings: Vec<Finding>,
    /// The services of lists, by their places in the document.
    pub of_lists: BTreeSet<usize>,
    /// The entries with `discover`.
    pub discovered: Vec<Discovered>,
    /// The ids that these entries can make.
    pub id_patterns: Vec<IdPattern>,
}

/// Fills in templates and defaults, and repeats the services with `for_each` and `discover`. `shared` is what [`take_shared`] returned.
pub(super) fn compose(services: Node, shared: Node, sources: &Sources<'_>, lists: &KnownLists) -> Composed {
    let Node { value: Value::Map(entries), location } = services else {
        let (errors, of_lists) = (BTreeMap::new(), BTreeSet::new());
        let (discovered, id_patterns) = (Vec::new(), Vec::new());
        return Composed { document: services, errors, findings: Vec::new(), of_lists, discovered, id_patterns };
    };
    let mut errors = Vec::new();
    let mut budget = Budget::default();
    let SharedParts { templates, defaults } = SharedParts::read(shared, &mut errors);
    let templates = Templates::new(templates, &mut budget, &mut errors);
    let mut composing = Composing {
        templates,
        defaults,
        sources,
        budget,
        made: Vec::with_capacity(entries.len()),
        places: HashMap::new(),
        errors: BTreeMap::new(),
        fatal: errors,
        is_over: false,
        lists,
        of_lists: BTreeSet::new(),
        discovered: Vec::new(),
        unusable: Vec::new(),
        id_patterns: Vec::new(),
    };
    let is_repeated = |entry: &Entry| entry.value.get(FOR_EACH).is_some() || entry.value.get(DISCOVER).is_some();
    if entries.iter().any(is_repeated) {
        composing.places = entries
            .iter()
            .filter(|entry| !is_repeated(entry))
            .map(|entry| (entry.key.value.clone(), entry.key.location.clone()))
            .collect();
    }
    let (with_lists, others): (Vec<_>, Vec<_>) = entries.into_iter().partition(|entry| entry.value.get(DISCOVER).is_some());
    for entry in others {
        composing.add(entry);
    }
    // Last, so that a list can take no id from a service of the configuration.
    composing.discover(with_lists);
    let fatal = composing.fatal.into_iter().map(|error| Finding::invalid(error, Effect::NoStart));
    Composed {
        document: Node { value: Value::Map(composing.made), location },
        errors: composing.errors,
        findings: fatal.chain(composing.unusable).collect(),
        of_lists: composing.of_lists,
        discovered: composing.discovered,
        id_patterns: composing.id_patterns,
    }
}

/// The services without those that use templates, for a file that is read without `config.yaml`.
pub(super) fn without_users_of_templates(mut services: Node) -> Node {
    if let Value::Map(entries) = &mut services.value {
        entries.retain(|entry| entry.value.get(USE).is_none());
    }
    services
}

struct Composing<'a> {
    templates: Templates,
    defaults: Defaults,
    sources: &'a Sources<'a>,
    budget: Budget,
    made: Vec<Entry>,
    /// Of the ids, when there is a `for_each` or a `discover`.
    places: HashMap<String, Location>,
    errors: BTreeMap<usize, Vec<LocatedError>>,
    /// With these, Platus does not start.
    fatal: Vec<LocatedError>,
    /// Whether the budget is used up.
    is_over: bool,
    lists: &'a KnownLists,
    of_lists: BTreeSet<usize>,
    discovered: Vec<Discovered>,
    /// Lists that are not used, or not as a whole.
    unusable: Vec<Finding>,
    /// The ids that the entries with `discover` can make.
    id_patterns: Vec<IdPattern>,
}

impl Composing<'_> {
    fn add(&mut self, Entry { key, value }: Entry) {
        if self.is_over {
            return;
        }
        if value.entries().is_none() {
            self.push(key, value, Vec::new());
            return;
        }
        let mut errors = Vec::new();
        let (own, repeated) = take(value, FOR_EACH);
        let repeated = repeated.filter(|list| !list.is_null());
        // Templates whose names depend on the entry are those of each service that is made.
        let is_open = repeated.is_some() && own.get(USE).is_some_and(|uses| first_in(uses).is_some());
        let service = if is_open {
            own
        } else {
            let Some(service) = self.with_templates(own, &mut errors) else { return };
            service
        };
        match repeated {
            None => {
                if key.value.contains(BEGIN) {
                    let text = "the id has a placeholder; add `for_each` or `discover`, or write another id";
                    errors.push(LocatedError::new(&key.location, text));
                }
                self.budget.count();
                let Some(service) = self.with_defaults(service) else { return };
                self.push(key, service, errors);
            }
            Some(list) => self.repeat(&key, &service, &list, errors),
        }
    }

    /// One service for each entry of the list. Errors of the list itself are those of a service with the id as it is written.
    fn repeat(&mut self, key: &Located<String>, service: &Node, list: &Node, mut errors: Vec<LocatedError>) {
        let under = |error: LocatedError| error.under(FOR_EACH);
        let items = match &list.value {
            Value::List(nodes) => nodes.as_slice(),
            _ => {
                errors.push(under(list.expected("a list of texts or maps")));
                &[]
            }
        };
        if !key.value.contains(BEGIN) && !items.is_empty() {
            let text = format!("the id needs a placeholder such as `{BEGIN}value}}`, so that each service has its own");
            errors.push(under(LocatedError::new(&key.location, text)));
        }
        let mut wrong = WrongEntries::default();
        if errors.is_empty() {
            for item in items {
                let budget = &mut self.budget;
                let made = Item::new(item).and_then(|item| {
                    let id = item.fill_text(&key.value, &key.location, budget)?;
                    Ok((item, id))
                });
                match made {
                    Ok((item, id)) => self.repeat_once(Located { value: id, location: key.location.clone() }, service, &item),
                    Err(error) => wrong.add(error, &item.location),
                }
                if self.is_over {
                    return;
                }
            }
        }
        errors.extend(wrong.into_errors().map(under));
        if !errors.is_empty() {
            self.push(key.clone(), service.clone(), errors);
        }
    }

    fn repeat_once(&mut self, id: Located<String>, service: &Node, item: &Item<'_>) {
        if let Some(first) = self.places.get(&id.value) {
            self.fatal.push(given_twice("service", &id.value, first, item.location()));
            return;
        }
        self.make(id, service, item, Vec::new(), |_, _| Vec::new());
    }

    /// Makes the service of an entry. Its id is a new one. `check` says what is wrong with it before its placeholders are filled in.
    fn make(
        &mut self,
        id: Located<String>,
        service: &Node,
        item: &Item<'_>,
        mut errors: Vec<LocatedError>,
        check: impl FnOnce(&Self, &Node) -> Vec<LocatedError>,
    ) {
        self.places.insert(id.value.clone(), item.location().clone());
        self.budget.count_repeated();
        if !self.budget.copy(service.memory()) {
            self.end(item.location());
            return;
        }
        let (own, uses) = take(service.clone(), USE);
        let service = match uses {
            None => own,
            Some(uses) => {
                let mut own_errors = Vec::new();
                let uses = item.fill(uses, &mut self.budget, &mut own_errors);
                errors.extend(own_errors.into_iter().map(|error| error.under(USE)));
                let own = with(own, USE, uses);
                let Some(service) = self.with_templates(own, &mut errors) else { return };
                service
            }
        };
        errors.extend(check(self, &service));
        let service = item.fill(service, &mut self.budget, &mut errors);
        let Some(service) = self.with_defaults(service) else { return };
        self.push(id, service, errors);
    }

    /// The service with the templates of its `use`, and without that key. `None` if the budget is exceeded.
    fn with_templates(&mut self, own: Node, errors: &mut Vec<LocatedError>) -> Option<Node> {
        let (mut service, uses) = take_uses(own, errors);
        // What is named later counts more.
        for used in uses.iter().rev() {
            match self.templates.get(used) {
                Err(error) => errors.push(error),
                Ok(template) if self.budget.copy(template.memory()) => service = merge_service(service, template),
                Ok(_) => {
                    self.end(&used.location);
                    return None;
                }
            }
        }
        Some(service)
    }

    /// `None` if the budget is exceeded.
    fn with_defaults(&mut self, service: Node) -> Option<Node> {
        let check_type = service.get("type").map(|node| self.sources.fill_in(node).0);
        let check_type = check_type.as_deref().and_then(Node::text).unwrap_or_default();
        let defaults = self.defaults.of(check_type);
        if self.budget.copy(defaults.map_or(0, Node::memory)) {
            return Some(match defaults {
                Some(defaults) => merge_service(service, defaults),
                None => service,
            });
        }
        self.end(&service.location);
        None
    }

    /// Makes nothing more, because the budget is exceeded here.
    fn end(&mut self, location: &Location) {
        let reason = self.budget.exceeded().unwrap_or_default();
        self.fatal.push(LocatedError::new(location, reason));
        self.is_over = true;
    }

    fn push(&mut self, key: Located<String>, value: Node, errors: Vec<LocatedError>) {
        if !errors.is_empty() {
            self.errors.insert(self.made.len(), errors);
        }
        self.made.push(Entry { key, value });
    }
}

/// The map without this key, and the value of the key.
fn take(node: Node, key: &str) -> (Node, Option<Node>) {
    let Node { value: Value::Map(mut entries), location } = node else { return (node, None) };
    let place = entries.iter().position(|entry| entry.key.value == key);
    let taken = place.map(|place| entries.remove(place).value);
    (Node { value: Value::Map(entries), location }, taken)
}

/// The map with one more key.
fn with(node: Node, key: &str, value: Node) -> Node {
    let Node { value: Value::Map(mut entries), location } = node else { return node };
    entries.push(Entry { key: Located { value: key.to_owned(), location: value.location.clone() }, value });
    Node { value: Value::Map(entries), location }
}

#[cfg(test)]
mod tests;
