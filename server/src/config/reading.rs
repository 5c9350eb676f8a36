//! Reads the files to the end, whatever is wrong in them.

use super::composition::{Composed, compose, take_shared, without_users_of_templates};
use super::dependencies::{self, Nameable};
use super::discovery::{DISCOVER, Discovered, KnownLists};
use super::documents;
use super::file;
use super::file_set::FileSet;
use super::findings::{Effect, Finding};
use super::fingerprint::{FixedSettings, KeyFingerprints};
use super::names;
use super::services::{self, Surroundings};
use super::settings::Settings;
use super::sources::Sources;
use super::users::{self, Users};
use super::warnings;
use super::{Config, Documents};
use net::ProxyVariables;
use std::collections::HashSet;
use std::path::Path;
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

/// Reads `config.yaml` at this path, and the files that it names. Servers with lists of services are not asked; their last good lists count.
/// Reads from the disk and waits for it.
///
/// Fails when `config.yaml` is no YAML, since only it names the other files.
pub fn read(path: &Path, environment: Environment<'_>) -> Result<Reading, LocatedError> {
    let (lists, problem) = KnownLists::load(path);
    let mut reading = read_with(path, environment, &lists)?;
    reading.findings.extend(without_copies(problem, &reading.config.discovered));
    reading.config.last_lists = lists;
    Ok(reading)
}

/// The same with lists that are known.
pub fn read_with(path: &Path, environment: Environment<'_>, lists: &KnownLists) -> Result<Reading, LocatedError> {
    let (document, duplicates) = file::read_tolerantly(path)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let sources = Sources { environment, folder };
    let mut findings = tolerated("duplicate-key", duplicates);
    let (document, shared) = take_shared(document);
    let (document, settings) = read_settings(document, &sources, &mut findings);

    let (service_files, services) = read_set("services", &settings.services, "service", folder, &mut findings);
    let (user_files, users) = read_set("users", &settings.users, "user", folder, &mut findings);
    let has_services = services.is_some();
    let absent = || Node::empty_map(document.location.clone());
    let composed = compose(services.unwrap_or_else(absent), shared.clone(), &sources, lists);
    let Composed { document: services, errors, findings: wrong, of_lists, discovered, id_patterns } = composed;
    findings.extend(wrong);
    let documents = Documents { services, users: users.unwrap_or_else(absent), config: document, shared };
    findings.extend(once(warnings::of_alerting(&settings, &documents.config, &documents.services)));
    findings.extend(once(names::warnings(&documents.services)));
    let nameable = Nameable { are_all: true, patterns: &id_patterns };
    let surroundings = surroundings(&settings, &sources, nameable);
    let (services, without_effect) = services::read_with(&documents.services, errors, &of_lists, surroundings);
    findings.extend(without_effect);
    if has_services {
        findings.extend(dependencies::unknown(&settings.connectivity, &services, nameable));
    }
    let Users { users, findings: wrong } = users::read(&documents.users, &sources, settings.vault);
    findings.extend(wrong);
    let config = Config {
        file: path.to_owned(),
        service_files,
        user_files,
        keys_file: folder.join(&settings.keys),
        settings,
        services,
        discovered,
        last_lists: KnownLists::default(),
        users,
        fixed: FixedSettings::of(&documents.config, &path.display().to_string()),
        changeable: KeyFingerprints::of_settings(&documents.config),
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
        // The defaults of config.yaml have keys of services.
        let entries = || document.entries().unwrap_or_default().iter().filter(|entry| entry.key.value != "defaults");
        let has = |keys: &[&str]| entries().any(|entry| keys.iter().any(|key| entry.value.get(key).is_some()));
        match () {
            () if has(&["digest"]) => Self::Keys,
            () if has(&["password", "password_file", "vault_password"]) => Self::Users,
            () if has(&["properties", "use", "for_each"]) => Self::Services,
            () => Self::Config,
        }
    }
}

