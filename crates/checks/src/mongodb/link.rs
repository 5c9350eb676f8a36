//! A connection to one host, through the driver.

use mongodb::Client;
use mongodb::bson::{Document, doc};
use mongodb::error::{Error, ErrorKind, Result};
use mongodb::event::EventHandler;
use mongodb::event::cmap::CmapEvent;
use mongodb::event::sdam::SdamEvent;
use mongodb::options::{ClientOptions, Credential, ServerAddress, ServerMonitoringMode};
use net::mongodb::{ClientTls, Failure, Guard, Route};
use parking_lot::Mutex;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// Interval at which the driver itself checks a kept connection.
const HEARTBEAT: Duration = Duration::from_secs(30);

/// Timeout of the driver. Checks have their own, usually shorter ones.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// Maximum length of an answer, in bytes. The longest ones list every collection during the initial synchronisation of a member.
const LONGEST_ANSWER: usize = 4 << 20;

/// Code of the server's error for a missing permission.
const UNAUTHORIZED: i32 = 13;

/// Asks one host directly. The connection is open until this is dropped.
pub(super) struct Link {
    client: Client,
    guard: Guard,
    opened: tokio::time::Instant,
    pub(super) speaks_tls: bool,
    progress: Arc<Progress>,
    /// Whether the user may not read the configuration. Asking again would only fill the log of the server.
    configuration_refused: AtomicBool,
}

/// What the driver reports through events. Without them a host that refuses connections would look slow, and the reason would be
/// lost.
struct Progress {
    /// Why the driver's last own check failed; `None` if it succeeded.
    failed: watch::Sender<Option<Error>>,
    /// When the connection for the latest command was available.
    connected: Mutex<Option<Instant>>,
}

impl Link {
    /// Lets the driver start to connect. Must be called within a Tokio runtime.
    pub(super) fn open(address: ServerAddress, credential: Option<&Credential>, tls: Option<&ClientTls>) -> Result<Self> {
        let progress = Arc::new(Progress { failed: watch::Sender::new(None), connected: Mutex::new(None) });
        let mut options = ClientOptions::default();
        options.app_name = Some("platus".to_owned());
        options.hosts = vec![address];
        // Otherwise the driver would choose a member itself.
        options.direct_connection = Some(true);
        options.credential = credential.cloned();
        // Checks have their own deadline and messages.
        options.connect_timeout = Some(LONGEST_WAIT);
        options.server_selection_timeout = Some(LONGEST_WAIT);
        options.heartbeat_freq = Some(HEARTBEAT);
        // The streaming mode uses another connection and keeps the server busy without need.
        options.server_monitoring_mode = Some(ServerMonitoringMode::Poll);
        options.max_pool_size = Some(1);
        options.retry_reads = Some(false);
        options.sdam_event_handler = Some(EventHandler::callback({
            let progress = Arc::clone(&progress);
            move |event| progress.record_heartbeat(event)
        }));
        options.cmap_event_handler = Some(EventHandler::callback({
            let progress = Arc::clone(&progress);
            move |event| progress.record_connection(&event)
        }));
        let tls = tls.map(|tls| Arc::clone(&tls.config));
        let speaks_tls = tls.is_some();
        let guard = Guard::open(Route { tls, connect_timeout: LONGEST_WAIT, longest_message: LONGEST_ANSWER })?;
        options.socks5_proxy = Some(guard.proxy());
        let client = Client::with_options(options)?;
        Ok(Self {
            client,
            guard,
            opened: tokio::time::Instant::now(),
            speaks_tls,
            progress,
            configuration_refused: AtomicBool::new(false),
        })
    }

    /// Time since it was opened.
    pub(super) fn age(&self) -> Duration {
        self.opened.elapsed()
    }

    /// Whether the driver has noticed that the connection is broken.
    pub(super) fn is_broken(&self) -> bool {
        self.progress.failed.borrow().is_some()
    }

    /// Why the connection was not made or broke off. `None` if the host closed it, or it is open.
    pub(super) fn failure(&self) -> Option<Arc<Failure>> {
        self.guard.only_failure()
    }

    /// How the host was reached, if a connection was made since the last call.
    pub(super) fn take_route(&self) -> model::Route {
        self.guard.take_route()
    }

    /// The state of the set as the host sees it. Fails as soon as the driver cannot connect. Has no deadline of its own.
    pub(super) async fn status(&self) -> Result<Document> {
        let mut failed = self.progress.failed.subscribe();
        let failure = async {
            match failed.wait_for(Option::is_some).await.map(|failed| failed.clone()) {
                Ok(Some(error)) => error,
                // The driver is gone, so no error will follow.
                _ => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            answer = self.run("replSetGetStatus") => answer,
            error = failure => Err(error),
        }
    }

    /// The configuration of the set, if the user may read it. Has no deadline of its own.
    pub(super) async fn configuration(&self) -> Option<Document> {
        if self.configuration_refused.load(Ordering::Relaxed) {
            return None;
        }
        let answer = self.run("replSetGetConfig").await;
        if answer.as_ref().is_err_and(|error| command_code(error) == Some(UNAUTHORIZED)) {
            self.configuration_refused.store(true, Ordering::Relaxed);
        }
        answer.ok()
    }

    /// When the connection for the latest command was available.
    pub(super) fn connected(&self) -> Option<Instant> {
        *self.progress.connected.lock()
    }

    async fn run(&self, command: &str) -> Result<Document> {
        self.client.database("admin").run_command(doc! { command: 1 }).await
    }
}

impl Progress {
    fn record_heartbeat(&self, event: SdamEvent) {
        match event {
            SdamEvent::ServerHeartbeatFailed(event) => self.failed.send_replace(Some(event.failure)),
            SdamEvent::ServerHeartbeatSucceeded(_) => self.failed.send_replace(None),
            _ => return,
        };
    }

    fn record_connection(&self, event: &CmapEvent) {
        if let CmapEvent::ConnectionCheckedOut(_) = event {
            *self.connected.lock() = Some(Instant::now());
        }
    }
}

/// The code of an error that the server answered.
pub(super) fn command_code(error: &Error) -> Option<i32> {
    match &*error.kind {
        ErrorKind::Command(refused) => Some(refused.code),
        _ => None,
    }
}
