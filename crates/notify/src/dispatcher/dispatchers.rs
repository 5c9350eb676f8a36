//! The dispatchers of all channels: started with Platus, and changed by a reload.

use super::connection_test::ConnectionTest;
use super::health::{ChannelFailure, ChannelHealth};
use super::inbox::Outbox;
use super::limits::Limits;
use super::parts::{Channel, Parts};
use super::queue::Queue;
use super::removed_channels::{NO_LONGER_CONFIGURED, RemovedChannels};
use super::task::Task;
use super::test_notifications::TestNotifications;
use model::TestRefusal;
use parking_lot::Mutex;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use storage::{Incident, Notification, StoreSnapshot};
use system::tasks::{Spawner, Tasks};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// A dispatcher for each channel.
pub struct Dispatchers {
    pub outbox: Outbox,
    pub test_notifications: TestNotifications,
    parts: Parts,
    spawner: Spawner,
    channels: Mutex<Channels>,
}

/// The channels that are configured now, and those that were.
#[derive(Default)]
struct Channels {
    /// The names of those that are configured, in the order of the configuration.
    configured: Vec<String>,
    /// By name. A dispatcher runs until the shutdown, so that no notification for its channel is left lying.
    dispatchers: BTreeMap<String, Dispatcher>,
    /// Channels that were removed before the start, with recently dropped notifications. By name.
    removed: BTreeMap<String, ChannelHealth>,
}

/// The dispatcher of a channel.
struct Dispatcher {
    /// Absent once the channel is no longer configured.
    channel: watch::Sender<Option<Channel>>,
    health: watch::Sender<ChannelHealth>,
    /// Ends the connection test, which is one of this configuration.
    replaced: CancellationToken,
}

/// What the store has of a channel.
#[derive(Default)]
struct Stored {
    pending: Vec<Notification>,
    dropped: Arc<Vec<Notification>>,
    /// The open incidents of which the receiver was notified.
    known_incidents: HashSet<u64>,
}

/// The name of the tasks. They end soon after the shutdown.
pub const TASK: &str = "dispatcher";

impl Dispatchers {
    /// Continues with the outbox of the store. Pending notifications of removed channels are dropped.
    pub fn start(channels: Vec<Channel>, parts: Parts, loaded: &StoreSnapshot, tasks: &Tasks) -> Self {
        let mut by_channel: BTreeMap<&str, Vec<Notification>> = BTreeMap::new();
        for message in &loaded.notifications {
            by_channel.entry(message.channel.as_str()).or_default().push(message.clone());
        }
        let Parts { clock, public_url, shutdown, .. } = parts.clone();
        let dispatchers = Self {
            outbox: Outbox::default(),
            test_notifications: TestNotifications::new(clock, public_url, shutdown),
            parts,
            spawner: tasks.spawner(),
            channels: Mutex::default(),
        };
        let mut known = Channels::default();
        for channel in channels {
            let messages = by_channel.remove(channel.name.as_str()).unwrap_or_default();
            let (dropped, pending): (Vec<_>, Vec<_>) = messages.into_iter().partition(|message| message.given_up.is_some());
            let known_incidents = known_incidents(&channel.name, &loaded.open_incidents, &pending);
            known.configured.push(channel.name.clone());
            dispatchers.start_one(&mut known, channel, Stored { pending, dropped: Arc::new(dropped), known_incidents });
        }
        let removed = RemovedChannels::new(by_channel, dispatchers.parts.clock.now());
        for health in removed.health {
            dispatchers.test_notifications.replace(&health.name, Err(TestRefusal::Removed), Limits::default());
            known.removed.insert(health.name.clone(), health);
        }
        if removed.entry.has_something() {
            let write_requests = dispatchers.parts.write_requests.clone();
            dispatchers.spawner.spawn_finite(TASK, async move {
                write_requests.submit(removed.entry).await;
            });
        }
        *dispatchers.channels.lock() = known;
        dispatchers
    }

    /// Uses these channels from now on, in this order. Of a channel that has changed, what is pending is tried at once; of one that is no
    /// longer configured it is dropped.
    pub fn replace(&self, channels: Vec<Channel>) {
        let mut known = self.channels.lock();
        known.configured = channels.iter().map(|channel| channel.name.clone()).collect();
        let names: HashSet<&str> = channels.iter().map(|channel| channel.name.as_str()).collect();
        for (name, dispatcher) in known.dispatchers.iter_mut().filter(|(name, _)| !names.contains(name.as_str())) {
            if dispatcher.channel.borrow().is_some() {
                dispatcher.remove();
                self.test_notifications.replace(name, Err(TestRefusal::Removed), Limits::default());
            }
        }
        for channel in channels {
            match known.dispatchers.get_mut(&channel.name) {
                Some(dispatcher) if dispatcher.has(&channel) => {}
                Some(dispatcher) => {
                    dispatcher.replace(&channel, &self.parts);
                    self.test(dispatcher, &channel);
                }
                None => {
                    let before = known.removed.remove(&channel.name);
                    let dropped = before.map(|health| health.given_up).unwrap_or_default();
                    self.start_one(&mut known, channel, Stored { dropped, ..Stored::default() });
                }
            }
        }
    }

