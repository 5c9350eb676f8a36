//! Begins to deliver.

use super::connection_test::ConnectionTest;
use super::gate::{Confirmations, Gate};
use super::gone::Gone;
use super::health::{ChannelHealth, Trouble};
use super::inbox::Outbox;
use super::limits::Limits;
use super::queue::Queue;
use super::task::Task;
use crate::Connected;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use storage::write_requests::WriteRequests;
use storage::{Incident, Notification, StoreSnapshot};
use system::clock::Clock;
use system::tasks::Tasks;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use url::Url;

/// A channel and how it is to be treated.
pub struct Channel {
    pub name: String,
    pub kind: String,
    pub limits: Limits,
    pub connected: Arc<dyn Connected>,
    /// Why its configuration cannot be used; absent when it can.
    pub disabled: Option<String>,
}

/// What the tasks need.
pub struct Parts {
    pub channels: Vec<Channel>,
    pub write_requests: WriteRequests,
    pub clock: Clock,
    pub gate: Arc<dyn Gate>,
    pub confirmations: Arc<dyn Confirmations>,
    /// Where people find the page.
    pub public_url: Option<Url>,
    pub shutdown: CancellationToken,
}

/// The tasks at work.
pub struct Dispatchers {
    pub outbox: Outbox,
    /// In the order of the configuration, and then channels that there are no more, but that messages were owed to.
    pub health: Vec<watch::Receiver<ChannelHealth>>,
}

/// The name of the tasks of the channels. They end soon after the shutdown.
pub const TASK: &str = "dispatcher";

/// Goes on with the outbox of the store. What is owed to a channel that there is no more is given up.
pub fn start(parts: Parts, loaded: &StoreSnapshot, tasks: &mut Tasks) -> Dispatchers {
    let Parts { channels, write_requests, clock, gate, confirmations, public_url, shutdown } = parts;
    let outbox = Outbox::new(channels.iter().map(|channel| channel.name.as_str()));
    let mut stored: BTreeMap<&str, Vec<Notification>> = BTreeMap::new();
    for message in &loaded.notifications {
        stored.entry(message.channel.as_str()).or_default().push(message.clone());
    }
    let mut health = Vec::new();
    for channel in channels {
        let messages = stored.remove(channel.name.as_str()).unwrap_or_default();
        let (given_up, open): (Vec<_>, Vec<_>) = messages.into_iter().partition(|message| message.given_up.is_some());
        let is_disabled = channel.disabled.is_some();
        let state = ChannelHealth {
            name: channel.name.clone(),
            kind: channel.kind,
            given_up: Arc::new(given_up),
            is_disabled,
            trouble: channel.disabled.map(|message| Trouble { since: clock.now(), message, failures: 0 }),
            ..ChannelHealth::default()
        };
        let (sender, receiver) = watch::channel(state);
        health.push(receiver);
        let told = told(&channel.name, &loaded.open_incidents, &open);
        let test = ConnectionTest {
            channel: Arc::clone(&channel.connected),
            health: sender.clone(),
            clock: clock.clone(),
            timeout: channel.limits.timeout,
            shutdown: shutdown.clone(),
        };
        // What is wrong with a disabled channel is known, and a connection would not change it.
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
            gate: Arc::clone(&gate),
            confirmations: Arc::clone(&confirmations),
            health: sender,
            timeout: channel.limits.timeout,
            public_url: public_url.clone(),
            told,
            shutdown: shutdown.clone(),
        };
        tasks.spawn_one_of(TASK, &name, task.run());
    }
    let gone = Gone::new(stored, clock.now());
    health.extend(gone.health);
    if gone.entry.has_something() {
        tasks.spawn_finite(TASK, async move {
            write_requests.submit(gone.entry).await;
        });
    }
    Dispatchers { outbox, health }
}

/// The incidents that the channel has told of already.
fn told(channel: &str, incidents: &[Incident], undelivered: &[Notification]) -> HashSet<u64> {
    let is_opening = |message: &&Notification| !message.ends_incident();
    let undelivered: HashSet<u64> = undelivered.iter().filter(is_opening).map(|message| message.incident).collect();
    let is_told =
        |incident: &&Incident| incident.notified_channels.iter().any(|told| told == channel) && !undelivered.contains(&incident.id);
    incidents.iter().filter(is_told).map(|incident| incident.id).collect()
}
