//! Reloads the configuration: reads and checks all of it, and only then uses it. An error changes nothing.

mod files;
mod known_users;
mod next;
mod tags;

use super::access::CurrentUsers;
use super::blocking::blocking;
use super::current_channels::{CurrentChannels, NextChannels};
use super::discovery::{self, Asking, Discovery};
use super::former_ids;
use super::monitor::Reconfiguring;
use crate::config::{Config, ConfigError, FixedSettings, KeyFingerprints, Reload};
use crate::http::{CurrentContext, Settings};
use crate::reload::{Attempt, Changes, ConfigurationStatus, Differences, Request, RequestedBy};
use checks::CheckTypes;
use checks::heartbeats::Heartbeats;
use chrono::Local;
use engine::events::Events;
use engine::suppression::Maintenance;
use files::{ConfigurationFiles, Named};
pub(super) use known_users::KnownUsers;
use next::{Candidate, Next, ReloadError, Source};
pub(super) use next::{KnownServices, settings};
use notify::ChannelTypes;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use storage::LeftHistory;
use tokio::sync::{mpsc, watch};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;
use vault::Vault;

/// How often the files are looked at. A change counts once they have stayed the same for this time, so that a file is not read while it
/// is being written.
const LOOKING: Duration = Duration::from_secs(2);

/// Reloads the configuration. What the reload replaces is shared with the parts that use it.
pub(super) struct Reloader {
    /// `config.yaml`.
    pub file: PathBuf,
    pub files: ConfigurationFiles,
    pub discovery: Arc<Discovery>,
    /// Whether a changed file or list is a reason to reload.
    pub is_automatic: bool,
    pub fixed: FixedSettings,
    pub changeable: KeyFingerprints,
    pub services: KnownServices,
    pub known_users: KnownUsers,
    pub check_types: CheckTypes,
    pub channel_types: ChannelTypes,
    pub heartbeats: Heartbeats,
    pub vault: Option<Vault>,
    pub channels: CurrentChannels,
    pub users: CurrentUsers,
    pub maintenance: Arc<Maintenance>,
    pub reconfiguring: Reconfiguring,
    pub context: CurrentContext,
    pub events: Arc<Events>,
    pub status: watch::Sender<ConfigurationStatus>,
}

impl Reloader {
    /// Reloads until the shutdown: when it is requested, and when a file or a list has changed.
    pub(super) async fn run(mut self, mut requests: mpsc::Receiver<Request>, shutdown: CancellationToken) {
        let mut ticks = interval(LOOKING);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let news = self.discovery.news();
        let mut has_news = false;
        loop {
            tokio::select! {
                () = shutdown.cancelled() => return,
                // The callers may have stopped waiting.
                Some(request) = requests.recv() => match request {
                    Request::Reload { by, done } => {
                        done.send(self.reload(by).await).ok();
                    }
                    Request::Compare { done } => {
                        done.send(self.compare().await).ok();
                    }
                },
                () = news.notified(), if self.is_automatic => has_news = !self.reload_for_list().await,
                _ = ticks.tick(), if self.is_automatic => {
                    let mut files = self.files.clone();
                    let (looked, has_changed) = blocking(move || {
                        let has_changed = files.have_changed();
                        (files, has_changed)
                    })
                    .await;
                    self.files = looked;
                    if has_changed {
                        self.reload(RequestedBy::ChangedFile).await;
                        has_news = false;
                    } else if has_news {
                        has_news = !self.reload_for_list().await;
                    }
                }
            }
        }
    }

    /// Reloads because of the list of a server. Not while a file of the operator is being written, which the reload would read as well;
    /// then the result is false.
    async fn reload_for_list(&mut self) -> bool {
        let files = self.files.clone();
        let are_as_read = blocking(move || files.are_as_read()).await;
        if are_as_read {
            self.reload(RequestedBy::ChangedList).await;
        }
        are_as_read
    }

    async fn reload(&mut self, by: RequestedBy) -> Attempt {
        let at = Local::now().fixed_offset();
        self.status.send_modify(|status| status.is_reloading = true);
        let outcome = self.try_reload().await.map_err(ReloadError::into_texts);
        match &outcome {
            Ok(Changes { added, changed, removed, channels }) => {
                tracing::info!(added, changed, removed, channels, "Configuration reloaded because of {by}.");
            }
            Err(errors) => {
                for error in errors {
                    tracing::error!("The configuration cannot be reloaded; the previous one stays in use: {error}");
                }
            }
        }
        let attempt = Attempt { at, by, outcome };
        let digest = self.files.digest();
        self.status.send_modify(|status| {
            match attempt.outcome {
                Ok(_) => {
                    status.succeeded += 1;
                    (status.loaded, status.digest) = (at, digest);
                }
                Err(_) => status.failed += 1,
            }
            status.latest = Some(attempt.clone());
            status.is_reloading = false;
        });
        attempt
    }