    /// The condition of each channel: first those that are configured, in the order of the configuration, then removed ones with dropped
    /// notifications.
    pub fn health(&self) -> Vec<ChannelHealth> {
        let Channels { configured, dispatchers, removed } = &*self.channels.lock();
        let health_of = |dispatcher: &Dispatcher| dispatcher.health.borrow().clone();
        let of_configured = configured.iter().filter_map(|name| dispatchers.get(name)).map(health_of);
        let removed_later = dispatchers.values().filter(|dispatcher| dispatcher.channel.borrow().is_none()).map(health_of);
        let removed =
            removed_later.filter(|health| health.waiting > 0 || !health.given_up.is_empty()).chain(removed.values().cloned());
        of_configured.chain(removed).collect()
    }

    fn start_one(&self, known: &mut Channels, channel: Channel, stored: Stored) {
        let Stored { pending, dropped, known_incidents } = stored;
        let parts = self.parts.clone();
        let health = ChannelHealth { given_up: dropped, ..health(&channel, &parts) };
        let (health, (sender, receiver)) = (watch::channel(health).0, watch::channel(Some(channel.clone())));
        let dispatcher = Dispatcher { channel: sender, health: health.clone(), replaced: parts.shutdown.child_token() };
        self.test(&dispatcher, &channel);
        let name = channel.name.clone();
        let task = Task {
            queue: Queue::new(channel.limits, pending),
            inbox: self.outbox.inbox(&name),
            channel,
            is_removed: false,
            configuration: receiver,
            parts,
            health,
            known_incidents,
        };
        self.spawner.spawn_one_of(TASK, &name, task.run());
        known.dispatchers.insert(name, dispatcher);
    }

    /// Tests the connection, and lets users do so. The error of a disabled channel is known already.
    fn test(&self, dispatcher: &Dispatcher, channel: &Channel) {
        let testable = match &channel.disabled {
            Some(reason) => Err(TestRefusal::Disabled(reason.clone())),
            None => Ok(Arc::clone(&channel.connected)),
        };
        if let Ok(connected) = &testable {
            let test = ConnectionTest::new(
                Arc::clone(connected),
                dispatcher.health.clone(),
                self.parts.clock.clone(),
                channel.limits.timeout,
                dispatcher.replaced.clone(),
            );
            self.spawner.spawn_finite(TASK, test.run());
        }
        self.test_notifications.replace(&channel.name, testable, channel.limits);
    }
}

impl Dispatcher {
    /// Whether it uses this channel already.
    fn has(&self, channel: &Channel) -> bool {
        self.channel.borrow().as_ref().is_some_and(|now| {
            Arc::ptr_eq(&now.connected, &channel.connected) && (&now.kind, &now.limits) == (&channel.kind, &channel.limits)
        })
    }

    fn replace(&mut self, channel: &Channel, parts: &Parts) {
        self.replaced.cancel();
        self.replaced = parts.shutdown.child_token();
        let ChannelHealth { kind, is_disabled, failure, .. } = health(channel, parts);
        self.health.send_modify(|health| (health.kind, health.is_disabled, health.failure) = (kind, is_disabled, failure));
        self.channel.send_replace(Some(channel.clone()));
    }

    fn remove(&self) {
        self.replaced.cancel();
        let kind = NO_LONGER_CONFIGURED.to_owned();
        self.health.send_modify(|health| (health.kind, health.is_disabled, health.failure) = (kind, false, None));
        self.channel.send_replace(None);
    }
}

/// That of a channel which was not used yet.
fn health(channel: &Channel, parts: &Parts) -> ChannelHealth {
    let failure = |message: &String| ChannelFailure { since: parts.clock.now(), message: message.clone(), failures: 0 };
    ChannelHealth {
        name: channel.name.clone(),
        kind: channel.kind.clone(),
        is_disabled: channel.disabled.is_some(),
        failure: channel.disabled.as_ref().map(failure),
        ..ChannelHealth::default()
    }
}

/// The open incidents of which the receiver was notified.
fn known_incidents(channel: &str, incidents: &[Incident], undelivered: &[Notification]) -> HashSet<u64> {
    let is_opening = |message: &&Notification| !message.ends_incident();
    let undelivered: HashSet<u64> = undelivered.iter().filter(is_opening).map(|message| message.incident).collect();
    let is_known =
        |incident: &&Incident| incident.notified_channels.iter().any(|name| name == channel) && !undelivered.contains(&incident.id);
    incidents.iter().filter(is_known).map(|incident| incident.id).collect()
}
