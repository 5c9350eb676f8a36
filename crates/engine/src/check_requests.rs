//! Checks that a user requests: the service does not wait until it is due.

use model::{CheckRefusal, ServiceId};
use std::collections::HashMap;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, error::Elapsed, timeout};

/// Requests in the queue. The scheduler takes them at once, so it is only full while the process does not keep up.
const QUEUE: usize = 64;

/// The least time between the starts of two requested checks of one service.
const PAUSE: Duration = Duration::from_secs(5);

/// A request to check a service now.
pub struct CheckRequest {
    pub service: ServiceId,
    /// Where to report that the check has begun, or why it has not.
    pub begun: oneshot::Sender<Result<Begun, CheckRefusal>>,
}

/// A requested check that has begun.
pub struct Begun {
    /// Its result is stored and published.
    pub(crate) published: oneshot::Receiver<()>,
    /// The next check of the service is scheduled.
    pub(crate) scheduled: oneshot::Receiver<()>,
}

/// Sends requests to the scheduler.
#[derive(Clone, Debug)]
pub struct CheckRequests(mpsc::Sender<CheckRequest>);

impl CheckRequests {
    /// The sender, and the queue for the scheduler.
    pub fn new() -> (Self, mpsc::Receiver<CheckRequest>) {
        let (sender, receiver) = mpsc::channel(QUEUE);
        (Self(sender), receiver)
    }

    /// Checks this service now. Returns when the result is published, or `Ok(Err(_))` if that takes longer than
    /// `patience`; the check continues then.
    pub async fn check(&self, service: ServiceId, patience: Duration) -> Result<Result<(), Elapsed>, CheckRefusal> {
        let checking = async {
            let (begun, has_begun) = oneshot::channel();
            self.0.send(CheckRequest { service, begun }).await.map_err(|_| CheckRefusal::Ending)?;
            let Begun { published, scheduled } = has_begun.await.map_err(|_| CheckRefusal::Ending)??;
            let ended = async { published.await.and(scheduled.await) };
            ended.await.map_err(|_| CheckRefusal::Ending)
        };
        match timeout(patience, checking).await {
            Ok(checked) => checked.map(Ok),
            Err(late) => Ok(Err(late)),
        }
    }
}

/// When the latest requested checks began.
#[derive(Debug, Default)]
pub(crate) struct LatestRequests(HashMap<ServiceId, Instant>);

impl LatestRequests {
    /// Notes that a check of this service begins now. Fails if the one before began too short a time ago.
    pub(crate) fn begin(&mut self, service: &ServiceId) -> Result<(), CheckRefusal> {
        let now = Instant::now();
        self.0.retain(|_, begun| now.duration_since(*begun) < PAUSE);
        if let Some(begun) = self.0.get(service) {
            return Err(CheckRefusal::TooSoon { pause: PAUSE, retry_after: PAUSE.saturating_sub(now.duration_since(*begun)) });
        }
        self.0.insert(service.clone(), now);
        Ok(())
    }
}
