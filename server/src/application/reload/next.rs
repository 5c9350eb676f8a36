//! The next configuration, ready to be used.

use super::files::{ConfigurationFiles, Named};
use crate::application::services;
use crate::config::{self, Config, ConfigError, Fingerprint, FixedSettings, KeyFingerprints, KnownLists, SharedError};
use crate::http::{Settings, ShownService};
use crate::reload::{Changed, NamedDifferences, Renamed};
use checks::CheckTypes;
use checks::heartbeats::Heartbeats;
use engine::Service;
use model::{ServiceId, SettingEntry};
use net::http::Proxies;
use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;
use system::environment::process_environment;
use system::foreign_text;
use vault::Vault;
use yaml::LocatedError;

/// Errors of new services of lists, with a warning of their own. A list can have thousands.
const MOST_UNCHECKED: usize = 20;

/// The services of the configuration that is in use, by what was configured.
#[derive(Clone, Default)]
pub(crate) struct KnownServices(HashMap<ServiceId, Known>);

#[derive(Clone)]
struct Known {
    fingerprint: Fingerprint,
    keys: KeyFingerprints,
    /// Whether its configuration could be read. Its check may be unusable all the same.
    was_read: bool,
    service: Arc<Service>,
    is_job: bool,
}

/// What the next configuration is made of.
pub(super) struct Source {
    pub(super) file: PathBuf,
    pub(super) fixed: FixedSettings,
    pub(super) known: KnownServices,
    pub(super) lists: KnownLists,
    /// Those in use.
    pub(super) settings: Arc<Settings>,
    pub(super) check_types: CheckTypes,
    pub(super) heartbeats: Heartbeats,
    pub(super) vault: Option<Vault>,
}

/// A configuration that was read, with its services. Those that have not changed are those in use.
pub(super) struct Candidate {
    pub(super) config: Config,
    services: Vec<(Arc<Service>, ShownService)>,
    /// Why it cannot be used.
    pub(super) errors: Vec<LocatedError>,
}

/// The next configuration.
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
                let (fingerprint, keys) = (configured.fingerprint, configured.keys.clone());
                Known { fingerprint, keys, was_read: configured.check.is_ok(), service: Arc::clone(service), is_job }
            }))
        });
        Self(known.collect())
    }

    /// The service that was made of the same configuration.
    fn same(&self, configured: &config::Service) -> Option<&Arc<Service>> {
        let known = self.0.get(&configured.id).filter(|known| known.fingerprint == configured.fingerprint)?;
        // What another service says can make a service unusable, or cut its dependencies: they must not form a circle.
        let needs = configured.depends_on.iter().map(|on| &on.value);
        let is_same = known.was_read == configured.check.is_ok() && known.service.depends_on.iter().eq(needs);
        is_same.then_some(&known.service)
    }

    /// What these services would change.
    pub(super) fn differences(&self, next: &[config::Service]) -> NamedDifferences {
        let mut differences = NamedDifferences::default();
        let ids: HashSet<&ServiceId> = next.iter().map(|service| &service.id).collect();
        let mut renamed: HashSet<&ServiceId> = HashSet::new();
        for configured in next {
            match self.0.get(&configured.id) {
                None => match self.former(configured) {
                    Some((was, known)) => {
                        renamed.insert(was);
                        let keys = known.keys.differences(&configured.keys).into_iter().filter(|key| key != "was").collect();
                        differences.renamed.push(Renamed { name: configured.id.to_string(), was: was.to_string(), keys });
                    }
                    None => differences.added.push(configured.id.to_string()),
                },
                Some(_) if self.same(configured).is_some() => {}
                Some(known) => {
                    let keys = known.keys.differences(&configured.keys);
                    differences.changed.push(Changed { name: configured.id.to_string(), keys });
                }
            }
        }
        let removed = self.0.keys().filter(|id| !ids.contains(id) && !renamed.contains(id));
        differences.removed = removed.map(ToString::to_string).collect();
        differences.sorted()
    }

    /// The service in use whose history this one would continue: the latest of its former ids. No service of the same configuration has one
    /// of them.
    fn former(&self, configured: &config::Service) -> Option<(&ServiceId, &Known)> {
        configured.was.iter().rev().find_map(|former| self.0.get_key_value(&former.value))
    }

    /// The services that are checked by heartbeat.
    pub(crate) fn jobs(&self) -> HashSet<ServiceId> {
        self.0.iter().filter(|(_, known)| known.is_job).map(|(id, _)| id.clone()).collect()
    }
}

