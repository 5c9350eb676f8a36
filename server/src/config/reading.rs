//! Reads the files to the end, whatever is wrong in them.

use super::dependencies;
use super::file;
use super::findings::{Effect, Finding};
use super::fingerprint::FixedSettings;
use super::names;
use super::services::{self, Surroundings};
use super::settings::Settings;
use super::sources::Sources;
use super::users::{self, Users};
use super::warnings;
use super::{Config, Documents};
use net::ProxyVariables;
use std::path::{Path, PathBuf};
use system::environment::Environment;
use yaml::{LocatedError, Location, Node};

/// What was read of the files, and what is wrong in them.
pub struct Reading {
    /// With defaults in the place of what is wrong. Without the warnings of [`Config::load`].
    pub config: Config,
    pub documents: Documents,
    /// Without the errors of the services, which each [`Service`](super::Service) has itself.
    pub findings: Vec<Finding>,
}

/// Reads `config.yaml` at this path, and the files that it names. Reads from the disk and waits for it.
///
/// Fails when `config.yaml` is no YAML, since only it names the other files.
pub fn read(path: &Path, environment: Environment<'_>) -> Result<Reading, LocatedError> {
    let (document, duplicates) = file::read_tolerantly(path)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let sources = Sources { environment, folder };
    let mut findings = tolerated("duplicate-key", duplicates);
    let (document, settings) = read_settings(document, &sources, &mut findings);

    let (services_file, services) = read_other("services", &settings.services, folder, &mut findings);
    let (users_file, users) = read_other("users", &settings.users, folder, &mut findings);
    let has_services = services.is_some();
    let absent = || Node::empty_map(document.location.clone());
    let documents = Documents { services: services.unwrap_or_else(absent), users: users.unwrap_or_else(absent), config: document };
    findings.extend(warnings::of_alerting(&settings, &documents.config, &documents.services));
    findings.extend(names::warnings(&documents.services));
    let services = read_services(&documents.services, &settings, settings.vault, &sources);
    if has_services {
        let unknown = dependencies::unknown(&settings.connectivity, &services).into_iter();
        findings.extend(unknown.map(|error| Finding::invalid(error.under("connectivity"), Effect::NoStart)));
    }
    let Users { users, findings: wrong } = users::read(&documents.users, &sources, settings.vault);
    findings.extend(wrong);
    let config = Config {
        file: path.to_owned(),
        services_file,
        users_file,
        keys_file: folder.join(&settings.keys),
        settings,
        services,
        users,
        fixed: FixedSettings::of(&documents.config, &path.display().to_string()),
        proxies: ProxyVariables::read(environment),
        is_demo: false,
        warnings: Vec::new(),
    };
    Ok(Reading { config, documents, findings })
}

/// The kinds of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// `config.yaml`, with the files that it names.
    Config,
    Services,
    Users,
    Keys,
}

impl FileKind {
    /// The kind of the file at this path: by its name, else by what it holds.
    pub fn of(path: &Path) -> Self {
        const NAMES: [(&str, FileKind); 4] =
            [("config", FileKind::Config), ("services", FileKind::Services), ("users", FileKind::Users), ("keys", FileKind::Keys)];
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        NAMES.iter().find(|(known, _)| name.starts_with(known)).map_or_else(|| Self::by_content(path), |(_, kind)| *kind)
    }

    fn by_content(path: &Path) -> Self {
        let Ok((document, _)) = file::read_tolerantly(path) else { return Self::Config };
        let has = |keys: &[&str]| {
            document.entries().unwrap_or_default().iter().any(|entry| keys.iter().any(|key| entry.value.get(key).is_some()))
        };
        match () {
            () if has(&["digest"]) => Self::Keys,
            () if has(&["password", "password_file", "vault_password"]) => Self::Users,
            () if has(&["properties"]) => Self::Services,
            () => Self::Config,
        }
    }
}

/// Reads a file of services or of users without its `config.yaml`: with the defaults of all settings, and as if Vault were on.
pub fn read_alone(kind: FileKind, path: &Path, environment: Environment<'_>) -> Result<Reading, LocatedError> {
    let (document, duplicates) = file::read_tolerantly(path)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let sources = Sources { environment, folder };
    let mut findings = tolerated("duplicate-key", duplicates);
    let nothing = Node::empty_map(Location { file: document.location.file.clone(), line: 1, column: 1 });
    let (_, settings) = read_settings(nothing.clone(), &Sources { environment: &|_| None, folder }, &mut findings);
    let mut documents = Documents { config: nothing.clone(), services: nothing.clone(), users: nothing };
    match kind {
        FileKind::Users => documents.users = document,
        _ => documents.services = document,
    }
    findings.extend(names::warnings(&documents.services));
    let services = read_services(&documents.services, &settings, true, &sources);
    let Users { users, findings: wrong } = users::read(&documents.users, &sources, true);
    findings.extend(wrong);
    let config = Config {
        file: path.to_owned(),
        services_file: path.to_owned(),
        users_file: path.to_owned(),
        keys_file: folder.join(&settings.keys),
        settings,
        services,
        users,
        fixed: FixedSettings::of(&documents.config, &path.display().to_string()),
        proxies: ProxyVariables::read(environment),
        is_demo: false,
        warnings: Vec::new(),
    };
    Ok(Reading { config, documents, findings })
}

/// The document with its references resolved, and what it sets.
fn read_settings(document: Node, sources: &Sources<'_>, findings: &mut Vec<Finding>) -> (Node, Settings) {
    let (document, unfilled) = sources.fill(document);
    let mut warnings = Vec::new();
    let (settings, errors) = Settings::read(&document, sources, &mut warnings);
    findings.extend(tolerated("tolerated", warnings));
    findings.extend(with_others(unfilled, errors).into_iter().map(|error| Finding::invalid(error, Effect::NoStart)));
    (document, settings)
}

fn read_services(document: &Node, settings: &Settings, vault_is_on: bool, sources: &Sources<'_>) -> Vec<super::Service> {
    let surroundings = Surroundings { sources, vault_is_on, check_interval: settings.check_interval, alerting: settings.alerting };
    services::read_with(document, surroundings)
}

/// One of the files that `config.yaml` names. Its path as given, and no document, when it cannot be read.
fn read_other(key: &str, given: &str, folder: &Path, findings: &mut Vec<Finding>) -> (PathBuf, Option<Node>) {
    let no_start = |error| Finding::invalid(error, Effect::NoStart);
    let file = match file::find(key, given, folder) {
        Ok(file) => file,
        Err(error) => {
            findings.push(no_start(error));
            return (folder.join(given), None);
        }
    };
    match file::read_tolerantly(&file) {
        Ok((document, duplicates)) => {
            findings.extend(tolerated("duplicate-key", duplicates));
            (file, Some(document))
        }
        Err(error) => {
            findings.push(no_start(error));
            (file, None)
        }
    }
}

fn tolerated(rule: &'static str, problems: Vec<LocatedError>) -> Vec<Finding> {
    problems.into_iter().map(|problem| Finding::warning(rule, problem)).collect()
}

/// Drops errors at places whose value could not be filled in: they only follow from that.
fn with_others(unfilled: Vec<LocatedError>, errors: Vec<LocatedError>) -> Vec<LocatedError> {
    let is_reported = |error: &LocatedError| unfilled.iter().any(|reported| reported.location() == error.location());
    let others: Vec<_> = errors.into_iter().filter(|error| !is_reported(error)).collect();
    unfilled.into_iter().chain(others).collect()
}
