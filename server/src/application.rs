//! The composition root: the only place where the concrete parts meet.

mod channels;
mod gate;
mod last_checks;
mod door;
mod stores;
mod vault_channel;
mod vault_check;

use crate::config::Config;
use crate::http::{CertificateFiles, Context, Places, Readings, Renders, Settings, UserShares};
use crate::strips::Strips;
use crate::{config, http};
use channels::Notifying;
pub use channels::connect_one as connect_channel;
use checks::heartbeats::Heartbeats;
use checks::{Check, CheckConfig, CheckTypes, Host};
use chrono::Local;
use door::Door;
use engine::activity::Activity;
use engine::audience::Audience;
use engine::connectivity::Connectivity;
use engine::due_times::DueTimes;
use engine::events::{Events, store_news};
use engine::holding::{Dependencies, Directives, Holding, Maintenance, Marking};
use engine::recorder::{Recorder, Round};
use engine::scheduler::Scheduler;
use engine::{Service, SoftFailures, recorder};
use model::{Roles, ServiceId, ServiceSettings};
use net::http::Proxies;
use notify::dispatcher;
use notify::dispatcher::Parts;
use std::collections::HashSet;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use storage::write_requests::WriteRequests;
use storage::writer;
use storage::writer::{LateSnapshot, Start};
use system::clock::Clock;
use system::descriptors::Shares;
use system::foreign_text;
use system::health::Health;
use system::tasks::{TaskFailure, Tasks};
use system::{clock, descriptors};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use vault::Vault;
use yaml::{LocatedError, Node};

/// Where the page is served when nobody says otherwise.
pub const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::UNSPECIFIED), 5001);

/// How long requests in flight may take once the process is to end. The whole end takes at most twice that.
const LAST_REQUESTS: Duration = Duration::from_millis(1_700);

/// How long the disk may take for the last logouts when everything else has ended.
const LAST_LOGOUTS: Duration = Duration::from_millis(500);

