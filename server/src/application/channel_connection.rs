//! How the configuration of a channel becomes a channel.

use super::vault_channel;
use crate::config::{Config, NotifyBackend};
use engine::Route;
use notify::{ChannelTypes, Connected, Templated};
use vault::Vault;
use yaml::LocatedError;

/// One channel. What of its data is kept in Vault is read when a message is to be delivered.
pub fn connect_one(
    configured: &NotifyBackend,
    channel_types: &ChannelTypes,
    vault: Option<&Vault>,
) -> Result<Box<dyn Connected>, LocatedError> {
    with_template(connect_backend(configured, channel_types, vault)?, configured)
}

pub(super) fn connect_backend(
    configured: &NotifyBackend,
    channel_types: &ChannelTypes,
    vault: Option<&Vault>,
) -> Result<Box<dyn Connected>, LocatedError> {
    let NotifyBackend { backend, problem, .. } = configured;
    match (problem, vault) {
        (Some(problem), _) => Err(problem.clone()),
        (None, Some(vault)) if !backend.vault.is_empty() => vault_channel::connect(channel_types, backend, vault),
        (None, _) => channel_types.connect(&backend.channel()),
    }
}

pub(super) fn with_template(connected: Box<dyn Connected>, configured: &NotifyBackend) -> Result<Box<dyn Connected>, LocatedError> {
    Ok(match &configured.template {
        Some(template) => Box::new(Templated::new(connected, &configured.route.channel, template)?),
        None => connected,
    })
}

/// The route of each channel. Empty if `notify` is off.
pub(super) fn routes(config: &Config) -> Vec<Route> {
    let settings = &config.settings;
    settings.notify_backends.iter().filter(|_| settings.notify).map(|channel| channel.route.clone()).collect()
}
