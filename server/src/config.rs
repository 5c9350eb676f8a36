//! The files of the operator: `config.yaml`, `services.yaml`, `users.yaml`.
//!
//! They are read once, validated as a whole, and become an immutable [`Config`]. Errors show file, line, column and remedy. An error in a
//! service affects only that service.

mod alerting;
mod backend;
mod command;
mod composition;
mod cycles;
mod declared;
mod dependencies;
mod discovery;
mod documents;
mod file;
mod file_set;
mod findings;
mod fingerprint;
mod former_ids;
mod hashing;
mod keys;
mod loading;
mod local_zone;
mod maintenance;
mod masked_url;
mod names;
mod notify;
mod public_url;
mod reading;
mod redact;
mod redis_keywords;
mod retention;
mod roles;
mod service;
mod service_keys;
mod services;
mod settings;
mod shared_errors;
mod sources;
mod tags;
#[cfg(test)]
mod tests;
mod timing;
mod users;
mod views;
mod warnings;

pub use alerting::Alerting;
pub use backend::Backend;
pub use command::{DEFAULT_FILE, FILE_VARIABLE, command};
pub use declared::{CHANNEL, CONFIG, DISPLAY, SERVICE, STORE, USER};
pub use discovery::{Discovered, HttpList, KnownLists};
pub use file::read_text;
pub use file_set::FileSet;
pub use findings::{Effect, Finding, INVALID};
pub use fingerprint::{Fingerprint, FixedSettings, KeyFingerprints};
pub use hashing::{Hashed, hash_passwords};
pub use keys::{close_keys, keys_text, read_keys};
pub use local_zone::local_zone;
pub(crate) use masked_url::{masked_url, without_credentials};
pub use notify::NotifyBackend;
pub use public_url::OWN_SEGMENTS;
pub use reading::{FileKind, Reading, read, read_alone, read_with};
pub(crate) use redact::{MASKED, is_secret_word};
pub use redact::{general_entries, kept_in_vault, service_entries};
pub use redis_keywords::redis_keywords;
pub use service::Service;
pub use services::{FEW_SERVICES, read as read_services};
pub use settings::{LogLevel, Reload, Settings, Tls};
pub use shared_errors::{SharedError, shared_errors};
pub use timing::warning as timeout_warning;
pub use users::{Password, User};

use net::ProxyVariables;
use sources::Sources;
use std::fmt;
use std::path::{Path, PathBuf};
use system::environment::Environment;
use yaml::{LocatedError, Node};

/// Everything that the operator has configured.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where `config.yaml` was read from.
    pub file: PathBuf,
    /// The files of the services.
    pub service_files: FileSet,
    /// The files of the users.
    pub user_files: FileSet,
    /// Where the API keys are, when there are any.
    pub keys_file: PathBuf,
    pub settings: Settings,
    /// In the order of the files, and then those of lists. Some may be broken.
    pub services: Vec<Service>,
    /// The entries that are made of lists.
    pub discovered: Vec<Discovered>,
    /// The last good lists of an earlier start. Only [`Config::load`] has them.
    pub last_lists: KnownLists,
    /// In the order of the files.
    pub users: Vec<User>,
    /// What cannot change while Platus runs.
    pub fixed: FixedSettings,
    /// The other settings, to name those that change.
    pub changeable: KeyFingerprints,
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

/// The files as they were read, for what only they show: the places of values.
pub struct Documents {
    /// With its references resolved, and without `defaults` and `templates`.
    pub config: Node,
    /// `defaults` and `templates`.
    pub shared: Node,
    /// Of all files of the services, with templates and defaults filled in.
    pub services: Node,
    /// Of all files of the users.
    pub users: Node,
}

/// Reads another YAML file, and fills in values from the environment and from files. Blocks on the disk.
pub fn parse_file(path: &Path, environment: Environment<'_>) -> Result<Node, ConfigError> {
    let sources = Sources { environment, folder: path.parent().unwrap_or(Path::new("")) };
    let (document, unfilled) = sources.fill(file::read_document(path)?);
    if unfilled.is_empty() { Ok(document) } else { Err(unfilled.into()) }
}

impl ConfigError {
    /// Every error, with its place.
    pub fn texts(&self) -> Vec<String> {
        self.errors.iter().map(ToString::to_string).collect()
    }
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
