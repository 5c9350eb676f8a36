//! The task of one channel.

use super::compose::delivery;
use super::fence::fenced;
use super::gate::{Confirmations, Gate};
use super::health::{ChannelHealth, Trouble};
use super::inbox::Inbox;
use super::queue::{Batch, Now, Queue, Step};
use crate::{Connected, DeliveryError, Outlook};
use fail::fail_point;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use storage::write_requests::{WriteRequest, WriteRequests};
use storage::{Notification, NotificationKey};
use system::clock::Clock;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use url::Url;

/// Messages that were given up and are still shown; older ones are forgotten.
pub(super) const MOST_GIVEN_UP: usize = 1000;

/// What a receiver gets to answer in once the process is to end.
const LAST_ANSWER: Duration = Duration::from_secs(1);

pub(super) struct Task {
    pub name: String,
    pub channel: Arc<dyn Connected>,
    pub queue: Queue,
    pub inbox: Arc<Inbox>,
    pub write_requests: WriteRequests,
    pub clock: Clock,
    pub gate: Arc<dyn Gate>,
    pub confirmations: Arc<dyn Confirmations>,
    pub health: watch::Sender<ChannelHealth>,
    /// So long a receiver may take.
    pub timeout: Duration,
    pub public_url: Option<Url>,
    /// The incidents of which the receiver knows and which last.
    pub told: HashSet<u64>,
    pub shutdown: CancellationToken,
}

impl Task {
    /// Works until the process is to end. What is not delivered by then is in the store.
    pub async fn run(mut self) {
        while !self.shutdown.is_cancelled() {
            fail_point!("dispatcher");
            let now = self.now();
            for message in self.inbox.take() {
                self.queue.add(message, now);
            }
            let (name, clock, confirmations) = (&self.name, &self.clock, &self.confirmations);
            let may_be_confirmed = |within| confirmations.are_due(name, clock.real(within), now.wall);
            let step = self.queue.step(now, &*self.gate, &may_be_confirmed);
            self.tell_counts();
            if matches!(step, Step::Seal(_)) && !self.inbox.is_empty() {
                // A failure was confirmed at this moment, and goes with the others.
                continue;
            }
            let goes_on = match step {
                Step::Wait(until) => self.wait(until).await,
                Step::Send(batch) => self.send(batch).await,
                Step::Seal(messages) => {
                    let is_stored = self.enter(messages.clone(), Vec::new()).await;
                    self.queue.sealed(messages);
                    is_stored
                }
                Step::Forget(keys) => {
                    let is_stored = self.enter(Vec::new(), keys.clone()).await;
                    self.queue.forgotten(&keys);
                    is_stored
                }
                Step::GiveUp(messages) => self.give_up(messages).await,
            };
            if !goes_on {
                return;
            }
        }
    }

    fn now(&self) -> Now {
        Now { elapsed: self.clock.elapsed(), wall: self.clock.now() }
    }

    async fn wait(&self, until: Option<Duration>) -> bool {
        tokio::select! {
            () = self.inbox.rung() => {}
            () = async { self.clock.until(until.unwrap_or_default()).await }, if until.is_some() => {}
            () = self.shutdown.cancelled() => {}
        }
        true
    }

    async fn send(&mut self, batch: Batch) -> bool {
        let told = told_after(&self.told, &batch.messages);
        let delivery = delivery(&batch, told.len(), self.clock.now(), self.public_url.as_ref());
        let limit = self.clock.real(self.timeout);
        let outcome = tokio::select! {
            outcome = timeout(limit, fenced(async { self.channel.deliver(&delivery).await })) => outcome,
            // The end of the process waits for a receiver a little only; the next one sends the same delivery again.
            () = async { self.shutdown.cancelled().await; sleep(LAST_ANSWER).await } => return false,
        };
        let late = || DeliveryError::later(format!("no answer within {} s", self.timeout.as_secs_f64()));
        match outcome.unwrap_or_else(|_| Err(late())) {
            Ok(()) => {
                let is_stored = self.enter(Vec::new(), batch.messages.iter().map(|message| message.key.clone()).collect()).await;
                self.told = told;
                self.queue.delivered(self.now());
                self.succeeded();
                is_stored
            }
            Err(error) => {
                self.queue.failed(&error, self.now(), fastrand::f64());
                self.failed(&error);
                true
            }
        }
    }

    async fn give_up(&mut self, messages: Vec<Notification>) -> bool {
        let mut known = (*self.health.borrow().given_up).clone();
        known.extend(messages.iter().cloned());
        let surplus = known.len().saturating_sub(MOST_GIVEN_UP);
        let oldest = known.drain(..surplus).map(|message| message.key).collect();
        let reason =
            messages.first().and_then(|message| message.given_up.as_ref()).map(|it| it.reason.as_str()).unwrap_or_default();
        self.health.send_modify(|health| {
            tracing::error!(channel = health.name, messages = messages.len(), reason, "Messages were given up.");
            health.given_up = Arc::new(known);
        });
        self.enter(messages, oldest).await
    }

    async fn enter(&self, messages: Vec<Notification>, settled: Vec<NotificationKey>) -> bool {
        self.write_requests.submit(WriteRequest { notifications: messages, settled, ..WriteRequest::default() }).await
    }

    fn tell_counts(&self) {
        let (waiting, held) = self.queue.count();
        self.health.send_if_modified(|health| {
            let is_news = health.waiting != waiting || health.held != held;
            (health.waiting, health.held) = (waiting, held);
            is_news
        });
    }

    fn succeeded(&self) {
        let now = self.clock.now();
        self.health.send_modify(|health| {
            if health.trouble.take().is_some() {
                tracing::info!(channel = health.name, "The channel takes messages again.");
            }
            health.last_success = Some(now);
            health.delivered += 1;
        });
    }

    fn failed(&self, error: &DeliveryError) {
        let (now, failures) = (self.clock.now(), self.queue.failures());
        self.health.send_modify(|health| {
            health.failures += 1;
            // A connection test that failed says nothing about this message.
            if health.trouble.as_ref().is_none_or(|trouble| trouble.failures == 0) {
                let again = if error.outlook == Outlook::Refused { "It was refused" } else { "It is tried again" };
                tracing::error!(channel = health.name, %error, "A message was not delivered. {again}.");
            }
            let since = health.trouble.as_ref().map_or(now, |trouble| trouble.since);
            health.trouble = Some(Trouble { since, message: error.message.clone(), failures });
        });
    }
}

/// The incidents that the receiver knows of and that last, once it has these messages.
fn told_after(told: &HashSet<u64>, messages: &[Notification]) -> HashSet<u64> {
    let mut told = told.clone();
    for message in messages {
        if message.ends_incident() {
            told.remove(&message.incident);
        } else {
            told.insert(message.incident);
        }
    }
    told
}
