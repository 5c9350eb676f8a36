//! How people are told.

use crate::config::{Config, LocatedError, NotifyBackend};
use crate::monitor::Service;
use crate::monitor::audience::Audience;
use crate::notify::dispatcher::{self, Channel, ChannelHealth, Dispatchers, Outbox, Parts};
use crate::notify::holding::Maintenance;
use crate::notify::{Connected, Registry, Route, Templated};
use crate::storage::{Loaded, Message};
use crate::vault::{self, Vault};
use app::model::State;
use chrono::{DateTime, FixedOffset};
use std::sync::Arc;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// What has begun to tell people.
pub(super) struct Notifying {
    pub audience: Arc<dyn Audience>,
    pub dispatchers: JoinSet<()>,
    pub health: Vec<watch::Receiver<ChannelHealth>>,
}

/// The channels of the configuration; none when `notify` is off, but what is wrong with them is told then, too.
pub(super) fn connect(config: &Config, registry: &Registry, vault: Option<&Vault>) -> Result<Vec<Channel>, LocatedError> {
    let settings = &config.settings;
    let mut channels = Vec::new();
    for configured in &settings.notify_backends {
        let connected = connect_one(configured, registry, vault).map_err(|error| error.under("notify_backend"))?;
        channels.push(Channel {
            name: configured.route.channel.clone(),
            kind: configured.backend.kind.value.clone(),
            limits: configured.limits,
            connected: Arc::from(connected),
        });
    }
    Ok(if settings.notify { channels } else { Vec::new() })
}

/// One channel. What of its data is kept in Vault is read when a message is to be delivered.
pub fn connect_one(
    configured: &NotifyBackend,
    registry: &Registry,
    vault: Option<&Vault>,
) -> Result<Box<dyn Connected>, LocatedError> {
    let NotifyBackend { backend, template, route, .. } = configured;
    let connected = match vault {
        Some(vault) if !backend.vault.is_empty() => vault::connect_channel(registry, backend, vault)?,
        _ => registry.connect(backend)?,
    };
    Ok(match template {
        Some(template) => Box::new(Templated::new(connected, &route.channel, template)?),
        None => connected,
    })
}

/// What each channel is notified of; nothing when `notify` is off.
pub(super) fn routes(config: &Config) -> Vec<Route> {
    let settings = &config.settings;
    settings.notify_backends.iter().filter(|_| settings.notify).map(|channel| channel.route.clone()).collect()
}

/// Begins to tell people. What is owed to a channel waits when nobody is to be told now; it is not for ever.
pub(super) fn start(config: &Config, parts: Parts, maintenance: Arc<Maintenance>, loaded: &Loaded) -> Notifying {
    let nothing = Loaded::default();
    let Dispatchers { outbox, health, tasks } = dispatcher::start(parts, if config.settings.notify { loaded } else { &nothing });
    Notifying { audience: Arc::new(Channels { routes: routes(config), maintenance, outbox }), dispatchers: tasks, health }
}

/// The channels, and what each is told of.
struct Channels {
    routes: Vec<Route>,
    maintenance: Arc<Maintenance>,
    outbox: Outbox,
}

impl Audience for Channels {
    fn channels(&self, service: &Service, state: State, at: DateTime<FixedOffset>) -> Vec<String> {
        let wanting = self.routes.iter().filter(|route| route.wants(service, state, at));
        wanting.map(|route| route.channel.clone()).collect()
    }

    fn is_maintained(&self, service: &Service, at: DateTime<FixedOffset>) -> bool {
        self.maintenance.covers(&service.id, &service.group, at)
    }

    fn hand_over(&self, messages: Vec<Message>) {
        self.outbox.add(messages);
    }
}
