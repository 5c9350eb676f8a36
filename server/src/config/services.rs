use super::alerting::{self, Alerting};
use super::declared::SERVICE;
use super::dependencies::{self, Nameable};
use super::findings::Finding;
use super::fingerprint::Fingerprint;
use super::former_ids;
use super::names;
use super::roles::read_roles;
use super::service::Service;
use super::service_keys;
use super::sources::Sources;
use super::tags;
use checks::CheckConfig;
use model::ServiceId;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;
use yaml::fields::Fields;
use yaml::seconds::{read_interval, read_timeout};
use yaml::{Entry, Located, LocatedError, Node, Value};

/// Shown for absent values.
const NOT_GIVEN: &str = "n/a";

/// The timeout of services without their own.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);

/// Services that one processor reads or connects before another one may take part: fewer are not worth waking it.
pub const FEW_SERVICES: usize = 256;

/// The context in which services are read.
#[derive(Clone, Copy)]
pub(super) struct Surroundings<'a> {
    pub sources: &'a Sources<'a>,
    pub vault_is_on: bool,
    /// The interval of services without their own.
    pub check_interval: Duration,
    /// The default of keys that a service does not set.
    pub alerting: Alerting,
    /// What services can depend on.
    pub nameable: Nameable<'a>,
}

/// Reads `services.yaml` without references to the environment or to files. An error in a service affects only that service.
pub fn read(document: &Node, check_interval: Duration, alerting: Alerting) -> Vec<Service> {
    let sources = Sources { environment: &|_| None, folder: Path::new("") };
    let nameable = Nameable { are_all: true, patterns: &[] };
    let surroundings = Surroundings { sources: &sources, vault_is_on: true, check_interval, alerting, nameable };
    read_with(document, BTreeMap::new(), &BTreeSet::new(), surroundings).0
}

/// The same with references. `errors` are those of services, by their places, that were found before,
/// and `of_lists` the places of those that lists make. The findings are those of what has no effect because of lists.
pub(super) fn read_with(
    document: &Node,
    errors: BTreeMap<usize, Vec<LocatedError>>,
    of_lists: &BTreeSet<usize>,
    surroundings: Surroundings<'_>,
) -> (Vec<Service>, Vec<Finding>) {
    let entries = document.entries().unwrap_or_default();
    let mut services: Vec<_> = entries.par_iter().with_min_len(FEW_SERVICES).map(|entry| service(entry, surroundings)).collect();
    for place in of_lists {
        if let Some(service) = services.get_mut(*place) {
            service.is_of_list = true;
        }
    }
    for (place, errors) in errors {
        if let Some(service) = services.get_mut(place) {
            service.fail_because_of(errors);
        }
    }
    let findings = dependencies::check(&mut services, surroundings.nameable);
    former_ids::check(&mut services);
    (services, findings)
}