    async fn try_reload(&mut self) -> Result<Changes, ReloadError> {
        let (next, channels) = self.next().await?;

        // Nothing fails from here on, except that Platus shuts down.
        let channels = self.channels.replace(channels);
        let Next { mut config, files, services, mut settings, known } = next;
        settings.warnings.extend(self.channels.warnings());
        let before = self.context.get();
        for warning in settings.warnings.iter().filter(|warning| !before.settings.warnings.contains(warning)) {
            tracing::warn!("{warning}");
        }
        let tags = tags::changes(&before.settings.services, &settings.services);
        drop(before);
        self.maintenance.replace(std::mem::take(&mut config.settings.maintenance));
        self.users.replace(&config);
        // Before the rows, so that each has a page.
        self.context.replace_settings(settings);
        let references: Vec<_> = config.settings.connectivity.iter().map(|reference| reference.value.clone()).collect();
        let replaced = self.reconfiguring.replace(services, former_ids::of(&config), &references).await;
        let changes = replaced.ok_or(ReloadError::ShuttingDown)?;
        self.warn_of_histories(&config, &changes.left);
        self.heartbeats.keep_only(&known.jobs());
        self.events.publish_tags(tags);
        self.events.publish_suppressions();
        self.discovery.accept(&config.discovered).await;
        self.status.send_modify(|status| status.lists = discovery::status(&config.discovered));
        (self.services, self.files) = (known, files);
        self.is_automatic = config.settings.reload == Reload::Auto;
        (self.known_users, self.changeable) = (KnownUsers::new(&config.users), config.changeable);
        Ok(Changes { added: changes.added.len(), changed: changes.changed.len(), removed: changes.removed.len(), channels })
    }

    /// Logs a warning for each history that stays under a former id, and shows it.
    fn warn_of_histories(&self, config: &Config, left: &[LeftHistory]) {
        let warnings = former_ids::warnings(config, left);
        if warnings.is_empty() {
            return;
        }
        for warning in &warnings {
            tracing::warn!("{warning}");
        }
        let mut settings = Settings::clone(&self.context.get().settings);
        settings.warnings.extend(warnings);
        self.context.replace_settings(settings);
    }

    /// The next configuration with its checks and channels, or all its errors. If it cannot be used, its files are watched all the same.
    async fn next(&mut self) -> Result<(Next, NextChannels), ConfigError> {
        let (source, mut files) = (self.source(), self.files.clone());
        let (files, candidate) = blocking(move || {
            let candidate = Candidate::read(&source, &mut files);
            (files, candidate)
        })
        .await;
        self.files = files.clone();
        let mut candidate = candidate?;
        match self.channels.prepare(&candidate.config, &self.channel_types, self.vault.as_ref()) {
            Ok(channels) => Ok((blocking(move || candidate.accept(files)).await?, channels)),
            Err(errors) => {
                candidate.errors.extend(errors);
                Err(ConfigError { errors: candidate.errors })
            }
        }
    }

    /// What a reload would change now, found in the same way.
    async fn compare(&self) -> Differences {
        let (source, mut files) = (self.source(), self.files.clone());
        let candidate = match blocking(move || Candidate::read(&source, &mut files)).await {
            Ok(candidate) => candidate,
            Err(error) => return Differences { errors: next::shown(error.texts()), ..Differences::default() },
        };
        let Candidate { config, errors, .. } = &candidate;
        let mut differences = Differences {
            services: self.services.differences(&config.services),
            users: self.known_users.differences(&config.users),
            settings: self.changeable.differences(&config.changeable),
            restart: self.fixed.changed_keys(&config.fixed).into_iter().map(str::to_owned).collect(),
            lists: discovery::unused(&config.discovered),
            errors: errors.iter().map(ToString::to_string).collect(),
            ..Differences::default()
        };
        match self.channels.prepare(config, &self.channel_types, self.vault.as_ref()) {
            Ok(next) => differences.channels = self.channels.differences(&next),
            Err(errors) => differences.errors.extend(errors.iter().map(ToString::to_string)),
        }
        differences.errors = next::shown(differences.errors);
        differences
    }

    fn source(&self) -> Source {
        Source {
            file: self.file.clone(),
            fixed: self.fixed.clone(),
            known: self.services.clone(),
            lists: self.discovery.known(),
            settings: Arc::clone(&self.context.get().settings),
            check_types: self.check_types.clone(),
            heartbeats: self.heartbeats.clone(),
            vault: self.vault.clone(),
        }
    }
}

/// The files of a configuration that was just read.
pub(super) async fn look(config: &Config) -> ConfigurationFiles {
    let (file, named) = (config.file.clone(), Named::of(config));
    blocking(move || ConfigurationFiles::new(file, named)).await
}

/// The lists of a configuration that was just read, and what asks for them.
pub(super) async fn discovery(config: &mut Config) -> (Arc<Discovery>, Asking) {
    let (file, lists, discovered) = (config.file.clone(), std::mem::take(&mut config.last_lists), config.discovered.clone());
    let (discovery, asking) = blocking(move || Discovery::new(file, lists, &discovered)).await;
    (Arc::new(discovery), asking)
}
