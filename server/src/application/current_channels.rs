//! The channels as they are configured now. A reload replaces how a channel is reached, what it is notified of, and its text.

use super::channel_connection::{connect_one, routes};
use crate::config::{Config, Fingerprint, NotifyBackend};
use engine::Route;
use futures::FutureExt;
use futures::future::BoxFuture;
use notify::dispatcher::Limits;
use notify::{ChannelTypes, Connected, Delivery, DeliveryError};
use std::sync::Arc;
use system::current::Current;
use vault::Vault;
use yaml::LocatedError;

/// A channel whose configuration can be replaced while its dispatcher uses it.
pub(super) struct Replaceable(Current<dyn Connected>);

impl Replaceable {
    pub(super) fn new(channel: Arc<dyn Connected>) -> Self {
        Self(Current::new(channel))
    }
}

impl Connected for Replaceable {
    fn deliver<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Result<(), DeliveryError>> {
        let channel = self.0.get();
        async move { channel.deliver(delivery).await }.boxed()
    }

    fn test_connection(&self) -> BoxFuture<'_, Result<(), DeliveryError>> {
        let channel = self.0.get();
        async move { channel.test_connection().await }.boxed()
    }

    fn shows_text(&self) -> bool {
        self.0.get().shows_text()
    }
}

/// The configuration of the channels that is in use.
pub(super) struct CurrentChannels {
    /// Replaced together with the channels.
    pub(super) routes: Arc<Current<[Route]>>,
    pub(super) channels: Vec<(Configured, Arc<Replaceable>)>,
}

/// What of a channel says whether it has changed.
#[derive(PartialEq)]
pub(super) struct Configured {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) limits: Limits,
    /// Why it is disabled, as a warning of the configuration; absent if it works.
    pub(super) disabled: Option<String>,
    pub(super) fingerprint: Fingerprint,
}

/// The channels of another configuration, ready to be used.
pub(super) struct NextChannels {
    routes: Vec<Route>,
    /// In the order of the channels; nothing for one that has not changed.
    connected: Vec<Option<(Fingerprint, Arc<dyn Connected>)>>,
}

/// Why channels cannot be used.
pub(super) struct Unusable {
    pub(super) error: Box<LocatedError>,
    /// Whether they could be after a restart.
    pub(super) needs_restart: bool,
}

impl CurrentChannels {
    /// The routes, now and later.
    pub(super) fn routes(&self) -> Arc<Current<[Route]>> {
        Arc::clone(&self.routes)
    }

    /// Connects the channels of another configuration. Fails if one cannot be used, or if they differ in what cannot change while Platus
    /// runs: which channels there are, in which order, of which types and with which limits.
    pub(super) fn prepare(
        &self,
        config: &Config,
        channel_types: &ChannelTypes,
        vault: Option<&Vault>,
    ) -> Result<NextChannels, Unusable> {
        let settings = &config.settings;
        let backends: Vec<_> = settings.notify_backends.iter().filter(|_| settings.notify).collect();
        let fixed = |message: &str| {
            let place = backends.first().map(|backend| backend.backend.kind.location.clone());
            let error = LocatedError::without_place(format!(
                "{message} cannot change while Platus runs; restart Platus, or undo the change"
            ));
            let error = match place {
                Some(place) => error.at(&place),
                None => error,
            };
            Err(Unusable { error: Box::new(error), needs_restart: true })
        };
        if backends.len() != self.channels.len() {
            return fixed("`notify_backend`: the number of channels");
        }
        let mut connected = Vec::new();
        for (next, (now, _)) in backends.iter().zip(&self.channels) {
            let NotifyBackend { backend, route, limits, fingerprint, .. } = next;
            let has_changed = *fingerprint != now.fingerprint;
            let is_same = (&route.channel, &backend.kind.value, limits) == (&now.name, &now.kind, &now.limits);
            if !is_same || (has_changed && now.disabled.is_some()) {
                return fixed(&format!("`notify_backend`: name, type, order, limits and usability of the channel `{}`", now.name));
            }
            connected.push(match has_changed {
                false => None,
                true => {
                    let channel = connect_one(next, channel_types, vault)
                        .map_err(|error| Unusable { error: Box::new(error.under("notify_backend")), needs_restart: false })?;
                    Some((*fingerprint, Arc::from(channel)))
                }
            });
        }
        Ok(NextChannels { routes: routes(config), connected })
    }

    /// The names of the channels that would change.
    pub(super) fn changed(&self, next: &NextChannels) -> Vec<String> {
        let channels = self.channels.iter().zip(&next.connected).filter(|(_, next)| next.is_some());
        channels.map(|((configured, _), _)| configured.name.clone()).collect()
    }

    /// A warning for each channel that is disabled.
    pub(super) fn warnings(&self) -> impl Iterator<Item = String> {
        self.channels.iter().filter_map(|(configured, _)| configured.disabled.clone())
    }

    /// Uses the other configuration from now on. Returns the number of channels that have changed.
    pub(super) fn replace(&mut self, next: NextChannels) -> usize {
        let NextChannels { routes, connected } = next;
        self.routes.replace(routes.into());
        let mut changed = 0;
        for ((configured, channel), next) in self.channels.iter_mut().zip(connected) {
            if let Some((fingerprint, connected)) = next {
                configured.fingerprint = fingerprint;
                channel.0.replace(connected);
                changed += 1;
            }
        }
        changed
    }
}
