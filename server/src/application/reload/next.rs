//! The next configuration, ready to be used.

use super::files::ConfigurationFiles;
use crate::application::services;
use crate::config::{self, Config, ConfigError, Fingerprint, FixedSettings};
use crate::http::Settings;
use checks::CheckTypes;
use checks::heartbeats::Heartbeats;
use engine::Service;
use model::{Roles, ServiceId, ServiceSettings, SettingEntry};
use net::http::Proxies;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use system::environment::process_environment;
use vault::Vault;
use yaml::{LocatedError, Location};

/// The services of the configuration that is in use, by what was configured.
#[derive(Clone, Default)]
pub(crate) struct KnownServices(HashMap<ServiceId, Known>);

#[derive(Clone)]
struct Known {
    fingerprint: Fingerprint,
    /// Whether its configuration could be read. Its check may be unusable all the same.
    was_read: bool,
    service: Arc<Service>,
    is_job: bool,
}

/// What the next configuration is made of.
pub(super) struct Source {
    pub(super) file: PathBuf,
    pub(super) files: ConfigurationFiles,
    pub(super) fixed: FixedSettings,
    pub(super) known: KnownServices,
    /// Those in use.
    pub(super) settings: Arc<Settings>,
    pub(super) check_types: CheckTypes,
    pub(super) heartbeats: Heartbeats,
    pub(super) vault: Option<Vault>,
}

/// The next configuration. Services that have not changed are those in use.
pub(super) struct Next {
    pub(super) config: Config,
    pub(super) files: ConfigurationFiles,
    pub(super) services: Vec<Arc<Service>>,
    pub(super) settings: Settings,
    pub(super) known: KnownServices,
}

/// Why a configuration cannot be used.
#[derive(Debug)]
pub(super) enum ReloadError {
    Configuration(ConfigError),
    ShuttingDown,
}

impl KnownServices {
    /// The services that were made of this configuration.
    pub(crate) fn new(config: &Config, services: &[Arc<Service>]) -> Self {
        let configured: HashMap<_, _> = config.services.iter().map(|service| (&service.id, service)).collect();
        let known = services.iter().filter_map(|service| {
            let configured = configured.get(&service.id)?;
            let is_job = configured.plugin == "heartbeat";
            Some((service.id.clone(), {
                let (fingerprint, was_read) = (configured.fingerprint, configured.check.is_ok());
                Known { fingerprint, was_read, service: Arc::clone(service), is_job }
            }))
        });
        Self(known.collect())
    }

    /// The service that was made of the same configuration.
    fn same(&self, configured: &config::Service) -> Option<&Arc<Service>> {
        let known = self.0.get(&configured.id).filter(|known| known.fingerprint == configured.fingerprint)?;
        // What another service says can make a service unusable: dependencies must not form a circle.
        (known.was_read == configured.check.is_ok()).then_some(&known.service)
    }

    /// The services that are checked by heartbeat.
    pub(crate) fn jobs(&self) -> HashSet<ServiceId> {
        self.0.iter().filter(|(_, known)| known.is_job).map(|(id, _)| id.clone()).collect()
    }
}

impl Next {
    /// Reads the configuration and makes what has changed. Waits for the disk.
    ///
    /// Fails if the configuration could not be started with, if it changes what cannot change, or if a service with a new configuration
    /// cannot be checked. A service that could not be checked before, and is as it was, is no failure.
    pub(super) fn load(source: &Source) -> Result<Self, ReloadError> {
        let Source { file, files, fixed, known, settings: before, check_types, heartbeats, vault } = source;
        let mut files = files.clone();
        // Before they are read: a change from now on is another one.
        files.look();
        let config = Config::load(file, &process_environment)?;
        let files = files.were_read(&config);
        let mut errors = fixed.differences(&config.fixed);

        let shown: HashMap<_, _> = before.services.iter().map(|shown| (&shown.1.id, shown)).collect();
        let proxies = Proxies::new(&config.proxies);
        let mut services = Vec::with_capacity(config.services.len());
        for configured in &config.services {
            let same =
                known.same(configured).and_then(|service| Some((Arc::clone(service), (*shown.get(&configured.id)?).clone())));
            services.push(match same {
                Some(same) => same,
                None => {
                    let (service, settings, problem) =
                        services::connect(configured, check_types, heartbeats, &proxies, vault.as_ref());
                    errors.extend(problem);
                    (service, settings)
                }
            });
        }
        if !errors.is_empty() {
            return Err(ConfigError { errors }.into());
        }
        services.sort_by(|(a, _), (b, _)| a.rank().cmp(&b.rank()));
        let (services, shown): (Vec<_>, Vec<_>) = services.into_iter().unzip();
        let general = services::general_entries(&config);
        let settings = settings(&config, &services, shown, general);
        let known = KnownServices::new(&config, &services);
        Ok(Self { config, files, services, settings, known })
    }
}

/// What the pages and the API show of a configuration.
pub(crate) fn settings(
    config: &Config,
    services: &[Arc<Service>],
    shown: Vec<(Roles, ServiceSettings)>,
    general: Vec<SettingEntry>,
) -> Settings {
    let needing = services.iter().filter(|service| !service.depends_on.is_empty());
    Settings {
        general,
        warnings: config.warnings.clone(),
        views: config.settings.views.clone(),
        services: shown,
        depends_on: needing.map(|service| (service.id.clone(), service.depends_on.clone())).collect(),
        sources: config.services.iter().map(|service| (service.id.clone(), source(&service.place))).collect(),
    }
}

/// A place in the configuration as the page shows it: the name of the file and the line.
fn source(place: &Location) -> String {
    let file = Path::new(&*place.file).file_name().map_or(place.file.as_ref().into(), |name| name.to_string_lossy());
    format!("{file}:{}", place.line)
}

impl ReloadError {
    /// Every error, with its place.
    pub(super) fn into_texts(self) -> Vec<String> {
        match self {
            Self::Configuration(error) => error.errors.iter().map(ToString::to_string).collect(),
            Self::ShuttingDown => vec!["Platus is shutting down".to_owned()],
        }
    }
}

impl From<ConfigError> for ReloadError {
    fn from(error: ConfigError) -> Self {
        Self::Configuration(error)
    }
}

impl From<LocatedError> for ReloadError {
    fn from(error: LocatedError) -> Self {
        Self::Configuration(error.into())
    }
}
