//! One of the hosts that are given. It is asked directly, so that what it says is what it sees.

use super::failure::Failure;
use super::link::{Link, command_code};
use crate::Phase;
use mongodb::bson::Document;
use mongodb::options::{Credential, ServerAddress};
use net::mongodb::{Address, TlsMode, TlsOffer, ask_for_tls};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// One host, and the connection that is kept to it.
pub(super) struct Seed {
    pub(super) address: Address,
    pub(super) access: Arc<Access>,
    /// Absent before the first check, and when the last connection was of no use any more.
    link: Mutex<Option<Link>>,
    /// Whether it speaks TLS, when that was found out and has worked since.
    speaks_tls: Mutex<Option<bool>>,
}

/// For how long a connection serves. A check stands for a user who comes anew, and is sent to another address, let in or not, and
/// shown the certificate of today.
pub(super) const MAX_AGE: Duration = Duration::from_secs(30);

/// How to be let in. The same for all hosts of a service.
pub(super) struct Access {
    /// Whether the next check comes soon enough to use a connection again.
    pub(super) keeps_links: bool,
    pub(super) credential: Option<Credential>,
    pub(super) tls: TlsMode,
}

/// What a host said.
pub(super) struct Answer {
    pub(super) status: Document,
    /// Absent when the user may not see it.
    pub(super) configuration: Option<Document>,
    /// From the beginning to the status; without the configuration.
    pub(super) elapsed: Duration,
    pub(super) phases: Vec<Phase>,
}

impl Seed {
    pub(super) fn new(address: Address, access: Arc<Access>) -> Self {
        Self { address, access, link: Mutex::new(None), speaks_tls: Mutex::new(None) }
    }

    /// Asks for the state of the set, and is done within `time`.
    ///
    /// A connection that was kept may have been cut without a word, so it gets half of the time, and a new one the rest. One that
    /// worked is kept. The drop of this future loses the connection, which is then closed.
    pub(super) async fn ask(&self, time: Duration) -> Result<Answer, Failure> {
        let started = Instant::now();
        let kept = self.link.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(link) = kept.filter(|link| !link.is_broken() && link.age() < MAX_AGE)
            && let Some(answer) = self.ask_by_kept(link, started, time).await
        {
            return answer;
        }
        let (tls, is_remembered) = self.choose_tls(started, time).await;
        match self.ask_by_new(tls, started, time).await {
            // It may have been given TLS since, or have it no more.
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
            Ok(status) => self.conclude(link, started, time, status.map_err(|error| Failure::Driver { error, tls })).await,
            Err(_) => Err(Failure::Late(time)),
        };
        let asked = match asked {
            Err(failure) if failure.is_about_certificate() => {
                Err(self.explained(failure, time.saturating_sub(started.elapsed())).await)
            }
            asked => asked,
        };
        let has_answered = asked.as_ref().map_or_else(Failure::is_answer, |_| true);
        *self.speaks_tls.lock().unwrap_or_else(PoisonError::into_inner) = has_answered.then_some(tls);
        asked
    }

    /// The same failure in better words, when they are found in time.
    async fn explained(&self, failure: Failure, time: Duration) -> Failure {
        let Some(files) = self.access.tls.settings() else { return failure };
        if !files.verifies() {
            return Failure::Untrusted(format!(
                "the driver takes no certificate such as that of {}, even with `verify: false`: its key is too weak, or its form too old; \
                 replace it",
                self.address
            ));
        }
        files.explain(&self.address, time).await.map_or(failure, Failure::Untrusted)
    }

    /// Whether to speak TLS, and whether that is known from before. A host that does not say gets half of the time that is left.
    async fn choose_tls(&self, started: Instant, time: Duration) -> (bool, bool) {
        match self.access.tls {
            TlsMode::Never => return (false, false),
            TlsMode::Always(_) => return (true, false),
            TlsMode::IfOffered(_) => {}
        }
        let known = *self.speaks_tls.lock().unwrap_or_else(PoisonError::into_inner);
        match known {
            Some(tls) => (tls, true),
            None => {
                let left = time.saturating_sub(started.elapsed());
                (ask_for_tls(&self.address, left / 2).await == TlsOffer::Tls, false)
            }
        }
    }

    /// `None` when only a new connection can tell.
    async fn ask_by_kept(&self, link: Link, started: Instant, time: Duration) -> Option<Result<Answer, Failure>> {
        let status = timeout_at(started + time / 2, link.status()).await.ok()?;
        match status {
            Err(error) if command_code(&error).is_none() => None,
            status => {
                let tls = link.speaks_tls;
                Some(self.conclude(link, started, time, status.map_err(|error| Failure::Driver { error, tls })).await)
            }
        }
    }

    /// Puts the answer together, and keeps the connection if it is good for another check.
    async fn conclude(
        &self,
        link: Link,
        started: Instant,
        time: Duration,
        status: Result<Document, Failure>,
    ) -> Result<Answer, Failure> {
        let elapsed = started.elapsed();
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
            vec![Phase { name: "connect", elapsed: connect }, Phase { name: "status", elapsed: elapsed.saturating_sub(connect) }];
        // What is known without it is enough, so it must not cost the answer.
        let configuration = timeout_at(started + time, link.configuration()).await.ok().flatten();
        phases.push(Phase { name: "configuration", elapsed: started.elapsed().saturating_sub(elapsed) });
        self.keep(link);
        Ok(Answer { status, configuration, elapsed, phases })
    }

    fn open(&self, tls: bool) -> Result<Link, Failure> {
        let address = ServerAddress::Tcp { host: self.address.host.lookup().to_owned(), port: Some(self.address.port) };
        let files = self.access.tls.settings().filter(|_| tls);
        Link::open(address, self.access.credential.as_ref(), files).map_err(|error| Failure::Driver { error, tls })
    }

    fn keep(&self, link: Link) {
        if !self.access.keeps_links {
            return;
        }
        *self.link.lock().unwrap_or_else(PoisonError::into_inner) = Some(link);
    }
}
