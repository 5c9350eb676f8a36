//! Gatus: `config.yaml`, or a folder of such files.

mod alerts;
mod checks;
mod client;
mod condition;
mod details;
mod endpoint;
mod expectations;
mod external;
mod references;

use super::address::host_and_port;
use super::http;
use super::ids::Ids;
use super::input::{self, ImportError};
use super::keys::{Keys, quoted};
use super::maintenance::Weekly;
use super::model::{Imported, Part};
use super::value::Value;
use alerts::Alerts;
use endpoint::Endpoint;
use std::fs;
use std::path::{Path, PathBuf};
use system::environment::Environment;
use yaml::{Entry, Node};

/// Files of a folder, and folders in it.
const MOST_FILES: usize = 1_000;
const DEEPEST: usize = 10;

/// Keys that say how Gatus runs and what its page shows, for which Platus has its own.
const OF_GATUS: [&str; 8] =
    ["metrics", "storage", "web", "ui", "concurrency", "disable-monitoring-lock", "skip-invalid-config-update", "debug"];

/// Reads a file, or all YAML files of a folder, merged as Gatus does. Waits for the disk.
pub(super) fn read(path: &Path, environment: Environment<'_>) -> Result<Imported, ImportError> {
    let document = document(path)?;
    let mut keys = Keys::new(&document);
    let (endpoints, externals) = (keys.list("endpoints"), keys.list("external-endpoints"));
    // Before version 5 they were called services.
    let endpoints = if endpoints.is_empty() { keys.list("services") } else { endpoints };
    if endpoints.is_empty() && externals.is_empty() && keys.get("suites").is_none() {
        return Err(ImportError::new(format!("{} has no `endpoints`; is it a configuration of Gatus?", path.display())));
    }
    let alerting = keys.get("alerting");
    let defaults = Alerts::defaults(alerting);
    let (mut imported, mut ids, mut used) = (Imported::default(), Ids::default(), Vec::new());
    for node in endpoints {
        let Endpoint { service, alerts, windows } = Endpoint::read(node, &mut ids, &defaults, environment);
        used.push((service.name.clone(), alerts));
        imported.services.push(service);
        imported.windows.extend(windows);
    }
    for node in externals {
        let (service, alerts) = external::read(node, &mut ids, &defaults);
        used.push((service.name.clone(), alerts));
        imported.services.push(service);
    }
    alerts::channels(alerting, &used, &mut imported);
    if used.iter().any(|(_, alerts)| alerts.is_silent_about_recovery()) {
        imported.note("Platus always sends recoveries; Gatus does so with `send-on-resolved: true` only.");
    }
    if let Some(node) = keys.get("maintenance") {
        imported.windows.extend(Weekly::read(Keys::new(node)).into_part("all services"));
    }
    read_connectivity(keys.map("connectivity"), &mut ids, &mut imported);
    read_security(keys.map("security"), &mut imported);
    keys.ignore(&OF_GATUS);
    imported.note("Settings of Gatus' own page, storage and metrics have no counterpart. Its history is not imported.");
    let unknown = keys.unknown();
    if !unknown.is_empty() {
        imported.lost(quoted(&unknown));
    }
    Ok(imported)
}

/// The target that shows whether Gatus itself is online.
fn read_connectivity(mut keys: Keys<'_>, ids: &mut Ids, imported: &mut Imported) {
    let mut checker = keys.map("checker");
    let target = |text: &str| host_and_port(text).and_then(|(host, port)| Some((host, port?)));
    let Some((host, port)) = checker.parsed("target", target) else { return };
    let mut service = Part::new(ids.of(&["connectivity"]));
    service.keys.set_if(
        "interval",
        checker
            .parsed("interval", super::durations::seconds)
            .map(|seconds| Value::Plain(super::durations::shown(seconds.round().clamp(1.0, 86_400.0)))),
    );
    let mut properties = super::value::Map::new();
    properties.set("host", Value::text(host));
    properties.set("port", Value::number_or_text(&port));
    service.set_check("tcp", properties, http::display("Connectivity", None));
    service.note("It shows whether Platus itself is online (`connectivity` in config.yaml).");
    imported.settings.set("connectivity", Value::texts([&service.name]));
    imported.services.push(service);
}

/// The user of the page. Platus does not verify bcrypt, so only the name is carried over.
fn read_security(mut keys: Keys<'_>, imported: &mut Imported) {
    let mut basic = keys.map("basic");
    if let Some(name) = basic.text("username") {
        basic.ignore(&["password-bcrypt-base64"]);
        let mut user = Part::new(references::carried(name));
        user.lost_altogether(
            "the user, whose password is a bcrypt hash that Platus does not verify; add it with `role: admin` and a new \
                              `password` made by `platus users hash`",
        );
        imported.users.push(user);
    }
    if keys.get("oidc").is_some() {
        imported.lost("`security.oidc`: users log in with a password of users.yaml");
    }
}

fn document(path: &Path) -> Result<Node, ImportError> {
    if !path.is_dir() {
        return input::yaml(path);
    }
    let mut files = Vec::new();
    yaml_files(path, DEEPEST, &mut files)?;
    files.sort();
    let mut merged: Option<Node> = None;
    for file in files {
        let next = input::yaml(&file)?;
        merged = Some(match merged {
            Some(before) => merge(before, next),
            None => next,
        });
    }
    merged.ok_or_else(|| ImportError::new(format!("{} has no file that ends in .yaml or .yml", path.display())))
}

/// The YAML files of a folder and of those in it. Links to folders are not followed, so that no folder is read twice.
fn yaml_files(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) -> Result<(), ImportError> {
    let unreadable = |error| ImportError::new(format!("{} cannot be read: {error}", folder.display()));
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let path = entry.path();
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if is_folder && depth > 0 {
            yaml_files(&path, depth - 1, files)?;
        } else if path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml") {
            files.push(path);
        }
        if files.len() > MOST_FILES {
            return Err(ImportError::new(format!(
                "{} has more than {MOST_FILES} files; is it the right folder?",
                folder.display()
            )));
        }
    }
    Ok(())
}

/// Maps are merged, and lists are joined. Of two values the later one counts; Gatus does not start with them.
fn merge(before: Node, next: Node) -> Node {
    use yaml::Value;
    match (before.value, next.value) {
        (Value::Map(mut entries), Value::Map(others)) => {
            for Entry { key, value } in others {
                match entries.iter().position(|entry| entry.key.value == key.value) {
                    Some(index) => {
                        let Entry { key, value: known } = entries.remove(index);
                        entries.insert(index, Entry { key, value: merge(known, value) });
                    }
                    None => entries.push(Entry { key, value }),
                }
            }
            Node { value: Value::Map(entries), location: before.location }
        }
        (Value::List(mut nodes), Value::List(others)) => {
            nodes.extend(others);
            Node { value: Value::List(nodes), location: before.location }
        }
        (_, value) => Node { value, location: next.location },
    }
}