/// Reads a file of services or of users without its `config.yaml`: with the defaults of all settings, and as if Vault were on. Services that
/// use templates are left out, and dependencies may be in other files.
pub fn read_alone(kind: FileKind, path: &Path, environment: Environment<'_>) -> Result<Reading, LocatedError> {
    let (document, duplicates) = file::read_tolerantly(path)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let sources = Sources { environment, folder };
    let mut findings = tolerated("duplicate-key", duplicates);
    let start = Location { file: document.location.file.clone(), line: 1, column: 1 };
    let nothing = || Node::empty_map(start.clone());
    let (_, settings) = read_settings(nothing(), &Sources { environment: &|_| None, folder }, &mut findings);
    let (config, shared) = (nothing(), nothing());
    let (services, users) = match kind {
        FileKind::Users => (nothing(), document),
        _ => (document, nothing()),
    };
    let (lists, problem) = KnownLists::load(path);
    let composed = compose(without_users_of_templates(services), shared.clone(), &sources, &lists);
    let Composed { document: services, errors, findings: wrong, of_lists, discovered, id_patterns } = composed;
    findings.extend(wrong);
    findings.extend(without_copies(problem, &discovered));
    let documents = Documents { config, shared, services, users };
    findings.extend(once(names::warnings(&documents.services)));
    let nameable = Nameable { are_all: false, patterns: &id_patterns };
    let surroundings = Surroundings { vault_is_on: true, ..surroundings(&settings, &sources, nameable) };
    let (services, without_effect) = services::read_with(&documents.services, errors, &of_lists, surroundings);
    findings.extend(without_effect);
    let Users { users, findings: wrong } = users::read(&documents.users, &sources, true);
    findings.extend(wrong);
    let config = Config {
        file: path.to_owned(),
        service_files: FileSet::of_file("services", path),
        user_files: FileSet::of_file("users", path),
        keys_file: folder.join(&settings.keys),
        settings,
        services,
        discovered,
        last_lists: KnownLists::default(),
        users,
        fixed: FixedSettings::of(&documents.config, &path.display().to_string()),
        changeable: KeyFingerprints::of_settings(&documents.config),
        proxies: ProxyVariables::read(environment),
        is_demo: false,
        warnings: Vec::new(),
    };
    Ok(Reading { config, documents, findings })
}

/// That the last good lists of an earlier start cannot be used, if there are entries that could need them.
fn without_copies(problem: Option<String>, discovered: &[Discovered]) -> Option<Finding> {
    let problem = problem.filter(|_| !discovered.is_empty())?;
    Some(Finding::warning(DISCOVER, LocatedError::without_place(format!("{problem}; remove it, and it is made anew"))))
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

/// The surroundings of all services.
fn surroundings<'a>(settings: &Settings, sources: &'a Sources<'a>, nameable: Nameable<'a>) -> Surroundings<'a> {
    let Settings { vault, check_interval, alerting, .. } = settings;
    Surroundings { sources, vault_is_on: *vault, check_interval: *check_interval, alerting: *alerting, nameable }
}

/// The files that a key of `config.yaml` names, and their entries. No document if none of them can be read. `what` is one of the entries.
fn read_set(
    key: &'static str,
    given: &[String],
    what: &str,
    folder: &Path,
    findings: &mut Vec<Finding>,
) -> (FileSet, Option<Node>) {
    let (set, errors) = FileSet::new(key, given, folder).find();
    findings.extend(errors.into_iter().map(|error| Finding::invalid(error, Effect::NoStart)));
    let document = documents::read(&set, what, findings);
    (set, document)
}

fn tolerated(rule: &'static str, problems: Vec<LocatedError>) -> Vec<Finding> {
    problems.into_iter().map(|problem| Finding::warning(rule, problem)).collect()
}

/// Without repetitions: a template can have the same finding for each service that uses it.
fn once(findings: Vec<Finding>) -> Vec<Finding> {
    let mut known = HashSet::new();
    let place = |finding: &Finding| finding.problem.location().map(ToString::to_string);
    findings.into_iter().filter(|finding| known.insert((finding.rule, place(finding)))).collect()
}

/// Drops errors at places whose value could not be filled in: they only follow from that.
fn with_others(unfilled: Vec<LocatedError>, errors: Vec<LocatedError>) -> Vec<LocatedError> {
    let is_reported = |error: &LocatedError| unfilled.iter().any(|reported| reported.location() == error.location());
    let others: Vec<_> = errors.into_iter().filter(|error| !is_reported(error)).collect();
    unfilled.into_iter().chain(others).collect()
}
