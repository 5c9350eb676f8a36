//! One of the configured hosts. It is asked directly, so that the answer is its own view of the set.

use super::failure::Failure;
use super::link::{Link, command_code};
use crate::Phase;
use model::Route;
use mongodb::bson::Document;
use mongodb::error::Error;
use mongodb::options::{Credential, ServerAddress};
use net::host::HostName;
use net::mongodb::{Address, TlsMode, TlsOffer, ask_for_tls};
use parking_lot::Mutex;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// One host, and the kept connection to it.
pub(super) struct Seed {
    pub(super) address: Address,
    pub(super) access: Arc<Access>,
    /// Absent before the first check, and if the last connection failed.
    link: Mutex<Option<Link>>,
    /// Whether the host uses TLS, if that was detected and has worked since.
    speaks_tls: Mutex<Option<bool>>,
}

/// Maximum age of a connection. A check represents a new client, for which address, authentication and certificate may have
/// changed.
pub(super) const MAX_AGE: Duration = Duration::from_secs(30);

/// Login and TLS settings, which all hosts of a service share.
pub(super) struct Access {
    /// Whether the next check is soon enough to reuse a connection.
    pub(super) keeps_links: bool,
    pub(super) credential: Option<Credential>,
    pub(super) tls: TlsMode,
}

/// The answer of a host.
pub(super) struct Answer {
    pub(super) status: Document,
    /// Absent if the user may not read it.
    pub(super) configuration: Option<Document>,
    /// Time until the status, without the configuration.
    pub(super) elapsed: Duration,
    pub(super) phases: Vec<Phase>,
    pub(super) route: Route,
}

impl Seed {
    pub(super) fn new(address: Address, access: Arc<Access>) -> Self {
        Self { address, access, link: Mutex::new(None), speaks_tls: Mutex::new(None) }
    }

    /// Asks for the state of the set, for at most `time`.
    ///
    /// A kept connection may have been lost without notice, so it gets half of the time, and a new one the rest. A connection that
    /// worked is kept. Dropping this future closes the connection.
    pub(super) async fn ask(&self, time: Duration) -> Result<Answer, Failure> {
        let started = Instant::now();
        let kept = self.link.lock().take();
        if let Some(link) = kept.filter(|link| !link.is_broken() && link.age() < MAX_AGE)
            && let Some(answer) = self.ask_by_kept(link, started, time).await
        {
            return answer;
        }
        let (tls, is_remembered) = self.choose_tls(started, time).await;
        match self.ask_by_new(tls, started, time).await {
            // TLS may have been enabled or disabled on the host since.
            Err(failure) if is_remembered && !failure.is_answer() => match self.choose_tls(started, time).await {
                (other, _) if other != tls => self.ask_by_new(other, started, time).await,
                _ => Err(failure),
            },
            asked => asked,
        }
    }

    async fn ask_by_new(&self, tls: bool, started: Instant, time: Duration) -> Result<Answer, Failure> {
        let link = self.open(tls)?;
        let asked = match timeout_at(started + time, link.status()).await {
            Ok(status) => {
                let status = status.map_err(|error| self.failure(&link, error));
                self.conclude(link, started, time, status).await
            }
            Err(_) => Err(self.broken(&link).unwrap_or(Failure::Late(time))),
        };
        let has_answered = asked.as_ref().map_or_else(Failure::is_answer, |_| true);
        *self.speaks_tls.lock() = has_answered.then_some(tls);
        asked
    }

    /// The driver sees of most failures only that the connection ended.
    fn failure(&self, link: &Link, error: Error) -> Failure {
        let broken = if command_code(&error).is_none() { self.broken(link) } else { None };
        broken.unwrap_or(Failure::Driver { error, tls: link.speaks_tls })
    }

    fn broken(&self, link: &Link) -> Option<Failure> {
        let host = HostName::new(self.address.host.lookup());
        let server = host.with_port(self.address.port);
        link.failure().map(|failure| Failure::Connection { failure, server, tls: link.speaks_tls })
    }

    /// Whether to use TLS, and whether that is known from an earlier check. Detecting it takes at most half of the remaining time.
    async fn choose_tls(&self, started: Instant, time: Duration) -> (bool, bool) {
        match self.access.tls {
            TlsMode::Never => return (false, false),
            TlsMode::Always(_) => return (true, false),
            TlsMode::IfOffered(_) => {}
        }
        let known = *self.speaks_tls.lock();
        match known {
            Some(tls) => (tls, true),
            None => {
                let left = time.saturating_sub(started.elapsed());
                (ask_for_tls(&self.address, left / 2).await == TlsOffer::Tls, false)
            }
        }
    }

    /// `None` if a new connection is needed.
    async fn ask_by_kept(&self, link: Link, started: Instant, time: Duration) -> Option<Result<Answer, Failure>> {
        let status = timeout_at(started + time / 2, link.status()).await.ok()?;
        match status {
            Err(error) if command_code(&error).is_none() => None,
            status => {
                let status = status.map_err(|error| self.failure(&link, error));
                Some(self.conclude(link, started, time, status).await)
            }
        }
    }

    /// Completes the answer, and keeps the connection if it can be reused.
    async fn conclude(
        &self,
        link: Link,
        started: Instant,
        time: Duration,
        status: Result<Document, Failure>,
    ) -> Result<Answer, Failure> {
        let answered = started.elapsed();
        let status = match status {
            Ok(status) => status,
            Err(failure) => {
                if failure.is_answer() {
                    self.keep(link);
                }
                return Err(failure);
            }
        };
        let connect = link.connected().map_or(Duration::ZERO, |connected| connected.saturating_duration_since(started.into_std()));
        let mut phases =
            vec![Phase { name: "connect", elapsed: connect }, Phase { name: "status", elapsed: answered.saturating_sub(connect) }];
        // The status is enough, so a failure here must not lose the answer.
        let configuration = timeout_at(started + time, link.configuration()).await.ok().flatten();
        let elapsed = started.elapsed();
        phases.push(Phase { name: "configuration", elapsed: elapsed.saturating_sub(answered) });
        let route = link.take_route();
        self.keep(link);
        Ok(Answer { status, configuration, elapsed, phases, route })
    }

    fn open(&self, tls: bool) -> Result<Link, Failure> {
        let address = ServerAddress::Tcp { host: self.address.host.lookup().to_owned(), port: Some(self.address.port) };
        let settings = self.access.tls.settings().filter(|_| tls);
        Link::open(address, self.access.credential.as_ref(), settings).map_err(|error| Failure::Driver { error, tls })
    }

    fn keep(&self, link: Link) {
        if !self.access.keeps_links {
            return;
        }
        *self.link.lock() = Some(link);
    }
}
