//! Reloading the configuration while Platus runs: how it is requested, and what came of it.

use chrono::{DateTime, FixedOffset};
use std::fmt;
use tokio::sync::{mpsc, oneshot, watch};

/// Requests in the queue. Reloads are done one after another.
const QUEUE: usize = 16;

/// Requests reloads, and says what came of them.
#[derive(Clone)]
pub struct Reloads {
    requests: mpsc::Sender<ReloadRequest>,
    status: watch::Receiver<ConfigurationStatus>,
}

/// A request to reload the configuration now.
pub struct ReloadRequest {
    pub by: RequestedBy,
    /// Where to report what came of it.
    pub done: oneshot::Sender<Attempt>,
}

/// Why the configuration is reloaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestedBy {
    /// A file has changed.
    ChangedFile,
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
    /// The latest reload; absent before the first.
    pub latest: Option<Attempt>,
    /// Reloads since the start.
    pub succeeded: u64,
    pub failed: u64,
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
    pub fn new(status: ConfigurationStatus) -> (Self, mpsc::Receiver<ReloadRequest>, watch::Sender<ConfigurationStatus>) {
        let (requests, requested) = mpsc::channel(QUEUE);
        let (sender, status) = watch::channel(status);
        (Self { requests, status }, requested, sender)
    }

    /// Reloads now, after those that were requested before. `None` while Platus shuts down.
    pub async fn reload(&self, by: RequestedBy) -> Option<Attempt> {
        let (done, attempt) = oneshot::channel();
        self.requests.send(ReloadRequest { by, done }).await.ok()?;
        attempt.await.ok()
    }

    /// The configuration that is in use.
    pub fn status(&self) -> ConfigurationStatus {
        self.status.borrow().clone()
    }
}

impl ConfigurationStatus {
    /// Of a configuration that is loaded now.
    pub fn new(digest: String, loaded: DateTime<FixedOffset>) -> Self {
        Self { digest, loaded, latest: None, succeeded: 0, failed: 0 }
    }
}

impl fmt::Display for RequestedBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ChangedFile => f.write_str("a changed file"),
            Self::Signal => f.write_str("SIGHUP"),
            Self::User(name) => f.write_str(name),
        }
    }
}
