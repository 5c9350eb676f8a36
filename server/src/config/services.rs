use super::alerting::Alerting;
use super::dependencies;
use super::names;
use super::roles::read_roles;
use super::sources::Sources;
use checks::CheckConfig;
use model::{Roles, ServiceId};
use std::path::Path;
use std::time::Duration;
use vault::VaultProperty;
use yaml::fields::Fields;
use yaml::seconds::{read_interval, read_timeout};
use yaml::{Entry, Located, LocatedError, Location, Node, Value};

/// What stands where nothing was given.
const NOT_GIVEN: &str = "n/a";

/// For a service that has no timeout of its own.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);

/// One service of `services.yaml`. A broken one is here as well, with as much as could be read, so that it is seen on the page.
#[derive(Clone, Debug)]
pub struct Service {
    pub id: ServiceId,
    /// Who sees it besides the administrators. Empty when `role` is absent or broken.
    pub roles: Roles,
    /// The group it is listed under: `data.type`, else `n/a`.
    pub group: String,
    /// The display name: `data.name`, else the id.
    pub name: String,
    /// The node shown before the first check: `properties.host`, the first of a list, else `n/a`.
    pub node: String,
    /// The plugin that checks it, for the eye: `type`, else `n/a`.
    pub plugin: String,
    /// Between two checks.
    pub interval: Duration,
    /// After which a check is given up.
    pub timeout: Duration,
    /// Where the service says its timeout, or else its interval; absent when it says neither.
    pub timing: Option<Location>,
    /// When people are told of its trouble.
    pub alerting: Alerting,
    /// The services without which it cannot work: nobody is told of its trouble while one of them is down.
    pub depends_on: Vec<Located<ServiceId>>,
    /// What to check, or why that cannot be done.
    pub check: Result<CheckConfig, LocatedError>,
    /// The properties of the check that are kept in Vault.
    pub vault: Vec<VaultProperty>,
}

/// What the services are read with.
#[derive(Clone, Copy)]
pub(super) struct Surroundings<'a> {
    pub sources: &'a Sources<'a>,
    pub vault_is_on: bool,
    /// For a service that has no interval of its own.
    pub check_interval: Duration,
    /// For a service that does not say otherwise.
    pub alerting: Alerting,
}

/// Reads the top of `services.yaml`, in which nothing stands elsewhere. What is wrong with a service concerns that service alone.
pub fn read(document: &Node, check_interval: Duration, alerting: Alerting) -> Vec<Service> {
    let sources = Sources { environment: &|_| None, folder: Path::new("") };
    read_with(document, Surroundings { sources: &sources, vault_is_on: true, check_interval, alerting })
}

/// The same with values that stand elsewhere.
pub(super) fn read_with(document: &Node, surroundings: Surroundings<'_>) -> Vec<Service> {
    let mut services: Vec<_> = document.entries().unwrap_or_default().iter().map(|entry| service(entry, surroundings)).collect();
    dependencies::check(&mut services);
    services
}

fn service(entry: &Entry, surroundings: Surroundings<'_>) -> Service {
    let Surroundings { sources, vault_is_on, check_interval, alerting } = surroundings;
    let (filled, unfilled) = sources.fill(entry.value.clone());
    let entry = &Entry { key: entry.key.clone(), value: filled };
    let mut fields = Fields::of(&entry.value);
    let roles = fields.read("role", read_roles);
    let plugin = fields.required("type", |node| Ok(Located { value: node.read::<String>()?, location: node.location.clone() }));
    let interval = fields.read("interval", read_interval);
    let alerting = Alerting::read(&mut fields, alerting);
    let depends_on = fields.read("depends_on", dependencies::read).unwrap_or_default();
    let own_timeout = fields.read("timeout", read_timeout);
    let properties = fields.read("properties", map);
    let data = fields.read("data", map);
    let mut problems: Vec<_> = names::check(&entry.key.value, &entry.key.location).err().into_iter().chain(unfilled).collect();
    problems.extend(fields.finish());

    let absent = || Node::empty_map(entry.value.location.clone());
    let (properties, unreadable) = sources.fill_files(properties.unwrap_or_else(absent), &[]);
    problems.extend(unreadable.into_iter().map(|problem| problem.under("properties")));
    let (data, unreadable) = sources.fill_files(data.unwrap_or_else(absent), &[]);
    problems.extend(unreadable.into_iter().map(|problem| problem.under("data")));
    let (properties, vault, wrong) = vault::settings::take(properties, vault_is_on);
    problems.extend(wrong);
    let timeout = own_timeout.or_else(|| inner(&properties, "properties", "timeout", read_timeout, &mut problems));
    let given = |node: &Node, key| node.get(key).filter(|value| !value.is_null()).map(|value| value.location.clone());
    let timing = given(&entry.value, "timeout").or_else(|| given(&properties, "timeout"));
    let timing = timing.or_else(|| given(&entry.value, "interval"));
    let group: Option<String> = inner(&data, "data", "type", Node::read, &mut problems);
    let name: Option<String> = inner(&data, "data", "name", Node::read, &mut problems);

    let id = &names::shown(&entry.key.value);
    Service {
        id: ServiceId::new(id),
        roles: roles.unwrap_or_default(),
        group: group.map_or_else(|| NOT_GIVEN.to_owned(), |group| names::shown(&group)),
        name: name.map_or_else(|| id.clone(), |name| names::shown(&name)),
        node: names::shown(host(&properties).unwrap_or(NOT_GIVEN)),
        plugin: plugin.as_ref().map_or(NOT_GIVEN, |plugin| &plugin.value).to_owned(),
        interval: interval.unwrap_or(check_interval),
        timeout: timeout.unwrap_or(DEFAULT_TIMEOUT),
        timing,
        alerting,
        depends_on,
        check: match (problems.into_iter().next(), plugin) {
            (None, Some(plugin)) => Ok(CheckConfig { plugin, properties, data: without_display(data) }),
            (problem, _) => {
                Err(problem.unwrap_or_else(|| LocatedError::new(&entry.value.location, "the key `type` is missing; add it")))
            }
        },
        vault,
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

/// `data` without what says how to show the service, whatever checks it.
fn without_display(data: Node) -> Node {
    match data.value {
        Value::Map(mut entries) => {
            entries.retain(|entry| !matches!(entry.key.value.as_str(), "type" | "name"));
            Node { value: Value::Map(entries), location: data.location }
        }
        _ => data,
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