fn service(Entry { key, value }: &Entry, surroundings: Surroundings<'_>) -> Service {
    let Surroundings { sources, vault_is_on, check_interval, alerting, .. } = surroundings;
    let (value, unfilled) = sources.fill_in(value);
    let value = &*value;
    let mut fields = Fields::declared(value, SERVICE);
    let roles = fields.read("role", read_roles);
    let plugin = fields.required("type", |node| Ok(Located { value: node.read::<String>()?, location: node.location.clone() }));
    let interval = fields.read("interval", read_interval);
    let alerting = Alerting::read(&mut fields, alerting);
    let depends_on = fields.read("depends_on", dependencies::read).unwrap_or_default();
    let was = fields.read("was", former_ids::read).unwrap_or_default();
    let tags = fields.read("tags", tags::read).unwrap_or_default();
    let own_timeout = fields.read("timeout", read_timeout);
    let properties = fields.read("properties", map);
    let data = fields.read("data", map);
    let mut problems: Vec<_> = names::check_id(&key.value, &key.location).err().into_iter().chain(unfilled).collect();
    problems.extend(fields.finish());

    let absent = || Node::empty_map(value.location.clone());
    let (properties, unreadable) = sources.fill_files(properties.unwrap_or_else(absent), &[]);
    problems.extend(unreadable.into_iter().map(|problem| problem.under("properties")));
    let (data, unreadable) = sources.fill_files(data.unwrap_or_else(absent), &[]);
    problems.extend(unreadable.into_iter().map(|problem| problem.under("data")));
    let (properties, vault, wrong) = vault::settings::take(properties, vault_is_on);
    problems.extend(wrong);
    let timeout = own_timeout.or_else(|| inner(&properties, "properties", "timeout", read_timeout, &mut problems));
    let given = |node: &Node, key| node.get(key).filter(|value| !value.is_null()).map(|value| value.location.clone());
    let timing = given(value, "timeout").or_else(|| given(&properties, "timeout"));
    let timing = timing.or_else(|| given(value, "interval"));
    let group: Option<String> = inner(&data, "data", "type", Node::read, &mut problems);
    let name: Option<String> = inner(&data, "data", "name", Node::read, &mut problems);

    let id = &names::shown(&key.value);
    let interval = interval.unwrap_or(check_interval);
    let without_was = value.get("was").map(|_| without(value.clone(), &["was"]));
    let said = without_was.as_ref().unwrap_or(value);
    let effective = alerting::effective(interval, alerting);
    let fingerprint = Fingerprint::of(&[&key.value, said, &properties, &data, &effective]);
    let keys = service_keys::fingerprints(said, [("properties", &properties), ("data", &data)], &effective);
    let node = names::shown(host(&properties).unwrap_or(NOT_GIVEN));
    let plugin_name = plugin.as_ref().map_or(NOT_GIVEN, |plugin| &plugin.value).to_owned();
    let check = plugin.map(|plugin| CheckConfig { plugin, properties, data: without(data, &["type", "name"]) });
    let mut problems = problems.into_iter();
    let (check, unusable) = match (problems.next(), check) {
        (None, Some(check)) => (Ok(check), None),
        (Some(problem), check) => (Err(problem), check.map(Box::new)),
        (None, None) => (Err(LocatedError::new(&value.location, "the key `type` is missing; add it")), None),
    };
    Service {
        id: ServiceId::new(id),
        place: key.location.clone(),
        roles: roles.unwrap_or_default(),
        group: group.map_or_else(|| NOT_GIVEN.to_owned(), |group| names::shown(&group)),
        name: name.map_or_else(|| id.clone(), |name| names::shown(&name)),
        tags,
        node,
        plugin: plugin_name,
        interval,
        timeout: timeout.unwrap_or(DEFAULT_TIMEOUT),
        timing,
        alerting,
        depends_on,
        was,
        is_of_list: false,
        check,
        further_errors: problems.collect(),
        unusable,
        vault,
        fingerprint,
        keys,
    }
}

fn map(node: &Node) -> Result<Node, LocatedError> {
    match node.value {
        Value::Map(_) => Ok(node.clone()),
        _ => Err(node.expected("a map of keys and values")),
    }
}

/// One key of `properties` or `data`, whose other keys are for the plugin to read.
fn inner<'a, T>(
    node: &'a Node,
    parent: &str,
    key: &str,
    read: impl FnOnce(&'a Node) -> Result<T, LocatedError>,
    problems: &mut Vec<LocatedError>,
) -> Option<T> {
    let value = node.get(key).filter(|value| !value.is_null())?;
    read(value).map_err(|error| problems.push(error.under(key).under(parent))).ok()
}

/// A map without some of its keys.
fn without(map: Node, keys: &[&str]) -> Node {
    match map.value {
        Value::Map(mut entries) => {
            entries.retain(|entry| !keys.contains(&entry.key.value.as_str()));
            Node { value: Value::Map(entries), location: map.location }
        }
        _ => map,
    }
}

/// The host to show. `user:password@host` works as an address, but only the host may be seen.
fn host(properties: &Node) -> Option<&str> {
    let host = properties.get("host")?;
    let text = match &host.value {
        Value::List(hosts) => hosts.first()?.text(),
        _ => host.text(),
    };
    text?.rsplit('@').next()
}
