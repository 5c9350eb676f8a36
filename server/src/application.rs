//! The composition root: the only place where the concrete parts meet.

mod access;
mod alerting;
mod channels;
mod error;
mod gate;
mod last_checks;
mod late_store;
mod listener;
mod monitor;
mod services;
mod shared;
mod stores;
mod task;
mod vault_channel;
mod vault_check;

pub use channels::connect_one as connect_channel;
pub use error::StartError;
pub use listener::DEFAULT_LISTEN;
pub use services::services;
pub use stores::{check as check_store, schemas as store_schemas};

use crate::config::{self, Config};
use crate::http::{self, Context, Figures, HistoryQueries, Places, Renders, Settings, UserShares};
use crate::uptime_bars::UptimeBars;
use access::Access;
use alerting::Alerting;
use checks::CheckTypes;
use checks::heartbeats::Heartbeats;
use chrono::Local;
use engine::check_details::CheckDetails;
use engine::check_result::CheckResult;
use engine::due_times::DueTimes;
use engine::events::Events;
use listener::Listener;
use model::ServiceId;
use monitor::Monitor;
use notify::dispatcher;
use shared::Shared;
use std::collections::HashSet;
use std::net::SocketAddr;
use std::path::Path;
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
use yaml::{LocatedError, Location};

/// Time limit for requests in flight at the shutdown. The whole shutdown takes at most twice that.
const LAST_REQUESTS: Duration = Duration::from_millis(1_700);

/// Time limit for saving the last logouts, after everything else has ended.
const LAST_LOGOUTS: Duration = Duration::from_millis(500);

/// Platus, assembled and listening. [`Application::run_until`] serves.
pub struct Application {
    listener: Listener,
    router: http::Router,
    places: Places,
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
        let shares = Shares::of(descriptors::limit());
        let shutdown = CancellationToken::new();
        let mut tasks = Tasks::default();
        let listener = Listener::start(&config.settings, listen, &shutdown, &mut tasks).await?;
        let started = Local::now().fixed_offset();

        let heartbeats = Heartbeats::default();
        let vault = connect_vault(&config)?;
        let services = services(&config, check_types, &heartbeats, vault.as_ref());
        let (services, service_settings): (Vec<_>, Vec<_>) = services.into_iter().unzip();
        let services: Arc<[_]> = services.into();
        let channel_types = notify::ChannelTypes::built_in();
        let sources = config.services.iter().map(|service| (service.id.clone(), source(&service.place))).collect();
        let needing = services.iter().filter(|service| !service.depends_on.is_empty());
        let depends_on = needing.map(|service| (service.id.clone(), service.depends_on.clone())).collect();
        // Before secrets are filled in.
        let general = config::general_entries(&config, |channel, key| channel_types.is_harmless(channel, key));
        if let Some(vault) = &vault {
            tasks.spawn("vault", vault.clone().tend(shutdown.clone()));
            stores::fill_secrets(&mut config, vault).await.map_err(StartError::Secret)?;
        }

        let Start { mut writer, history, loaded, late } = start_store(&config).await?;
        if let Some(task) = writer.task() {
            tasks.adopt("store", task);
        }
        let store_health = writer.health();
        // Heartbeats of a service that has another check type now, or does not exist any more, do not count.
        let jobs = service_settings.iter().map(|(_, service)| service).filter(|service| service.plugin == "heartbeat");
        let jobs: HashSet<ServiceId> = jobs.map(|service| service.id.clone()).collect();
        heartbeats.restore(loaded.heartbeats().filter(|(service, _)| jobs.contains(service)), loaded.last_check());

        let (write_requests, requests) = WriteRequests::new();
        let shared = Shared {
            events: Arc::new(Events::new(Arc::clone(&services), started)),
            due_times: Arc::new(DueTimes::new(services.len())),
            details: Arc::new(CheckDetails::new(services.len())),
            clock,
            started,
            services,
            heartbeats,
            write_requests,
            shutdown,
        };
        let alerting = Alerting::start(&mut config, &channel_types, vault.as_ref(), &shared, &loaded, late.is_some(), &mut tasks)?;
        if let Some(late) = late {
            late_store::start(late, &alerting, &shared, jobs, &mut tasks);
        }
        let monitor = Monitor::start(&config, &shared, &alerting, (writer, requests), loaded, shares.checks, &mut tasks);
        let access = Access::start(&config, vault.as_ref(), &shared.shutdown, &mut tasks).await;

        let Shared { clock, events, due_times, details, heartbeats, write_requests, shutdown, .. } = shared;
        let proxies = http::Proxies(config.settings.trusted_proxies.clone());
        let places = Places::new(shares.connections, shares.connections_per_address, proxies.clone());
        let context = Context {
            uptime_bars: UptimeBars::new(Arc::clone(&events), Arc::clone(&history)),
            events,
            due_times,
            details,
            check_requests: monitor.check_requests,
            figures: Figures::default(),
            history,
            store_health,
            channel_health: alerting.channel_health,
            test_notifications: alerting.test_notifications,
            directives: alerting.silences,
            clock,
            maintenance: alerting.maintenance,
            open_incidents: monitor.open_incidents,
            vault,
            health: monitor.health.clone(),
            activity: monitor.activity,
            users: access.users,
            sessions: access.sessions,
            keys: access.keys,
            proxies,
            public_origin: config.settings.public_url.as_ref().map(url::Url::origin),
            is_https: listener.tls.is_some(),
            flushes: monitor.flushes,
            heartbeats,
            write_requests,
            settings: Settings { general, warnings: config.warnings, services: service_settings, depends_on, sources },
            streams: Arc::new(UserShares::new(shares.streams)),
            requested_checks: Arc::new(UserShares::new(http::REQUESTED_CHECKS)),
            history_queries: HistoryQueries::default(),
            renders: Renders::default(),
            shutdown: shutdown.clone(),
        };
        Ok(Self {
            listener,
            router: http::router(Arc::new(context)),
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

/// A place in the configuration as the page shows it: the name of the file and the line.
fn source(place: &Location) -> String {
    let file = Path::new(&*place.file).file_name().map_or(place.file.as_ref().into(), |name| name.to_string_lossy());
    format!("{file}:{}", place.line)
}

/// The client of Vault, if `vault` is on. Sends no request yet.
pub fn connect_vault(config: &Config) -> Result<Option<Vault>, LocatedError> {
    let settings = &config.settings;
    settings.vault_backend.as_ref().filter(|_| settings.vault).map(Vault::new).transpose()
}
