//! The composition root: the only place where the concrete parts meet.

mod access;
mod alerting;
mod blocking;
mod channel_connection;
mod channels;
mod current_channels;
mod discovery;
mod error;
mod file_version;
mod former_ids;
mod gate;
mod last_checks;
mod late_store;
mod listener;
mod monitor;
mod reload;
mod services;
mod shared;
mod stores;
mod task;
mod vault_channel;
mod vault_check;

pub use channel_connection::connect_one as connect_channel;
pub use error::StartError;
pub use listener::DEFAULT_LISTEN;
pub use services::services;
pub use stores::embedded as embedded_store;
pub use stores::{check as check_store, schemas as store_schemas};

use crate::config::{self, Config, Reload};
use crate::http::{self, AdvisedCommands, Context, CurrentContext, Places, UserShares};
use crate::reload::{ConfigurationStatus, Reloads};
use crate::uptime_bars::UptimeBars;
use access::{Access, CurrentUsers};
use alerting::Alerting;
use checks::CheckTypes;
use checks::heartbeats::Heartbeats;
use chrono::Local;
use engine::Services;
use engine::check_result::CheckResult;
use engine::events::Events;
use listener::Listener;
use monitor::Monitor;
use notify::dispatcher;
use reload::{KnownServices, KnownUsers, Reloader};
use shared::Shared;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use storage::write_requests::WriteRequests;
use storage::writer::Start;
use system::clock::{self, Clock};
use system::descriptors::{self, Shares};
use system::health::Health;
use system::tasks::{TaskFailure, Tasks};
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use vault::Vault;
use yaml::LocatedError;

/// Time limit for requests in flight at the shutdown. The whole shutdown takes at most twice that.
const LAST_REQUESTS: Duration = Duration::from_millis(1_700);

/// Time limit for saving the last logouts, after everything else has ended.
const LAST_LOGOUTS: Duration = Duration::from_millis(500);

/// Platus, assembled and listening. [`Application::run_until`] serves.
pub struct Application {
    listener: Listener,
    router: http::Router,
    places: Places,
    reloads: Reloads,
    shutdown: CancellationToken,
    rounds: mpsc::Sender<CheckResult>,
    tasks: Tasks,
    health: Health,
    /// Ends the task that saves revoked sessions.
    last_logout: CancellationToken,
}

impl Application {
    /// Assembles everything, listens, and starts the checks. `listen` overrides the configuration.
    pub async fn build(config: Config, check_types: &CheckTypes, listen: Option<SocketAddr>) -> Result<Self, StartError> {
        Self::build_on(config, check_types, listen, stores::start, Clock::system()).await
    }

    /// The same with a store of the caller's choice, and with this clock for notifications and suppression.
    pub async fn build_on(
        mut config: Config,
        check_types: &CheckTypes,
        listen: Option<SocketAddr>,
        start_store: impl AsyncFnOnce(&Config) -> Result<Start, StartError>,
        clock: Clock,
    ) -> Result<Self, StartError> {
        clock::check(clock.now()).map_err(StartError::Clock)?;
        let files = reload::look(&config).await;
        let (discovery, asking) = reload::discovery(&mut config).await;
        let shares = Shares::of(descriptors::limit());
        let shutdown = CancellationToken::new();
        let mut tasks = Tasks::default();
        let listener = Listener::start(&config.settings, listen, &shutdown, &mut tasks).await?;
        let started = Local::now().fixed_offset();

        let heartbeats = Heartbeats::default();
        let vault = connect_vault(&config)?;
        let services = services(&config, check_types, &heartbeats, vault.as_ref());
        let (services, service_settings): (Vec<_>, Vec<_>) = services.into_iter().unzip();
        let channel_types = notify::ChannelTypes::built_in();
        let known_services = KnownServices::new(&config, &services);
        let known_users = KnownUsers::new(&config.users);
        // Before secrets are filled in.
        let general = services::general_entries(&config);
        if let Some(vault) = &vault {
            tasks.spawn("vault", vault.clone().tend(shutdown.clone()));
            stores::fill_secrets(&mut config, vault).await.map_err(StartError::Secret)?;
        }

        let Start { mut writer, history, mut loaded, left, late } = start_store(&config).await?;
        for warning in former_ids::warnings(&config, &left) {
            tracing::warn!("{warning}");
            config.warnings.push(warning);
        }
        if let Some(task) = writer.task() {
            tasks.adopt("store", task);
        }
        let store_health = writer.health();
        // Heartbeats of a service that has another check type now, or does not exist any more, do not count.
        let jobs = known_services.jobs();
        heartbeats.restore(loaded.heartbeats().filter(|(service, _)| jobs.contains(service)), loaded.last_check());

        let (write_requests, requests) = WriteRequests::new();
        let watched = Arc::new(Services::new(services.iter().cloned()));
        let shared = Shared {
            events: Arc::new(Events::new(&watched, started)),
            due_times: Arc::default(),
            details: Arc::default(),
            clock,
            started,
            services: watched,
            heartbeats,
            write_requests,
            shutdown,
        };
        let alerting = Alerting::start(&mut config, &channel_types, vault.as_ref(), &shared, &loaded, late.is_some(), &tasks)?;
        let keys = std::mem::take(&mut loaded.keys);
        let monitor = Monitor::start(&config, &shared, &alerting, (writer, requests), loaded, shares.checks, &mut tasks);
        let access = Access::start(&config, vault.as_ref(), keys, &shared, &mut tasks).await;
        if let Some(late) = late {
            late_store::start(late, &alerting, &access.keys, &shared, jobs, &mut tasks);
        }

        let lists = discovery::status(&config.discovered);
        let status = ConfigurationStatus { lists, ..ConfigurationStatus::new(files.digest(), started) };
        let (reloads, reload_requests, status) = Reloads::new(status);
        let settings = reload::settings(&config, &services, service_settings, general);

        let Shared { clock, events, due_times, details, heartbeats, write_requests, shutdown, .. } = shared;
        let proxies = http::Proxies(config.settings.trusted_proxies.clone());
        let places = Places::new(shares.connections, shares.connections_per_address, proxies.clone());
        let context = Context {
            uptime_bars: Arc::new(UptimeBars::new(Arc::clone(&events), Arc::clone(&history))),
            events,
            due_times,
            details,
            check_requests: monitor.check_requests,
            figures: Arc::default(),
            history,
            store_health,
            channels: Arc::clone(&alerting.current_channels.dispatchers),
            note_numbers: Arc::default(),
            silences: alerting.silences,
            clock,
            maintenance: Arc::clone(&alerting.maintenance),
            open_incidents: monitor.open_incidents,
            vault: vault.clone(),
            health: monitor.health.clone(),
            activity: monitor.activity,
            users: Arc::clone(&access.users),
            sessions: Arc::new(access.sessions),
            keys: access.keys,
            proxies,
            public_origin: config.settings.public_url.as_ref().map(url::Url::origin),
            base_path: config.settings.base_path(),
            is_https: listener.tls.is_some(),
            is_demo: config.is_demo,
            flushes: monitor.flushes,
            heartbeats: heartbeats.clone(),
            write_requests,
            reloads: reloads.clone(),
            commands: Arc::new(AdvisedCommands {
                validate: config::command(&config.file, "validate"),
                revoke_key: config::command(&config.file, "keys revoke NAME"),
            }),
            settings: Arc::new(settings),
            streams: Arc::new(UserShares::new(shares.streams)),
            requested_checks: Arc::new(UserShares::new(http::REQUESTED_CHECKS)),
            history_queries: Arc::default(),
            renders: Arc::default(),
            shutdown: shutdown.clone(),
        };
        let events = Arc::clone(&context.events);
        let context = CurrentContext::new(context);
        let reloader = Reloader {
            file: config.file,
            files,
            discovery,
            is_automatic: config.settings.reload == Reload::Auto,
            fixed: config.fixed,
            changeable: config.changeable,
            services: known_services,
            known_users,
            check_types: check_types.clone(),
            channel_types,
            heartbeats,
            vault,
            channels: alerting.current_channels,
            users: CurrentUsers { users: access.users, kept_in_vault: access.kept_in_vault },
            maintenance: alerting.maintenance,
            reconfiguring: monitor.reconfiguring,
            context: context.clone(),
            events,
            status,
        };
        tasks.spawn("discovery", asking.run(shutdown.clone()));
        tasks.spawn("configuration", reloader.run(reload_requests, shutdown.clone()));
        Ok(Self {
            listener,
            router: http::router(context),
            reloads,
            places,
            shutdown,
            rounds: monitor.rounds,
            tasks,
            health: monitor.health,
            last_logout: access.last_logout,
        })
    }

