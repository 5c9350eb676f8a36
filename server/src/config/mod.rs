//! The files of the operator: `config.yaml`, `services.yaml`, `users.yaml`.
//!
//! They are read once, checked as a whole, and become an immutable [`Config`]. What is wrong is told with file, line, column and
//! what to do; what is wrong with one service concerns that service alone.

mod alerting;
mod compose;
mod dependencies;
mod deserialize;
mod document;
mod error;
mod fields;
mod file;
mod location;
mod maintenance;
mod nearest;
mod notify;
mod plain;
mod redact;
mod retention;
mod roles;
mod seconds;
mod secret;
mod services;
mod settings;
#[cfg(test)]
mod tests;
mod users;

pub use alerting::Alerting;
pub use compose::parse;
pub use document::{Entry, Node, Reading, Scalar, Value};
pub use error::{LocatedError, suggestion};
pub use location::{Located, Location};
pub use nearest::nearest;
pub use notify::NotifyBackend;
pub use redact::{general_entries, service_entries};
pub use secret::Secret;
pub use services::{CheckConfig, Service, read as read_services};
pub use settings::{Backend, LogLevel, Settings, VaultBackend};
pub use users::User;

use std::fmt;
use std::path::{Path, PathBuf};

/// The value of an environment variable, if it is set. A parameter, so that a test needs not change the environment of all tests.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The environment of this process. What is no UTF-8 in a value is replaced, so that it is seen to be wrong rather than absent.
pub fn process_environment(name: &str) -> Option<String> {
    std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
}

/// Everything that the operator has configured.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where `config.yaml` was read from.
    pub file: PathBuf,
    pub services_file: PathBuf,
    pub users_file: PathBuf,
    pub settings: Settings,
    /// In the order of the file. Some may be broken.
    pub services: Vec<Service>,
    /// In the order of the file.
    pub users: Vec<User>,
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
    /// Fails when a file is missing or no YAML, and when a setting or a user is wrong. A wrong service is no failure.
    pub fn load(path: &Path, environment: Environment<'_>) -> Result<Self, ConfigError> {
        let document = file::read_document(path)?;
        let settings = Settings::read(&document, environment)?;
        let folder = path.parent().unwrap_or(Path::new(""));

        let services = file::find("services", &settings.services, folder)
            .and_then(|file| Ok((services::read(&file::read_document(&file)?, settings.check_interval, settings.alerting), file)));
        let users = file::find("users", &settings.users, folder)
            .map_err(|error| vec![error])
            .and_then(|file| Ok((users::read(&file::read_document(&file).map_err(|error| vec![error])?)?, file)));
        match (services, users) {
            (Ok((services, services_file)), Ok((users, users_file))) => {
                let mut warnings = users::warnings(&users_file.display().to_string(), &users);
                warnings.extend(not_yet(&settings));
                Ok(Self { file: path.to_owned(), services_file, users_file, settings, services, users, warnings })
            }
            (services, users) => {
                Err(ConfigError { errors: services.err().into_iter().chain(users.err().into_iter().flatten()).collect() })
            }
        }
    }
}

/// What is configured and what this version does not do.
fn not_yet(settings: &Settings) -> Vec<String> {
    let mut warnings = Vec::new();
    if settings.vault {
        warnings
            .push("`vault` is on, but this version does not read Vault yet: give the values in services.yaml itself.".to_owned());
    }
    warnings
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
