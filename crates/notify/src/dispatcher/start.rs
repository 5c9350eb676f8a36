//! Starts the tasks of the channels.

use super::connection_test::ConnectionTest;
use super::health::{ChannelFailure, ChannelHealth};
use super::inbox::Outbox;
use super::limits::Limits;
use super::policy::{Confirmations, SuppressionSource};
use super::queue::Queue;
use super::removed_channels::RemovedChannels;
use super::task::Task;
use super::test_notifications::{TestNotifications, Tested};
use crate::Connected;
use model::TestRefusal;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::Duration;
use storage::write_requests::WriteRequests;
use storage::{Incident, Notification, StoreSnapshot};
use system::clock::Clock;
use system::tasks::Tasks;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use url::Url;

/// A channel and its limits.
pub struct Channel {
    pub name: String,
    pub kind: String,
    pub limits: Limits,
    pub connected: Arc<dyn Connected>,
    /// Why its configuration cannot be used; absent if it can.
    pub disabled: Option<String>,
}

/// What the tasks need.
pub struct Parts {
    pub channels: Vec<Channel>,
    pub write_requests: WriteRequests,
    pub clock: Clock,
    pub suppression: Arc<dyn SuppressionSource>,
    pub confirmations: Arc<dyn Confirmations>,
    /// The address of the page.
    pub public_url: Option<Url>,
    pub shutdown: CancellationToken,
}

/// The started tasks.
pub struct Dispatchers {
    pub outbox: Outbox,
    /// In the order of the configuration, followed by removed channels that had pending notifications.
    pub health: Vec<watch::Receiver<ChannelHealth>>,
    pub test_notifications: TestNotifications,
}

/// The name of the tasks. They end soon after the shutdown.
pub const TASK: &str = "dispatcher";

/// Continues with the outbox of the store. Pending notifications of removed channels are dropped.
pub fn start(parts: Parts, loaded: &StoreSnapshot, tasks: &mut Tasks) -> Dispatchers {
    let Parts { channels, write_requests, clock, suppression, confirmations, public_url, shutdown } = parts;
    let outbox = Outbox::new(channels.iter().map(|channel| channel.name.as_str()));
    let mut stored: BTreeMap<&str, Vec<Notification>> = BTreeMap::new();
    for message in &loaded.notifications {
        stored.entry(message.channel.as_str()).or_default().push(message.clone());
    }
    let mut health = Vec::new();
    let mut tested = BTreeMap::new();
    for channel in channels {
        let messages = stored.remove(channel.name.as_str()).unwrap_or_default();
        let (given_up, open): (Vec<_>, Vec<_>) = messages.into_iter().partition(|message| message.given_up.is_some());
        let is_disabled = channel.disabled.is_some();
        let testable = match &channel.disabled {
            Some(reason) => Err(TestRefusal::Disabled(reason.clone())),
            None => Ok(Arc::clone(&channel.connected)),
        };
        tested.insert(channel.name.clone(), Tested::new(testable, channel.limits.timeout));
        let state = ChannelHealth {
            name: channel.name.clone(),
            kind: channel.kind,
            given_up: Arc::new(given_up),
            is_disabled,
            failure: channel.disabled.map(|message| ChannelFailure { since: clock.now(), message, failures: 0 }),
            ..ChannelHealth::default()
        };
        let (sender, receiver) = watch::channel(state);
        health.push(receiver);
        let known_incidents = known_incidents(&channel.name, &loaded.open_incidents, &open);
        let test = ConnectionTest {
            channel: Arc::clone(&channel.connected),
            health: sender.clone(),
            clock: clock.clone(),
            timeout: channel.limits.timeout,
            shutdown: shutdown.clone(),
        };
        // The error of a disabled channel is known already.
        if !is_disabled {
            tasks.spawn_finite(TASK, test.run());
        }
        let name = channel.name.clone();
        let task = Task {
            channel: channel.connected,
            queue: Queue::new(channel.limits, open),
            inbox: outbox.inbox(&channel.name),
            name: channel.name,
            write_requests: write_requests.clone(),
            clock: clock.clone(),
            suppression: Arc::clone(&suppression),
            confirmations: Arc::clone(&confirmations),
            health: sender,
            timeout: channel.limits.timeout,
            public_url: public_url.clone(),
            known_incidents,
            shutdown: shutdown.clone(),
        };
        tasks.spawn_one_of(TASK, &name, task.run());
    }
    let removed = RemovedChannels::new(stored, clock.now());
    for channel in &removed.health {
        tested.insert(channel.borrow().name.clone(), Tested::new(Err(TestRefusal::Removed), Duration::ZERO));
    }
    health.extend(removed.health);
    if removed.entry.has_something() {
        tasks.spawn_finite(TASK, async move {
            write_requests.submit(removed.entry).await;
        });
    }
    let test_notifications = TestNotifications { channels: tested, clock, public_url, shutdown };
    Dispatchers { outbox, health, test_notifications }
}

/// The open incidents of which the receiver was notified.
fn known_incidents(channel: &str, incidents: &[Incident], undelivered: &[Notification]) -> HashSet<u64> {
    let is_opening = |message: &&Notification| !message.ends_incident();
    let undelivered: HashSet<u64> = undelivered.iter().filter(is_opening).map(|message| message.incident).collect();
    let is_known =
        |incident: &&Incident| incident.notified_channels.iter().any(|name| name == channel) && !undelivered.contains(&incident.id);
    incidents.iter().filter(is_known).map(|incident| incident.id).collect()
}