impl Candidate {
    /// Reads the configuration, and makes what has changed. `files` becomes those that it names, also if it has errors. Waits for the
    /// disk.
    ///
    /// Fails if Platus could not start with it.
    pub(super) fn read(source: &Source, files: &mut ConfigurationFiles) -> Result<Self, ConfigError> {
        let Source { file, fixed, known, lists, settings: before, check_types, heartbeats, vault } = source;
        // Before they are read: a change from now on is another one.
        files.look();
        let reading = config::read_with(file, &process_environment, lists)?;
        files.were_tried(Named::of(&reading.config));
        let mut config = Config::of(reading)?;
        let mut errors = fixed.differences(&config.fixed);

        let shown: HashMap<_, _> = before.services.iter().map(|shown| (&shown.1.id, shown)).collect();
        let proxies = Proxies::new(&config.proxies);
        let mut services = Vec::with_capacity(config.services.len());
        let (mut problems, mut of_lists) = (Vec::new(), Vec::new());
        for configured in &config.services {
            let same =
                known.same(configured).and_then(|service| Some((Arc::clone(service), (*shown.get(&configured.id)?).clone())));
            services.push(match same {
                Some(same) => same,
                None => {
                    let (service, settings, problem) =
                        services::connect(configured, check_types, heartbeats, &proxies, vault.as_ref());
                    // What others write must not keep a change of the configuration from being used.
                    let problems = if configured.is_of_list { &mut of_lists } else { &mut problems };
                    problems.extend(problem.map(|problem| (&configured.id, problem)));
                    (service, settings)
                }
            });
        }
        errors.extend(config::shared_errors(problems).into_iter().map(SharedError::described));
        let mut of_lists = config::shared_errors(of_lists).into_iter();
        let mut unchecked: Vec<_> =
            of_lists.by_ref().take(MOST_UNCHECKED).map(|shared| format!("{}.", shared.described())).collect();
        let others: usize = of_lists.map(|shared| shared.services).sum();
        unchecked.extend((others > 0).then(|| format!("{others} more services of lists cannot be checked; their rows show why.")));
        config.warnings.extend(unchecked);
        Ok(Self { config, services, errors })
    }

    /// The configuration, ready to be used. Waits for the disk.
    ///
    /// Fails if it changes what cannot change, or if a service with a new configuration cannot be checked. A service that could not be
    /// checked before, and is as it was, is no failure.
    pub(super) fn accept(self, files: ConfigurationFiles) -> Result<Next, ConfigError> {
        let Self { config, mut services, errors } = self;
        if !errors.is_empty() {
            return Err(ConfigError { errors });
        }
        let files = files.were_read(&config);
        services.sort_by(|(a, _), (b, _)| a.rank().cmp(&b.rank()));
        let (services, shown): (Vec<_>, Vec<_>) = services.into_iter().unzip();
        let general = services::general_entries(&config);
        let settings = settings(&config, &services, shown, general);
        let known = KnownServices::new(&config, &services);
        Ok(Next { config, files, services, settings, known })
    }
}

/// What the pages and the API show of a configuration.
pub(crate) fn settings(
    config: &Config,
    services: &[Arc<Service>],
    shown: Vec<ShownService>,
    general: Vec<SettingEntry>,
) -> Settings {
    let needing = services.iter().filter(|service| !service.depends_on.is_empty());
    Settings {
        general,
        warnings: config.warnings.clone(),
        views: config.settings.views.clone(),
        services: shown,
        depends_on: needing.map(|service| (service.id.clone(), service.depends_on.clone())).collect(),
        sources: config.services.iter().map(|service| (service.id.clone(), service.place.clone())).collect(),
    }
}

impl ReloadError {
    /// Every error, with its place.
    pub(super) fn into_texts(self) -> Vec<String> {
        match self {
            Self::Configuration(error) => shown(error.texts()),
            Self::ShuttingDown => vec!["Platus is shutting down".to_owned()],
        }
    }
}

/// Errors as the API and the page show them. They quote words of the files.
pub(super) fn shown(errors: Vec<String>) -> Vec<String> {
    errors.into_iter().map(|error| foreign_text::line(&error).into_owned()).collect()
}

impl From<ConfigError> for ReloadError {
    fn from(error: ConfigError) -> Self {
        Self::Configuration(error)
    }
}
