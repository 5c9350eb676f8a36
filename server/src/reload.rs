//! Reloading the configuration while Platus runs: how it is requested, and what came of it.

mod differences;

pub use differences::{Changed, Differences, NamedDifferences, Renamed};

use chrono::{DateTime, FixedOffset};
use std::fmt;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::timeout;

/// Requests in the queue. They are done one after another.
const QUEUE: usize = 16;

/// Requests reloads and comparisons, and says what came of them.
#[derive(Clone)]
pub struct Reloads {
    requests: mpsc::Sender<Request>,
    status: watch::Receiver<ConfigurationStatus>,
}

/// What to do with the files as they are now. The results go to the caller.
pub enum Request {
    /// Reload the configuration.
    Reload { by: RequestedBy, done: oneshot::Sender<Attempt> },
    /// Say what a reload would change, and change nothing.
    Compare { done: oneshot::Sender<Differences> },
}

/// Why there is no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoResult {
    /// It goes on after the time limit.
    StillRunning,
    ShuttingDown,
}

/// Why the configuration is reloaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestedBy {
    /// A file has changed.
    ChangedFile,
    /// A server has another list of services, or none any more.
    ChangedList,
    /// SIGHUP.
    Signal,
    /// A user, by name.
    User(String),
}

/// The configuration that is in use, and the reloads since the start.
#[derive(Clone, Debug)]
pub struct ConfigurationStatus {
    /// The SHA-256 of its files, in hexadecimal.
    pub digest: String,
    /// When it was loaded.
    pub loaded: DateTime<FixedOffset>,
    /// Whether a reload goes on or is requested.
    pub is_reloading: bool,
    /// The latest reload; absent before the first.
    pub latest: Option<Attempt>,
    /// Reloads since the start.
    pub succeeded: u64,
    pub failed: u64,
    /// The entries whose services a list makes.
    pub lists: Vec<DiscoveredList>,
}

/// An entry whose services a list of another program makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiscoveredList {
    /// Its id as it is written.
    pub entry: String,
    /// The path of the file, or the URL without secrets.
    pub source: String,
    /// How many services it makes now.
    pub services: usize,
    /// Why the latest list is not used.
    pub failure: Option<String>,
}

/// One reload.
#[derive(Clone, Debug)]
pub struct Attempt {
    pub at: DateTime<FixedOffset>,
    pub by: RequestedBy,
    /// What it changed, or every error, with file, line and column. After an error nothing has changed.
    pub outcome: Result<Changes, Vec<String>>,
}

/// How much a reload has changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Services.
    pub added: usize,
    /// Services.
    pub changed: usize,
    /// Services.
    pub removed: usize,
    /// Notification channels that are reached in another way.
    pub channels: usize,
}

impl Reloads {
    /// The queue of requests, and the status, for the task that reloads.
    pub fn new(status: ConfigurationStatus) -> (Self, mpsc::Receiver<Request>, watch::Sender<ConfigurationStatus>) {
        let (requests, requested) = mpsc::channel(QUEUE);
        let (sender, status) = watch::channel(status);
        (Self { requests, status }, requested, sender)
    }

    /// Reloads now, after what was requested before. Waits this long for the result; the reload goes on after that. With a full queue it is
    /// one of those in the queue, which read the files later than now.
    pub async fn reload(&self, by: RequestedBy, limit: Duration) -> Result<Attempt, NoResult> {
        self.result(limit, |done| Request::Reload { by, done }).await
    }

    /// What a reload would change now. Waits this long for the result.
    pub async fn compare(&self, limit: Duration) -> Result<Differences, NoResult> {
        self.result(limit, |done| Request::Compare { done }).await
    }

    async fn result<T>(&self, limit: Duration, request: impl FnOnce(oneshot::Sender<T>) -> Request) -> Result<T, NoResult> {
        let (done, result) = oneshot::channel();
        let asked = async {
            self.requests.send(request(done)).await.ok()?;
            result.await.ok()
        };
        match timeout(limit, asked).await {
            Ok(result) => result.ok_or(NoResult::ShuttingDown),
            Err(_) => Err(NoResult::StillRunning),
        }
    }

    /// The configuration that is in use.
    pub fn status(&self) -> ConfigurationStatus {
        let mut status = self.status.borrow().clone();
        status.is_reloading |= self.requests.capacity() < self.requests.max_capacity();
        status
    }
}

impl ConfigurationStatus {
    /// Of a configuration that is loaded now.
    pub fn new(digest: String, loaded: DateTime<FixedOffset>) -> Self {
        Self { digest, loaded, is_reloading: false, latest: None, succeeded: 0, failed: 0, lists: Vec::new() }
    }
}

impl fmt::Display for RequestedBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ChangedFile => f.write_str("a changed file"),
            Self::ChangedList => f.write_str("a changed list of services"),
            Self::Signal => f.write_str("SIGHUP"),
            Self::User(name) => f.write_str(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use test_support::noon;

    fn reloads() -> (Reloads, mpsc::Receiver<Request>, watch::Sender<ConfigurationStatus>) {
        Reloads::new(ConfigurationStatus::new("digest".to_owned(), noon()))
    }

    const LIMIT: Duration = Duration::from_secs(25);

    #[tokio::test(start_paused = true)]
    async fn a_reload_that_takes_long_goes_on_without_the_caller() {
        let (reloads, mut requested, status) = reloads();
        assert_eq!(reloads.reload(RequestedBy::Signal, LIMIT).await.unwrap_err(), NoResult::StillRunning);
        assert!(reloads.status().is_reloading, "it is in the queue");
        let Some(Request::Reload { by, done }) = requested.recv().await else { panic!("no reload was requested") };
        assert_eq!((by, done.is_closed()), (RequestedBy::Signal, true));
        assert!(!reloads.status().is_reloading);
        status.send_modify(|status| status.is_reloading = true);
        assert!(reloads.status().is_reloading);
    }

    #[tokio::test(start_paused = true)]
    async fn the_result_is_that_of_the_request() {
        let (reloads, mut requested, _status) = reloads();
        let attempt = Attempt { at: noon(), by: RequestedBy::Signal, outcome: Ok(Changes::default()) };
        let answering = async {
            let Some(Request::Reload { done, .. }) = requested.recv().await else { panic!("no reload was requested") };
            tokio::time::sleep(LIMIT / 2).await;
            done.send(attempt).unwrap();
            drop(requested);
        };
        let (result, ()) = tokio::join!(reloads.reload(RequestedBy::Signal, LIMIT), answering);
        assert_eq!(result.unwrap().outcome, Ok(Changes::default()));
        assert_eq!(reloads.compare(LIMIT).await.unwrap_err(), NoResult::ShuttingDown);
    }
}
