//! The task of one channel.

use super::compose::delivery;
use super::health::{ChannelFailure, ChannelHealth, MOST_DROPPED};
use super::inbox::Inbox;
use super::panic_guard::guarded;
use super::parts::{Channel, Parts};
use super::queue::{Batch, Now, Obsolete, Queue, Step};
use crate::{DeliveryError, Outlook};
use fail::fail_point;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use storage::write_requests::WriteRequest;
use storage::{DeliveryRecord, IncidentDelivery, Notification, NotificationKey};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

/// How long the shutdown waits for the answer of a receiver.
const LAST_ANSWER: Duration = Duration::from_secs(1);

pub(super) struct Task {
    /// As it is, or last was, configured.
    pub channel: Channel,
    /// Whether it is no longer configured.
    pub is_removed: bool,
    /// The channel as a reload configures it.
    pub configuration: watch::Receiver<Option<Channel>>,
    pub queue: Queue,
    pub inbox: Arc<Inbox>,
    pub parts: Parts,
    pub health: watch::Sender<ChannelHealth>,
    /// The open incidents of which the receiver was notified.
    pub known_incidents: HashSet<u64>,
}

impl Task {
    /// Works until the shutdown. What is not delivered by then stays in the store.
    pub async fn run(mut self) {
        while !self.parts.shutdown.is_cancelled() {
            fail_point!("dispatcher");
            if self.configuration.has_changed().unwrap_or(false) {
                self.reconfigure();
            }
            let now = self.now();
            for message in self.inbox.take() {
                self.queue.add(message, now);
            }
            for renames in self.inbox.take_renames() {
                let renamed = self.queue.rename(&renames);
                let request = WriteRequest { notifications: renamed, ..WriteRequest::default() };
                if !request.notifications.is_empty() && !self.parts.write_requests.submit(request).await {
                    return;
                }
            }
            let step = self.step(now);
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
                    let is_stored = self.parts.write_requests.submit(sealed).await;
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

    fn step(&mut self, now: Now) -> Step {
        if self.is_removed {
            return self.queue.step_of_removed(now);
        }
        let (name, Parts { clock, confirmations, suppression, .. }) = (&self.channel.name, &self.parts);
        let may_be_confirmed = |within| confirmations.are_due(name, clock.real(within), now.wall);
        self.queue.step(now, &**suppression, &may_be_confirmed)
    }

    /// Uses the channel as it is configured now.
    fn reconfigure(&mut self) {
        let configured = self.configuration.borrow_and_update().clone();
        self.is_removed = configured.is_none();
        if let Some(channel) = configured {
            self.queue.reconfigure(channel.limits);
            self.channel = channel;
        }
    }

    fn now(&self) -> Now {
        Now { elapsed: self.parts.clock.elapsed(), wall: self.parts.clock.now() }
    }

    async fn wait(&mut self, until: Option<Duration>) -> bool {
        tokio::select! {
            () = self.inbox.rung() => {}
            Ok(()) = self.configuration.changed() => self.reconfigure(),
            () = async { self.parts.clock.until(until.unwrap_or_default()).await }, if until.is_some() => {}
            () = self.parts.shutdown.cancelled() => {}
        }
        true
    }

    async fn send(&mut self, batch: Batch) -> bool {
        let known_incidents = known_after(&self.known_incidents, &batch.messages);
        let delivery = delivery(&batch, known_incidents.len(), self.parts.clock.now(), self.parts.public_url.as_ref());
        let limit = self.parts.clock.real(self.channel.limits.timeout);
        let connected = &self.channel.connected;
        let outcome = tokio::select! {
            outcome = timeout(limit, guarded(async { connected.deliver(&delivery).await })) => outcome,
            // The shutdown does not wait longer; the next process sends the same delivery again.
            () = async { self.parts.shutdown.cancelled().await; sleep(LAST_ANSWER).await } => return false,
        };
        let late = || DeliveryError::later(format!("no answer within {} s", self.channel.limits.timeout.as_secs_f64()));
        match outcome.unwrap_or_else(|_| Err(late())) {
            Ok(()) => {
                let at = self.parts.clock.now();
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
        let at = self.parts.clock.now();
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
        self.parts.write_requests.submit(request).await
    }

    /// Removes notifications from the outbox, and stores their results with their incidents.
    async fn settle(&self, settled: Vec<NotificationKey>, deliveries: Vec<IncidentDelivery>) -> bool {
        self.parts.write_requests.submit(WriteRequest { settled, deliveries, ..WriteRequest::default() }).await
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
        let now = self.parts.clock.now();
        self.health.send_modify(|health| {
            if health.failure.take().is_some() {
                tracing::info!(channel = health.name, "The channel works again.");
            }
            health.last_success = Some(now);
            health.delivered += 1;
        });
    }

    fn failed(&self, error: &DeliveryError) {
        let (now, failures) = (self.parts.clock.now(), self.queue.failures());
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
