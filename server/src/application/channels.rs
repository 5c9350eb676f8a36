//! The notification channels.

use super::channel_connection::{connect_backend, with_template};
use super::current_channels::{ConfiguredChannel, CurrentChannels};
use crate::config::Config;
use chrono::{DateTime, FixedOffset};
use engine::alert_sink::AlertSink;
use engine::suppression::Maintenance;
use engine::{Route, Service};
use futures::FutureExt;
use futures::future::BoxFuture;
use model::State;
use notify::dispatcher::{Dispatchers, Outbox, Parts};
use notify::{ChannelTypes, Connected, Delivery, DeliveryError};
use std::sync::Arc;
use storage::{Notification, Renames, StoreSnapshot};
use system::current::Current;
use system::tasks::Tasks;
use vault::Vault;
use yaml::LocatedError;

/// The channels of the configuration; none when `notify` is off. One whose `type` and `data` cannot be used is disabled, and a warning of
/// the configuration says why. A template that does not suit its channel is an error.
pub(super) fn connect(
    config: &mut Config,
    channel_types: &ChannelTypes,
    vault: Option<&Vault>,
) -> Result<Vec<ConfiguredChannel>, LocatedError> {
    let Config { settings, warnings, .. } = config;
    let mut channels = Vec::new();
    for configured in &settings.notify_backends {
        let name = &configured.route.channel;
        channels.push(match connect_backend(configured, channel_types, vault) {
            Ok(connected) => {
                let connected = with_template(connected, configured).map_err(|error| error.under("notify_backend"))?;
                ConfiguredChannel::new(configured, Arc::from(connected))
            }
            Err(problem) => {
                let problem = problem.under("notify_backend");
                tracing::error!(channel = name, error = %problem, "Channel disabled: its configuration cannot be used.");
                let warning = format!("The channel {name} is disabled: {problem}.");
                warnings.push(warning.clone());
                let reason = problem.without_folder().to_string();
                let mut disabled = ConfiguredChannel::new(configured, Arc::new(Disabled(reason.clone())));
                (disabled.channel.disabled, disabled.warning) = (Some(reason), Some(warning));
                disabled
            }
        });
    }
    Ok(if settings.notify { channels } else { Vec::new() })
}

/// A channel whose configuration cannot be used, with the reason. Messages wait in the outbox, so that they are sent when the
/// configuration is corrected before they are too old.
struct Disabled(String);

impl Connected for Disabled {
    fn deliver<'a>(&'a self, _delivery: &'a Delivery) -> BoxFuture<'a, Result<(), DeliveryError>> {
        async { Err(DeliveryError::later(self.0.clone())) }.boxed()
    }
}

/// Starts the dispatchers. Pending notifications of before stay in the outbox while `notify` is off.
pub(super) fn start(
    config: &Config,
    channels: Vec<ConfiguredChannel>,
    routes: Arc<Current<[Route]>>,
    parts: Parts,
    loaded: &StoreSnapshot,
    tasks: &Tasks,
) -> CurrentChannels {
    let nothing = StoreSnapshot::default();
    let loaded = if config.settings.notify { loaded } else { &nothing };
    let connected = channels.iter().map(|configured| configured.channel.clone()).collect();
    CurrentChannels { routes, dispatchers: Arc::new(Dispatchers::start(connected, parts, loaded, tasks)), channels }
}

/// Routes notifications to these channels.
pub(super) fn alert_sink(current: &CurrentChannels, maintenance: Arc<Maintenance>) -> Arc<dyn AlertSink> {
    let CurrentChannels { routes, dispatchers, .. } = current;
    Arc::new(Channels { routes: Arc::clone(routes), maintenance, outbox: dispatchers.outbox.clone() })
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
