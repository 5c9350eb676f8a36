//! The notification channels.

use super::channel_connection::{connect_backend, routes, with_template};
use super::current_channels::{Configured, CurrentChannels, Replaceable};
use crate::config::{Config, NotifyBackend};
use chrono::{DateTime, FixedOffset};
use engine::alert_sink::AlertSink;
use engine::suppression::Maintenance;
use engine::{Route, Service};
use futures::FutureExt;
use futures::future::BoxFuture;
use model::State;
use notify::dispatcher::{Channel, ChannelHealth, Dispatchers, Outbox, Parts, TestNotifications};
use notify::{ChannelTypes, Connected, Delivery, DeliveryError, dispatcher};
use std::sync::Arc;
use storage::{Notification, Renames, StoreSnapshot};
use system::current::Current;
use system::tasks::Tasks;
use tokio::sync::watch;
use vault::Vault;
use yaml::LocatedError;

/// The channels of the configuration; none when `notify` is off. One whose `type` and `data` cannot be used is disabled, and a warning of
/// the configuration says why. A template that does not suit its channel is an error.
pub(super) fn connect(
    config: &mut Config,
    channel_types: &ChannelTypes,
    vault: Option<&Vault>,
) -> Result<(Vec<Channel>, CurrentChannels), LocatedError> {
    let current_routes = Arc::new(Current::new(routes(config).into()));
    let Config { settings, warnings, .. } = config;
    let (mut channels, mut current) = (Vec::new(), Vec::new());
    for configured in &settings.notify_backends {
        let name = &configured.route.channel;
        let (connected, disabled): (Arc<dyn Connected>, _) = match connect_backend(configured, channel_types, vault) {
            Ok(connected) => {
                (Arc::from(with_template(connected, configured).map_err(|error| error.under("notify_backend"))?), None)
            }
            Err(problem) => {
                let problem = problem.under("notify_backend");
                tracing::error!(channel = name, error = %problem, "Channel disabled: its configuration cannot be used.");
                let warning = format!("The channel {name} is disabled: {problem}.");
                warnings.push(warning.clone());
                let reason = problem.without_folder().to_string();
                (Arc::new(Disabled(reason.clone())), Some((reason, warning)))
            }
        };
        let kind = configured.backend.kind.value.clone();
        let connected = Arc::new(Replaceable::new(connected));
        let (disabled, warning) = disabled.unzip();
        let NotifyBackend { limits, fingerprint, .. } = *configured;
        current.push((
            Configured { name: name.clone(), kind: kind.clone(), limits, disabled: warning, fingerprint },
            Arc::clone(&connected),
        ));
        channels.push(Channel { name: name.clone(), kind, limits, connected, disabled });
    }
    if !settings.notify {
        (channels, current) = (Vec::new(), Vec::new());
    }
    Ok((channels, CurrentChannels { routes: current_routes, channels: current }))
}

/// A channel whose configuration cannot be used, with the reason. Messages wait in the outbox, so that they are sent when Platus is
/// started with a corrected configuration before they are too old.
struct Disabled(String);

impl Connected for Disabled {
    fn deliver<'a>(&'a self, _delivery: &'a Delivery) -> BoxFuture<'a, Result<(), DeliveryError>> {
        async { Err(DeliveryError::later(self.0.clone())) }.boxed()
    }
}

/// Starts the dispatchers. Pending notifications of before stay in the outbox while `notify` is off.
pub(super) fn start(
    config: &Config,
    parts: Parts,
    (current, maintenance): (&CurrentChannels, Arc<Maintenance>),
    loaded: &StoreSnapshot,
    tasks: &mut Tasks,
) -> (Arc<dyn AlertSink>, Vec<watch::Receiver<ChannelHealth>>, TestNotifications) {
    let nothing = StoreSnapshot::default();
    let loaded = if config.settings.notify { loaded } else { &nothing };
    let Dispatchers { outbox, health, test_notifications } = dispatcher::start(parts, loaded, tasks);
    (Arc::new(Channels { routes: Arc::clone(&current.routes), maintenance, outbox }), health, test_notifications)
}

/// The channels with their routes.
struct Channels {
    routes: Arc<Current<[Route]>>,
    maintenance: Arc<Maintenance>,
    outbox: Outbox,
}

impl AlertSink for Channels {
    fn channels(&self, service: &Service, state: State, at: DateTime<FixedOffset>) -> Vec<String> {
        let routes = self.routes.get();
        let wanting = routes.iter().filter(|route| route.matches(service, state, at));
        wanting.map(|route| route.channel.clone()).collect()
    }

    fn is_maintained(&self, service: &Service, at: DateTime<FixedOffset>) -> bool {
        self.maintenance.covers(&service.id, &service.group, at)
    }

    fn queue(&self, messages: Vec<Notification>) {
        self.outbox.add(messages);
    }

    fn rename(&self, renames: &Renames) {
        self.outbox.rename(renames);
    }
}
