//! The task of one channel.

use super::compose::delivery;
use super::health::{ChannelFailure, ChannelHealth};
use super::inbox::Inbox;
use super::panic_guard::guarded;
use super::policy::{Confirmations, SuppressionSource};
use super::queue::{Batch, Now, Obsolete, Queue, Step};
use crate::{Connected, DeliveryError, Outlook};
use fail::fail_point;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use storage::write_requests::{WriteRequest, WriteRequests};
use storage::{DeliveryRecord, IncidentDelivery, Notification, NotificationKey};
use system::clock::Clock;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use url::Url;

/// The most dropped notifications that are kept and shown.
pub(super) const MOST_DROPPED: usize = 1000;

/// How long the shutdown waits for the answer of a receiver.
const LAST_ANSWER: Duration = Duration::from_secs(1);

pub(super) struct Task {
    pub name: String,
    pub channel: Arc<dyn Connected>,
    pub queue: Queue,
    pub inbox: Arc<Inbox>,
    pub write_requests: WriteRequests,
    pub clock: Clock,
    pub suppression: Arc<dyn SuppressionSource>,
    pub confirmations: Arc<dyn Confirmations>,
    pub health: watch::Sender<ChannelHealth>,
    /// The longest duration of one delivery.
    pub timeout: Duration,
    pub public_url: Option<Url>,
    /// The open incidents of which the receiver was notified.
    pub known_incidents: HashSet<u64>,
    pub shutdown: CancellationToken,
}

impl Task {
    /// Works until the shutdown. What is not delivered by then stays in the store.
    pub async fn run(mut self) {
        while !self.shutdown.is_cancelled() {
            fail_point!("dispatcher");
            let now = self.now();
            for message in self.inbox.take() {
                self.queue.add(message, now);
            }
            for renames in self.inbox.take_renames() {
                let renamed = self.queue.rename(&renames);
                let request = WriteRequest { notifications: renamed, ..WriteRequest::default() };
                if !request.notifications.is_empty() && !self.write_requests.submit(request).await {
                    return;
                }
            }
            let (name, clock, confirmations) = (&self.name, &self.clock, &self.confirmations);
            let may_be_confirmed = |within| confirmations.are_due(name, clock.real(within), now.wall);
            let step = self.queue.step(now, &*self.suppression, &may_be_confirmed);
            self.update_counts();
            if matches!(step, Step::Seal(_)) && !self.inbox.is_empty() {
                // A failure was confirmed at this moment. It is sent with the others.
                continue;
            }
            let goes_on = match step {
                Step::Wait(until) => self.wait(until).await,
                Step::Send(batch) => self.send(batch).await,
                Step::Seal(messages) => {
                    let sealed = WriteRequest { notifications: messages.clone(), ..WriteRequest::default() };
                    let is_stored = self.write_requests.submit(sealed).await;
                    self.queue.sealed(messages);
                    is_stored
                }
                Step::Remove(obsolete) => self.remove(obsolete).await,
                Step::Drop(messages) => self.drop_messages(messages).await,
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
        let known_incidents = known_after(&self.known_incidents, &batch.messages);
        let delivery = delivery(&batch, known_incidents.len(), self.clock.now(), self.public_url.as_ref());
        let limit = self.clock.real(self.timeout);
        let outcome = tokio::select! {
            outcome = timeout(limit, guarded(async { self.channel.deliver(&delivery).await })) => outcome,
            // The shutdown does not wait longer; the next process sends the same delivery again.
            () = async { self.shutdown.cancelled().await; sleep(LAST_ANSWER).await } => return false,
        };
        let late = || DeliveryError::later(format!("no answer within {} s", self.timeout.as_secs_f64()));
        match outcome.unwrap_or_else(|_| Err(late())) {
            Ok(()) => {
                let at = self.clock.now();
                let deliveries = batch.messages.iter().map(|message| DeliveryRecord::delivered(message, at)).collect();
                let settled = batch.messages.iter().map(|message| message.key.clone()).collect();
                let is_stored = self.settle(settled, deliveries).await;
                self.known_incidents = known_incidents;
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

    async fn remove(&mut self, obsolete: Vec<Obsolete>) -> bool {
        let at = self.clock.now();
        let suppressed = |Obsolete { message, reason }: &Obsolete| DeliveryRecord::suppressed(message, at, reason);
        let deliveries = obsolete.iter().map(suppressed).collect();
        let is_stored = self.settle(obsolete.iter().map(|it| it.message.key.clone()).collect(), deliveries).await;
        self.queue.removed(&obsolete);
        is_stored
    }

    async fn drop_messages(&mut self, messages: Vec<Notification>) -> bool {
        let mut known = (*self.health.borrow().given_up).clone();
        known.extend(messages.iter().cloned());
        let surplus = known.len().saturating_sub(MOST_DROPPED);
        let oldest = known.drain(..surplus).map(|message| message.key).collect();
        let reason =
            messages.first().and_then(|message| message.given_up.as_ref()).map(|it| it.reason.as_str()).unwrap_or_default();
        self.health.send_modify(|health| {
            tracing::error!(channel = health.name, messages = messages.len(), reason, "Notifications were dropped.");
            health.given_up = Arc::new(known);
        });
        let deliveries = messages.iter().filter_map(DeliveryRecord::dropped).collect();
        let request = WriteRequest { notifications: messages, settled: oldest, deliveries, ..WriteRequest::default() };
        self.write_requests.submit(request).await
    }

    /// Removes notifications from the outbox, and stores their results with their incidents.
    async fn settle(&self, settled: Vec<NotificationKey>, deliveries: Vec<IncidentDelivery>) -> bool {
        self.write_requests.submit(WriteRequest { settled, deliveries, ..WriteRequest::default() }).await
    }

    fn update_counts(&self) {
        let (waiting, suppressed) = self.queue.count();
        self.health.send_if_modified(|health| {
            let has_changed = health.waiting != waiting || health.suppressed != suppressed;
            (health.waiting, health.suppressed) = (waiting, suppressed);
            has_changed
        });
    }

    fn succeeded(&self) {
        let now = self.clock.now();
        self.health.send_modify(|health| {
            if health.failure.take().is_some() {
                tracing::info!(channel = health.name, "The channel works again.");
            }
            health.last_success = Some(now);
            health.delivered += 1;
        });
    }

    fn failed(&self, error: &DeliveryError) {
        let (now, failures) = (self.clock.now(), self.queue.failures());
        self.health.send_modify(|health| {
            health.failures += 1;
            // The failure of a connection test is not one of a delivery.
            if health.failure.as_ref().is_none_or(|failure| failure.failures == 0) {
                let again = if error.outlook == Outlook::Refused { "The receiver refused it" } else { "It is retried" };
                tracing::error!(channel = health.name, %error, "A notification was not delivered. {again}.");
            }
            let since = health.failure.as_ref().map_or(now, |failure| failure.since);
            health.failure = Some(ChannelFailure { since, message: error.message.clone(), failures });
        });
    }
}

/// The open incidents of which the receiver was notified, after it has these notifications.
fn known_after(known: &HashSet<u64>, messages: &[Notification]) -> HashSet<u64> {
    let mut known = known.clone();
    for message in messages {
        if message.ends_incident() {
            known.remove(&message.incident);
        } else {
            known.insert(message.incident);
        }
    }
    known
}
