//! Reads the configuration with which Platus starts.

use super::findings::{Effect, Finding};
use super::reading::{self, Reading};
use super::{Config, ConfigError};
use super::{names, timing, users};
use std::path::Path;
use system::environment::Environment;

impl Config {
    /// Reads `config.yaml` at this path, and the files that it names. Reads from the disk and waits for it.
    ///
    /// Fails when a file is missing or no YAML, and when a setting is wrong. A wrong service is no failure, and a wrong user or channel
    /// is a warning.
    pub fn load(path: &Path, environment: Environment<'_>) -> Result<Self, ConfigError> {
        Self::of(reading::read(path, environment)?)
    }

    /// What was read, if Platus can start with it.
    pub fn of(reading: Reading) -> Result<Self, ConfigError> {
        let Reading { config, documents, findings } = reading;
        let (fatal, others): (Vec<_>, Vec<_>) = findings.into_iter().partition(|finding| finding.effect == Effect::NoStart);
        if !fatal.is_empty() {
            return Err(ConfigError { errors: fatal.into_iter().map(|finding| finding.problem).collect() });
        }
        let mut warnings: Vec<_> = others.iter().map(Finding::sentence).collect();
        warnings.extend(users::warnings(&config.file, &config.user_files, &documents.users, &config.users));
        let check_interval = documents.config.get("check_interval").map(|node| &node.location);
        warnings.extend(timing::warnings(&config.services, check_interval));
        // They quote keys of the files.
        let warnings = warnings.iter().map(|warning| names::shown(warning)).collect();
        // Beside what comes next: taking apart the nodes of thousands of services takes a while.
        rayon::spawn(move || drop(documents));
        Ok(Self { warnings, ..config })
    }
}
