//! The files of the operator: `config.yaml`, `services.yaml`, `users.yaml`.
//!
//! They are read once, validated as a whole, and become an immutable [`Config`]. Errors show file, line, column and remedy. An error in a
//! service affects only that service.

mod alerting;
mod backend;
mod dependencies;
mod file;
mod fingerprint;
mod hashing;
mod keys;
mod local_zone;
mod maintenance;
mod names;
mod notify;
mod public_url;
mod redact;
mod redis_keywords;
mod retention;
mod roles;
mod service;
mod services;
mod settings;
mod sources;
mod tags;
#[cfg(test)]
mod tests;
mod timing;
mod users;
mod warnings;

pub use alerting::Alerting;
pub use backend::Backend;
pub use fingerprint::{Fingerprint, FixedSettings};
pub use hashing::{Hashed, hash_passwords};
pub use keys::{close_keys, keys_text, read_keys};
pub use local_zone::local_zone;
pub use notify::NotifyBackend;
pub use public_url::OWN_SEGMENTS;
pub use redact::{general_entries, kept_in_vault, service_entries};
pub use service::Service;
pub use services::read as read_services;
pub use settings::{LogLevel, Reload, Settings};
pub use users::{Password, User};

use net::ProxyVariables;
use services::Surroundings;
use sources::Sources;
use std::fmt;
use std::path::{Path, PathBuf};
use system::environment::Environment;
use users::Users;
use yaml::{LocatedError, Node};

/// Everything that the operator has configured.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where `config.yaml` was read from.
    pub file: PathBuf,
    pub services_file: PathBuf,
    pub users_file: PathBuf,
    /// Where the API keys are, when there are any.
    pub keys_file: PathBuf,
    pub settings: Settings,
    /// In the order of the file. Some may be broken.
    pub services: Vec<Service>,
    /// In the order of the file.
    pub users: Vec<User>,
    /// What cannot change while Platus runs.
    pub fixed: FixedSettings,
    /// The proxies that the environment names.
    pub proxies: ProxyVariables,
    /// Whether everything is invented, which the page then says. No file sets it.
    pub is_demo: bool,
    /// What the operator should know and what does not keep Platus from starting. Whole sentences.
    pub warnings: Vec<String>,
}

/// All that keeps Platus from starting, one line each: place, what is wrong, what to do.
#[derive(Debug)]
pub struct ConfigError {
    pub errors: Vec<LocatedError>,
}

impl Config {
    /// Reads `config.yaml` at this path, and the files that it names. Reads from the disk and waits for it.
    ///
    /// Fails when a file is missing or no YAML, and when a setting is wrong. A wrong service is no failure, and a wrong user or channel
    /// is a warning.
    pub fn load(path: &Path, environment: Environment<'_>) -> Result<Self, ConfigError> {
        let folder = path.parent().unwrap_or(Path::new(""));
        let sources = Sources { environment, folder };
        let (document, mut tolerated) = file::read_tolerantly(path)?;
        let (document, unfilled) = sources.fill(document);
        let settings = match Settings::read(&document, &sources, &mut tolerated) {
            Ok(settings) if unfilled.is_empty() => settings,
            Ok(_) => return Err(unfilled.into()),
            Err(errors) => return Err(with_others(unfilled, errors).into()),
        };

        let services = read_other("services", &settings.services, folder);
        let users = read_other("users", &settings.users, folder);
        let (services, users) = match (services, users) {
            (Ok(services), Ok(users)) => (services, users),
            (services, users) => return Err(ConfigError { errors: services.err().into_iter().chain(users.err()).collect() }),
        };
        tolerated.extend(services.duplicates);
        tolerated.extend(users.duplicates);
        let mut warnings: Vec<_> = tolerated.into_iter().map(|problem| format!("{problem}.")).collect();
        warnings.extend(warnings::of_alerting(&settings, &document, &services.document));
        let (services_file, users_file) = (services.file, users.file);
        let surroundings = Surroundings {
            sources: &sources,
            vault_is_on: settings.vault,
            check_interval: settings.check_interval,
            alerting: settings.alerting,
        };
        warnings.extend(names::warnings(&services.document));
        let services = services::read_with(&services.document, surroundings);
        if let Some(unknown) = dependencies::find_unknown(&settings.connectivity, &services) {
            return Err(unknown.under("connectivity").into());
        }
        let Users { users: those, warnings: wrong } = users::read(&users.document, &sources, settings.vault);
        warnings.extend(wrong);
        warnings.extend(users::warnings(&users_file.display().to_string(), &users.document, &those));
        let check_interval = document.get("check_interval").map(|node| &node.location);
        warnings.extend(timing::warnings(&services, check_interval));
        // They quote keys of the files.
        let warnings = warnings.iter().map(|warning| names::shown(warning)).collect();
        let keys_file = folder.join(&settings.keys);
        let proxies = ProxyVariables::read(environment);
        let fixed = FixedSettings::of(&document, &path.display().to_string());
        let file = path.to_owned();
        let is_demo = false;
        Ok(Self { file, services_file, users_file, keys_file, settings, services, users: those, fixed, proxies, is_demo, warnings })
    }
}

/// One of the files that `config.yaml` names.
struct Other {
    file: PathBuf,
    document: Node,
    duplicates: Vec<LocatedError>,
}

fn read_other(key: &str, given: &str, folder: &Path) -> Result<Other, LocatedError> {
    let file = file::find(key, given, folder)?;
    let (document, duplicates) = file::read_tolerantly(&file)?;
    Ok(Other { file, document, duplicates })
}

/// Drops errors at places whose value could not be filled in: they only follow from that.
fn with_others(unfilled: Vec<LocatedError>, errors: Vec<LocatedError>) -> Vec<LocatedError> {
    let is_reported = |error: &LocatedError| unfilled.iter().any(|reported| reported.location() == error.location());
    let others: Vec<_> = errors.into_iter().filter(|error| !is_reported(error)).collect();
    unfilled.into_iter().chain(others).collect()
}

/// Reads another YAML file, and fills in values from the environment and from files. Blocks on the disk.
pub fn parse_file(path: &Path, environment: Environment<'_>) -> Result<Node, ConfigError> {
    let sources = Sources { environment, folder: path.parent().unwrap_or(Path::new("")) };
    let (document, unfilled) = sources.fill(file::read_document(path)?);
    if unfilled.is_empty() { Ok(document) } else { Err(unfilled.into()) }
}

impl From<LocatedError> for ConfigError {
    fn from(error: LocatedError) -> Self {
        Self { errors: vec![error] }
    }
}

impl From<Vec<LocatedError>> for ConfigError {
    fn from(errors: Vec<LocatedError>) -> Self {
        Self { errors }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.errors.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}