/// Why Platus did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(
        "cannot listen on {address}: {source}. Is another Platus running? Give another address with --listen, PLATUS_LISTEN or \
         the key `listen`"
    )]
    Listen { address: SocketAddr, source: io::Error },
    /// The clock of the machine shows a time that cannot be written.
    #[error("{0}")]
    Clock(String),
    /// The store is configured wrongly; the only fault of a configuration that is found so late.
    #[error(transparent)]
    Configuration(#[from] LocatedError),
    #[error(transparent)]
    Store(#[from] writer::StartError),
    /// What the store needs is kept in Vault, and cannot be read there.
    #[error("{0}")]
    Secret(LocatedError),
}

/// Platus, put together and listening, but not yet at work.
pub struct Application {
    listener: TcpListener,
    address: SocketAddr,
    router: http::Router,
    tls: Option<TlsAcceptor>,
    places: Places,
    shutdown: CancellationToken,
    /// The recorder ends when all of these are gone, and all that was observed is published.
    rounds: mpsc::Sender<Round>,
    tasks: Tasks,
    health: Health,
    /// Ends the task that keeps which sessions were ended.
    last_logout: CancellationToken,
}

/// The names of tasks that the shutdown waits for.
mod task {
    pub const SERVER: &str = "server";
    pub const SCHEDULER: &str = "scheduler";
    pub const RECORDER: &str = "recorder";
    pub const LOGOUTS: &str = "logouts";
}

impl Application {
    /// Puts everything together, begins to listen and starts the checks. `listen` wins over the configuration.
    pub async fn build(config: Config, registry: &CheckTypes, listen: Option<SocketAddr>) -> Result<Self, StartError> {
        Self::build_on(config, registry, listen, stores::start, Clock::system()).await
    }

    /// The same on a store that somebody else chooses, and with a clock of their own for all that people are told.
    pub async fn build_on(
        mut config: Config,
        registry: &CheckTypes,
        listen: Option<SocketAddr>,
        start_store: impl AsyncFnOnce(&Config) -> Result<Start, StartError>,
        clock: Clock,
    ) -> Result<Self, StartError> {
        clock::check(clock.now()).map_err(StartError::Clock)?;
        let address = listen.or(config.settings.listen).unwrap_or(DEFAULT_LISTEN);
        let listener = TcpListener::bind(address).await.map_err(|source| StartError::Listen { address, source })?;
        let address = listener.local_addr().map_err(|source| StartError::Listen { address, source })?;

        let shares = Shares::of(descriptors::limit());
        let shutdown = CancellationToken::new();
        let mut tasks = Tasks::default();
        let tls = match &config.settings.tls {
            Some(tls) => {
                let files = CertificateFiles { cert: tls.cert.clone(), key: tls.key.clone() };
                Some(
                    http::acceptor(files, shutdown.clone(), &mut tasks)
                        .await
                        .map_err(|problem| LocatedError::new(&tls.location, problem).under("tls"))?,
                )
            }
            None => None,
        };
        let started = Local::now().fixed_offset();
        let heartbeats = Heartbeats::default();
        let vault = connect_vault(&config)?;
        let (services, service_settings): (Vec<_>, Vec<_>) =
            services(&config, registry, &heartbeats, vault.as_ref()).into_iter().unzip();
        let services: Arc<[Arc<Service>]> = services.into();
        let events = Arc::new(Events::new(Arc::clone(&services), started));
        let channel_registry = notify::Registry::built_in();
        let general = config::general_entries(&config, |channel, key| channel_registry.is_harmless(channel, key));
        if let Some(vault) = &vault {
            tasks.spawn("vault", vault.clone().tend(shutdown.clone()));
            fill_store(&mut config, vault).await.map_err(StartError::Secret)?;
        }
        let Start { mut writer, history, loaded, late } = start_store(&config).await?;
        if let Some(task) = writer.task() {
            tasks.adopt("store", task);
        }

        // What was reported for a service that is of another check type now, or of none, is over.
        let jobs = service_settings.iter().map(|(_, service)| service).filter(|service| service.plugin == "heartbeat");
        let jobs: HashSet<ServiceId> = jobs.map(|service| service.id.clone()).collect();
        heartbeats.restore(loaded.heartbeats().filter(|(service, _)| jobs.contains(service)), loaded.last_check());

        let (rounds, rounds_taken) = mpsc::channel(recorder::QUEUE);
        let (flushes, flushes_taken) = mpsc::channel(1);
        let store_health = writer.health();
        let (write_requests, entries) = WriteRequests::new();
        let channels = channels::connect(&mut config, &channel_registry, vault.as_ref())?;
        let directives = Directives::new(&loaded, write_requests.clone());
        let directives = Arc::new(if late.is_some() { directives.apart_from_those_of_a_store(started) } else { directives });
        let windows = config.settings.maintenance.clone();
        let maintenance = Arc::new(Maintenance::new(windows, Arc::clone(&directives)));
        let dependencies = Dependencies::new(Arc::clone(&services), Arc::clone(&events));
        let holding = Holding { directives: Arc::clone(&directives), maintenance: Arc::clone(&maintenance), dependencies };
        let holding = Arc::new(holding);
        let due_times = Arc::new(DueTimes::new(services.len()));
        let confirmations = SoftFailures {
            services: Arc::clone(&services),
            events: Arc::clone(&events),
            due_times: Arc::clone(&due_times),
            routes: channels::routes(&config),
        };
        let parts = Parts {
            channels,
            write_requests: write_requests.clone(),
            clock: clock.clone(),
            gate: Arc::new(gate::Suppression(Arc::clone(&holding))),
            confirmations: Arc::new(gate::SoftFailures(confirmations)),
            public_url: config.settings.public_url.clone(),
            shutdown: shutdown.clone(),
        };
        let Notifying { audience, health: channel_health } =
            channels::start(&config, parts, Arc::clone(&maintenance), &loaded, &mut tasks);
        if let Some(late) = late {
            let take_up =
                take_up(late, Arc::clone(&audience), Arc::clone(&directives), heartbeats.clone(), write_requests.clone(), jobs);
            tasks.spawn_finite("late store", take_up);
        }
        let recorder =
            Recorder::new(Arc::clone(&services), audience, heartbeats.clone(), &loaded, writer, Arc::clone(&events), started);
        drop(loaded);
        tasks.spawn("store status", store_news::tell(Arc::clone(&events), store_health.clone()));
        let (open_incidents, flushed) = (recorder.open_incidents(), recorder.flushed());
        let marking = Marking {
            events: Arc::clone(&events),
            holding,
            services: Arc::clone(&services),
            open_incidents: Arc::clone(&open_incidents),
            clock: clock.clone(),
        };
        marking.mark();
        tasks.spawn("suppression", marking.run(shutdown.clone()));
        let health = Health { tasks: tasks.status(), recorder: recorder.pulse() };
        tasks.spawn(task::RECORDER, recorder.run(rounds_taken, flushes_taken, entries));
        let landmarks: Vec<_> = config.settings.connectivity.iter().map(|landmark| landmark.value.clone()).collect();
        let connectivity = Connectivity::new(&services, &landmarks);
        let activity = Arc::new(Activity::default());
        let scheduler = Scheduler {
            last_checks: last_checks::latest(services.len(), &events, started, last_checks::configured(&config)),
            services,
            connectivity,
            runs_at_once: shares.checks,
            rounds: rounds.clone(),
            activity: Arc::clone(&activity),
            due_times,
            flushed,
            shutdown: shutdown.clone(),
        };
        tasks.spawn(task::SCHEDULER, scheduler.run());

        let Door { users, sessions, keys, last_logout } = door::open(&config, vault.as_ref(), &shutdown, &mut tasks).await;
        let context = Context {
            strips: Strips::new(Arc::clone(&events), Arc::clone(&history)),
            events,
            history,
            store_health,
            channel_health,
            directives,
            clock,
            maintenance,
            open_incidents,
            vault,
            health: health.clone(),
            activity,
            users,
            sessions,
            keys,
            proxies: http::Proxies(config.settings.trusted_proxies.clone()),
            public_origin: config.settings.public_url.as_ref().map(url::Url::origin),
            is_https: tls.is_some(),
            flushes,
            heartbeats,
            write_requests,
            settings: Settings { general, warnings: config.warnings.clone(), services: service_settings },
            streams: Arc::new(UserShares::new(shares.streams)),
            readings: Readings::default(),
            renders: Renders::default(),
            shutdown: shutdown.clone(),
        };
        let places = Places::new(shares.connections, shares.connections_per_address, context.proxies.clone());
        let router = http::router(Arc::new(context));
        Ok(Self { listener, address, router, tls, places, shutdown, rounds, tasks, health, last_logout })
    }

    /// Where the page is.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Whether the page is served with TLS.
    pub fn is_https(&self) -> bool {
        self.tls.is_some()
    }

    /// Whether Platus itself works, now and later.
    pub fn health(&self) -> Health {
        self.health.clone()
    }

    /// Has a task work beside the others until the shutdown.
    pub fn supervise(&mut self, task: &'static str, work: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn(task, work);
    }

    /// Serves until `stop` is cancelled, and then ends within five seconds: no new requests, streams closed, requests in flight
    /// answered, everything observed published. It ends in the same way, cancels
    /// `stop` and returns an error when a task ends that should not.
    pub async fn run_until(self, stop: CancellationToken) -> Result<(), TaskFailure> {
        let Self { listener, router, tls, places, shutdown, rounds, mut tasks, last_logout, .. } = self;
        tasks.spawn(task::SERVER, http::serve(listener, router, tls, places, shutdown.clone()));
        let outcome = tokio::select! {
            // First: a task may end because of it.
            biased;
            () = stop.cancelled() => Ok(()),
            failure = tasks.failure() => Err(failure),
        };
        match &outcome {
            Ok(()) => tracing::info!("Ending."),
            Err(failure) => {
                tracing::error!("Ending, because {failure}.");
                stop.cancel();
            }
        }
        shutdown.cancel();
        if timeout(LAST_REQUESTS, tasks.ended(&[task::SERVER])).await.is_err() {
            tracing::warn!("Some requests took too long and were cut off.");
        }
        last_logout.cancel();
        // The scheduler drops the checks in flight; the recorder ends when it has taken the last result and what is delivered.
        let last_results = async {
            tasks.ended(&[task::SCHEDULER, dispatcher::TASK]).await;
            drop(rounds);
            tasks.ended(&[task::RECORDER]).await;
            checks::no_program_is_starting().await;
        };
        if timeout(LAST_REQUESTS, last_results).await.is_err() {
            tracing::warn!("The last results of checks were not recorded.");
        }
        // It has been at it since the last request, and says itself what it could not keep.
        timeout(LAST_LOGOUTS, tasks.ended(&[task::LOGOUTS])).await.ok();
        outcome
    }
}

/// Goes on with what a store that was away at the start turns out to know.
async fn take_up(
    late: oneshot::Receiver<LateSnapshot>,
    audience: Arc<dyn Audience>,
    directives: Arc<Directives>,
    heartbeats: Heartbeats,
    write_requests: WriteRequests,
    jobs: HashSet<ServiceId>,
) {
    // It never comes when the process ends before the store is back.
    if let Ok(LateSnapshot { notifications, directives: ordered, heartbeats: mut heard, last_check }) = late.await {
        heard.retain(|(service, _)| jobs.contains(service));
        tracing::info!(
            notifications = notifications.len(),
            silences = ordered.len(),
            "The store has come; going on with what it knows."
        );
        directives.take_up(ordered);
        audience.hand_over(notifications);
        heartbeats.restore(heard.iter().map(|(service, heartbeat)| (service, heartbeat)), last_check);
        write_requests.store_heartbeats(heard.into_iter().map(|(service, _)| service).collect()).await;
    }
}

/// Vault, when it is on. Nothing is asked of it yet.
pub fn connect_vault(config: &Config) -> Result<Option<Vault>, LocatedError> {
    let settings = &config.settings;
    settings.vault_backend.as_ref().filter(|_| settings.vault).map(Vault::new).transpose()
}

/// Reads what the store needs, which nothing can begin without.
async fn fill_store(config: &mut Config, vault: &Vault) -> Result<(), LocatedError> {
    if let Some(backend) = config.settings.persistent_data_backend.as_mut().filter(|_| config.settings.persistent_data) {
        let filled = vault.fill(&backend.data, &backend.vault).await;
        backend.data = filled.map_err(|error| error.under("persistent_data_backend.data"))?;
    }
    Ok(())
}

/// What the monitor and the settings page each need to know of every service, sorted by group, name and id. Services with properties
/// that are kept in Vault need one.
pub fn services(
    config: &Config,
    registry: &CheckTypes,
    heartbeats: &Heartbeats,
    vault: Option<&Vault>,
) -> Vec<(Arc<Service>, (Roles, ServiceSettings))> {
    let proxies = Proxies::new(&config.proxies);
    let connect = |service| connect(service, registry, heartbeats, &proxies, vault);
    let mut services: Vec<_> = config.services.iter().map(connect).collect();
    services.sort_by(|(a, _), (b, _)| (&a.group, &a.name, &a.id).cmp(&(&b.group, &b.name, &b.id)));
    services
}

fn connect(
    configured: &config::Service,
    registry: &CheckTypes,
    heartbeats: &Heartbeats,
    proxies: &Proxies,
    vault: Option<&Vault>,
) -> (Arc<Service>, (Roles, ServiceSettings)) {
    let host = Host {
        service: configured.id.clone(),
        node: configured.node.clone(),
        timeout: configured.timeout,
        interval: Some(configured.interval),
        heartbeats: heartbeats.clone(),
        proxies: proxies.clone(),
    };
    let check = match (&configured.check, vault) {
        (Ok(check), Some(vault)) if !configured.vault.is_empty() => {
            vault_check::connect(registry, check, &configured.vault, &host, vault).map(Arc::<dyn Check>::from)
        }
        (Ok(check), _) => registry.connect(check, &host).map(Arc::<dyn Check>::from),
        (Err(problem), _) => Err(problem.clone()),
    };
    let check = check.map_err(|problem: LocatedError| {
        tracing::error!(service.id = %configured.id, error = %problem, "A service cannot be checked.");
        foreign_text::message(&problem.without_folder().to_string())
    });
    let entries = |part: fn(&CheckConfig) -> &Node| {
        let is_harmless = |key: &str| registry.is_harmless(&configured.plugin, key);
        configured.check.as_ref().map(|check| config::service_entries(part(check), is_harmless)).unwrap_or_default()
    };
    let settings = ServiceSettings {
        id: configured.id.clone(),
        group: configured.group.clone(),
        name: configured.name.clone(),
        plugin: configured.plugin.clone(),
        roles: configured.roles.iter().map(str::to_owned).collect(),
        interval: configured.interval.as_secs_f64(),
        timeout: configured.timeout.as_secs_f64(),
        properties: entries(|check| &check.properties).into_iter().chain(config::kept_in_vault(&configured.vault)).collect(),
        data: entries(|check| &check.data),
        problem: check.as_ref().err().cloned(),
    };
    let service = Service {
        id: configured.id.clone(),
        group: configured.group.clone(),
        name: configured.name.clone(),
        node: configured.node.clone(),
        roles: configured.roles.clone(),
        interval: configured.interval,
        timeout: configured.timeout,
        retry_interval: configured.alerting.retry_interval,
        policy: configured.alerting.policy,
        depends_on: configured.depends_on.iter().map(|on| on.value.clone()).collect(),
        check,
    };
    (Arc::new(service), (configured.roles.clone(), settings))
}
