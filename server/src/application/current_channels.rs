//! The channels as they are configured now. A reload adds, changes and removes them.

use super::channel_connection::{connect_one, routes};
use crate::config::{Config, Fingerprint, NotifyBackend};
use crate::reload::{Changed, NamedDifferences};
use engine::Route;
use notify::ChannelTypes;
use notify::dispatcher::{Channel, Dispatchers};
use std::sync::Arc;
use system::current::Current;
use vault::Vault;
use yaml::LocatedError;

/// The channels that are in use, and their dispatchers.
pub(super) struct CurrentChannels {
    /// Replaced together with the channels.
    pub(super) routes: Arc<Current<[Route]>>,
    /// In the order of the configuration.
    pub(super) channels: Vec<ConfiguredChannel>,
    pub(super) dispatchers: Arc<Dispatchers>,
}

/// A channel with what says whether it has changed.
#[derive(Clone)]
pub(super) struct ConfiguredChannel {
    pub(super) fingerprint: Fingerprint,
    pub(super) channel: Channel,
    /// Why it is disabled, as a warning of the configuration; absent if it works.
    pub(super) warning: Option<String>,
}

/// The channels of another configuration, ready to be used.
pub(super) struct NextChannels {
    routes: Vec<Route>,
    channels: Vec<ConfiguredChannel>,
}

impl CurrentChannels {
    /// Connects the channels of another configuration, except those that have not changed. Fails with an error for each that cannot be used.
    pub(super) fn prepare(
        &self,
        config: &Config,
        channel_types: &ChannelTypes,
        vault: Option<&Vault>,
    ) -> Result<NextChannels, Vec<LocatedError>> {
        let settings = &config.settings;
        let (mut channels, mut errors) = (Vec::new(), Vec::new());
        for next in settings.notify_backends.iter().filter(|_| settings.notify) {
            match self.unchanged(next) {
                Some(channel) => channels.push(channel.clone()),
                None => match connect_one(next, channel_types, vault) {
                    Ok(connected) => channels.push(ConfiguredChannel::new(next, Arc::from(connected))),
                    Err(error) => errors.push(error.under("notify_backend")),
                },
            }
        }
        if errors.is_empty() { Ok(NextChannels { routes: routes(config), channels }) } else { Err(errors) }
    }

    fn unchanged(&self, next: &NotifyBackend) -> Option<&ConfiguredChannel> {
        self.channels.iter().find(|now| now.name() == next.route.channel && now.fingerprint == next.fingerprint)
    }

    /// What these channels would change.
    pub(super) fn differences(&self, next: &NextChannels) -> NamedDifferences {
        let mut differences = NamedDifferences::default();
        for channel in &next.channels {
            let name = channel.name().to_owned();
            match self.channels.iter().find(|now| now.name() == name) {
                None => differences.added.push(name),
                Some(now) if now.fingerprint == channel.fingerprint => {}
                Some(_) => differences.changed.push(Changed { name, keys: Vec::new() }),
            }
        }
        let removed = self.channels.iter().filter(|now| next.channels.iter().all(|channel| channel.name() != now.name()));
        differences.removed = removed.map(|channel| channel.name().to_owned()).collect();
        differences.sorted()
    }

    /// A warning for each channel that is disabled.
    pub(super) fn warnings(&self) -> impl Iterator<Item = String> {
        self.channels.iter().filter_map(|channel| channel.warning.clone())
    }

    /// Uses the other configuration from now on. Returns the number of channels that were added, changed or removed.
    pub(super) fn replace(&mut self, next: NextChannels) -> usize {
        let NamedDifferences { added, changed, removed, .. } = self.differences(&next);
        let NextChannels { routes, channels } = next;
        // Each channel has its dispatcher before a notification is routed to it.
        self.dispatchers.replace(channels.iter().map(|configured| configured.channel.clone()).collect());
        self.routes.replace(routes.into());
        self.channels = channels;
        added.len() + changed.len() + removed.len()
    }
}

impl ConfiguredChannel {
    /// A channel that can be used.
    pub(super) fn new(configured: &NotifyBackend, connected: Arc<dyn notify::Connected>) -> Self {
        let NotifyBackend { backend, route, limits, fingerprint, .. } = configured;
        let (name, kind) = (route.channel.clone(), backend.kind.value.clone());
        let channel = Channel { name, kind, limits: *limits, connected, disabled: None };
        Self { fingerprint: *fingerprint, channel, warning: None }
    }

    fn name(&self) -> &str {
        &self.channel.name
    }
}
