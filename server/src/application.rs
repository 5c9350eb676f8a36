//! The composition root: the only place where the concrete parts meet.

mod channels;
mod stores;

use crate::auth::{Roles, SessionKey, Sessions, Users};
use crate::clock::Clock;
use crate::config::{self, Config, LocatedError};
use crate::events::{Events, store_news};
use crate::heartbeats::Heartbeats;
use crate::http::{self, Context, Settings};
use crate::monitor::recorder::{self, Recorder, Round};
use crate::monitor::{Service, scheduler};
use crate::notify;
use crate::notify::dispatcher::Parts;
use crate::notify::holding::{Dependencies, Directives, Holding, Maintenance};
use crate::plugins::{self, Check, Host, Registry};
use crate::storage::books::Books;
use crate::storage::keeper::{self, Start};
use crate::strips::Strips;
use app::model::ServiceSettings;
use axum::Router;
use channels::Notifying;
use chrono::Local;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// Where the page is served when nobody says otherwise.
pub const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::UNSPECIFIED), 5001);

/// How long requests in flight may take once the process is to end. The whole end takes at most twice that.
const LAST_REQUESTS: Duration = Duration::from_secs(2);

/// Why Platus did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(
        "cannot listen on {address}: {source}. Is another Platus running? Give another address with --listen, PLATUS_LISTEN or \
         the key `listen`"
    )]
    Listen { address: SocketAddr, source: io::Error },
    /// The store is configured wrongly; the only fault of a configuration that is found so late.
    #[error(transparent)]
    Configuration(#[from] LocatedError),
    #[error(transparent)]
    Store(#[from] keeper::StartError),
}

/// Platus, put together and listening, but not yet at work.
pub struct Application {
    listener: TcpListener,
    address: SocketAddr,
    router: Router,
    shutdown: CancellationToken,
    /// Ends when all that was observed is published.
    recorder: JoinHandle<()>,
    /// The recorder ends when all of these are gone.
    rounds: mpsc::Sender<Round>,
    scheduler: JoinHandle<()>,
    /// They deliver messages.
    dispatchers: JoinSet<()>,
}

impl Application {
    /// Puts everything together, begins to listen and starts the checks. `listen` wins over the configuration.
    pub async fn build(config: Config, registry: &Registry, listen: Option<SocketAddr>) -> Result<Self, StartError> {
        Self::build_on(config, registry, listen, stores::start, Clock::system()).await
    }

    /// The same on a store that somebody else chooses, and with a clock of their own for all that people are told.
    pub async fn build_on(
        config: Config,
        registry: &Registry,
        listen: Option<SocketAddr>,
        start_store: impl AsyncFnOnce(&Config) -> Result<Start, StartError>,
        clock: Clock,
    ) -> Result<Self, StartError> {
        let address = listen.or(config.settings.listen).unwrap_or(DEFAULT_LISTEN);
        let listener = TcpListener::bind(address).await.map_err(|source| StartError::Listen { address, source })?;
        let address = listener.local_addr().map_err(|source| StartError::Listen { address, source })?;

        let started = Local::now().fixed_offset();
        let heartbeats = Heartbeats::default();
        let (services, service_settings): (Vec<_>, Vec<_>) = services(&config, registry, &heartbeats).into_iter().unzip();
        let services: Arc<[Arc<Service>]> = services.into();
        let events = Arc::new(Events::new(Arc::clone(&services), started));
        let Start { keeper, archive, loaded } = start_store(&config).await?;
        let shutdown = CancellationToken::new();

        let (rounds, rounds_taken) = mpsc::channel(recorder::QUEUE);
        let (flushes, flushes_taken) = mpsc::channel(1);
        let store_health = keeper.health();
        let (books, entries) = Books::new();
        let channel_registry = notify::Registry::built_in();
        let channels = channels::connect(&config, &channel_registry)?;
        let directives = Arc::new(Directives::new(&loaded, books.clone()));
        let windows = config.settings.maintenance.clone();
        let maintenance = Arc::new(Maintenance { windows, directives: Arc::clone(&directives) });
        let dependencies = Dependencies::new(Arc::clone(&services), Arc::clone(&events));
        let gate = Holding { directives: Arc::clone(&directives), maintenance: Arc::clone(&maintenance), dependencies };
        let parts = Parts {
            channels,
            books,
            clock,
            gate: Arc::new(gate),
            public_url: config.settings.public_url.clone(),
            shutdown: shutdown.clone(),
        };
        let Notifying { audience, dispatchers, health: channel_health } = channels::start(&config, parts, maintenance, &loaded);
        let recorder = Recorder::new(Arc::clone(&services), audience, &loaded, keeper, Arc::clone(&events), started);
        drop(loaded);
        // It ends with the keeper.
        tokio::spawn(store_news::tell(Arc::clone(&events), store_health.clone()));
        let open_incidents = recorder.open_incidents();
        let recorder = tokio::spawn(recorder.run(rounds_taken, flushes_taken, entries));
        let scheduler = tokio::spawn(scheduler::run(services, rounds.clone(), shutdown.clone()));

        let users = config.users.iter().map(|user| (user.name.clone(), user.roles.clone(), user.password.expose()));
        let users = Arc::new(Users::new(users));
        let context = Context {
            strips: Strips::new(Arc::clone(&events), Arc::clone(&archive)),
            events,
            archive,
            store_health,
            channel_health,
            directives,
            open_incidents,
            sessions: Sessions::new(Arc::clone(&users), session_key(&config).await),
            users,
            flushes,
            heartbeats,
            settings: Settings {
                general: config::general_entries(&config, |channel, key| channel_registry.is_harmless(channel, key)),
                warnings: config.warnings.clone(),
                services: service_settings,
            },
            streams: Arc::new(Semaphore::new(http::STREAMS)),
            readings: Arc::new(Semaphore::new(http::READINGS)),
            shutdown: shutdown.clone(),
        };
        let router = http::router(Arc::new(context));
        Ok(Self { listener, address, router, shutdown, recorder, rounds, scheduler, dispatchers })
    }

    /// Where the page is.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `stop` is cancelled, and then ends within five seconds: no new requests, streams closed, requests in flight
    /// answered, everything observed published.
    pub async fn run_until(self, stop: CancellationToken) {
        let Self { listener, router, shutdown, recorder, rounds, scheduler, mut dispatchers, .. } = self;
        let server = tokio::spawn(http::serve(listener, router, shutdown.clone()));
        stop.cancelled().await;
        tracing::info!("Ending.");
        shutdown.cancel();
        if timeout(LAST_REQUESTS, server).await.is_err() {
            tracing::warn!("Some requests took too long and were cut off.");
        }
        // The scheduler drops the checks in flight; the recorder ends when it has taken the last result and what is delivered.
        let last_results = async {
            scheduler.await.ok();
            while dispatchers.join_next().await.is_some() {}
            drop(rounds);
            (recorder.await, plugins::settled().await)
        };
        if timeout(LAST_REQUESTS, last_results).await.is_err() {
            tracing::warn!("The last results of checks were not recorded.");
        }
    }
}

/// What the monitor and the settings page each need to know of every service, sorted by group, name and id.
pub fn services(config: &Config, registry: &Registry, heartbeats: &Heartbeats) -> Vec<(Arc<Service>, (Roles, ServiceSettings))> {
    let mut services: Vec<_> = config.services.iter().map(|service| connect(service, registry, heartbeats)).collect();
    services.sort_by(|(a, _), (b, _)| (&a.group, &a.name, &a.id).cmp(&(&b.group, &b.name, &b.id)));
    services
}

fn connect(configured: &config::Service, registry: &Registry, heartbeats: &Heartbeats) -> (Arc<Service>, (Roles, ServiceSettings)) {
    let host = Host {
        service: configured.id.clone(),
        node: configured.node.clone(),
        timeout: configured.timeout,
        heartbeats: heartbeats.clone(),
    };
    let check = match &configured.check {
        Ok(check) => registry.connect(check, &host).map(Arc::<dyn Check>::from),
        Err(problem) => Err(problem.clone()),
    };
    let check = check.map_err(|problem: LocatedError| {
        tracing::error!(service.id = %configured.id, error = %problem, "A service cannot be checked.");
        problem.without_folder().to_string()
    });
    let entries = |part: fn(&config::CheckConfig) -> &config::Node| {
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
        properties: entries(|check| &check.properties),
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

/// The key of the sessions, kept beside `config.yaml`. Where nothing can be written there, sessions end with the process.
async fn session_key(config: &Config) -> SessionKey {
    let path: PathBuf = config.file.parent().unwrap_or(Path::new("")).join("session.key");
    let shown = path.display().to_string();
    let loaded = tokio::task::spawn_blocking(move || SessionKey::load_or_create(&path)).await;
    match loaded.map_err(io::Error::other).flatten() {
        Ok(key) => key,
        Err(error) => {
            tracing::warn!(file = shown, %error, "The key of the sessions cannot be kept; a restart will log everybody out.");
            SessionKey::random()
        }
    }
}