    /// Where the page is served.
    pub fn address(&self) -> SocketAddr {
        self.listener.address
    }

    /// Whether the page is served with TLS.
    pub fn is_https(&self) -> bool {
        self.listener.tls.is_some()
    }

    /// Whether Platus itself works, now and later.
    pub fn health(&self) -> Health {
        self.health.clone()
    }

    /// Reloads the configuration.
    pub fn reloads(&self) -> Reloads {
        self.reloads.clone()
    }

    /// Adds a task that runs until the shutdown.
    pub fn supervise(&mut self, task: &'static str, work: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn(task, work);
    }

    /// Serves until `stop` is cancelled, and then shuts down within five seconds: it accepts no new requests, closes streams, answers
    /// requests in flight, and publishes all results. If a task ends unexpectedly, it cancels `stop`, shuts down in the same way, and returns
    /// an error.
    pub async fn run_until(self, stop: CancellationToken) -> Result<(), TaskFailure> {
        let Self { listener, router, places, shutdown, rounds, mut tasks, last_logout, .. } = self;
        let Listener { socket, tls, .. } = listener;
        tasks.spawn(task::SERVER, http::serve(socket, router, tls, places, shutdown.clone()));
        let outcome = tokio::select! {
            // First, because tasks may end because of it.
            biased;
            () = stop.cancelled() => Ok(()),
            failure = tasks.failure() => Err(failure),
        };
        match &outcome {
            Ok(()) => tracing::info!("Shutting down."),
            Err(failure) => {
                tracing::error!("Shutting down, because {failure}.");
                stop.cancel();
            }
        }
        shutdown.cancel();
        if timeout(LAST_REQUESTS, tasks.ended(&[task::SERVER])).await.is_err() {
            tracing::warn!("Some requests took too long and were cut off.");
        }
        last_logout.cancel();
        // The scheduler drops running checks. The recorder ends after the last result and the last delivery.
        let last_results = async {
            tasks.ended(&[task::SCHEDULER, dispatcher::TASK]).await;
            drop(rounds);
            tasks.ended(&[task::RECORDER]).await;
            checks::no_program_is_starting().await;
        };
        if timeout(LAST_REQUESTS, last_results).await.is_err() {
            tracing::warn!("The last results of checks were not recorded.");
        }
        // The task logs itself what it could not save.
        timeout(LAST_LOGOUTS, tasks.ended(&[task::LOGOUTS])).await.ok();
        outcome
    }
}

/// The client of Vault, if `vault` is on. Sends no request yet.
pub fn connect_vault(config: &Config) -> Result<Option<Vault>, LocatedError> {
    let settings = &config.settings;
    settings.vault_backend.as_ref().filter(|_| settings.vault).map(Vault::new).transpose()
}
