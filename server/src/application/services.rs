//! Services with their checks, from the configuration.

use super::{former_ids, vault_check};
use crate::config::{self, Config};
use crate::http::ShownService;
use checks::heartbeats::Heartbeats;
use checks::{Check, CheckConfig, CheckTypes, Host};
use engine::Service;
use model::{ServiceSettings, SettingEntry};
use net::http::Proxies;
use notify::ChannelTypes;
use rayon::prelude::*;
use std::sync::Arc;
use system::foreign_text;
use tokio::runtime::Handle;
use vault::Vault;
use yaml::{LocatedError, Node};

/// The services as the monitor and as the settings page need them, sorted by group, name and id. Services with properties in Vault need
/// `vault`.
pub fn services(
    config: &Config,
    check_types: &CheckTypes,
    heartbeats: &Heartbeats,
    vault: Option<&Vault>,
) -> Vec<(Arc<Service>, ShownService)> {
    let proxies = Proxies::new(&config.proxies);
    // Some checks begin tasks.
    let runtime = Handle::try_current().ok();
    let connect = |service| {
        let _context = runtime.as_ref().map(Handle::enter);
        connect(service, check_types, heartbeats, &proxies, vault)
    };
    let mut services: Vec<_> = config.services.par_iter().with_min_len(config::FEW_SERVICES).map(connect).collect();
    let problems = services.iter_mut().filter_map(|(service, _, problem)| Some((&service.id, problem.take()?)));
    for shared in config::shared_errors(problems) {
        let (id, services) = (shared.first, shared.services);
        let error = shared.described();
        match services {
            1 => tracing::error!(service.id = %id, %error, "A service cannot be checked."),
            _ => tracing::error!(service.id = %id, services, %error, "Services cannot be checked."),
        }
    }
    services.par_sort_by(|(a, ..), (b, ..)| a.rank().cmp(&b.rank()));
    services.into_iter().map(|(service, settings, _)| (service, settings)).collect()
}

/// A service with its check, and why it cannot be checked if it cannot.
pub(super) fn connect(
    configured: &config::Service,
    check_types: &CheckTypes,
    heartbeats: &Heartbeats,
    proxies: &Proxies,
    vault: Option<&Vault>,
) -> (Arc<Service>, ShownService, Option<LocatedError>) {
    let host = Host {
        service: configured.id.clone(),
        former_ids: former_ids::of_service(configured),
        node: configured.node.clone(),
        timeout: configured.timeout,
        interval: Some(configured.interval),
        heartbeats: heartbeats.clone(),
        proxies: proxies.clone(),
    };
    let check = match (&configured.check, vault) {
        (Ok(check), Some(vault)) if !configured.vault.is_empty() => {
            vault_check::connect(check_types, check, &configured.vault, &host, vault).map(Arc::<dyn Check>::from)
        }
        (Ok(check), _) => check_types.connect(check, &host).map(Arc::<dyn Check>::from),
        (Err(problem), _) => Err(problem.clone()),
    };
    let problem = check.as_ref().err().cloned();
    let check = check.map_err(|problem: LocatedError| foreign_text::message(&problem.without_folder().to_string()));
    let entries = |part: fn(&CheckConfig) -> &Node| {
        let is_harmless = |key: &str| check_types.is_harmless(&configured.plugin, key);
        configured.check.as_ref().map(|check| config::service_entries(part(check), is_harmless)).unwrap_or_default()
    };
    let settings = ServiceSettings {
        id: configured.id.clone(),
        group: configured.group.clone(),
        name: configured.name.clone(),
        plugin: configured.plugin.clone(),
        roles: configured.roles.iter().map(str::to_owned).collect(),
        tags: configured.tags.clone(),
        interval: configured.interval.as_secs_f64(),
        timeout: configured.timeout.as_secs_f64(),
        properties: entries(|check| &check.properties).into_iter().chain(config::kept_in_vault(&configured.vault)).collect(),
        data: entries(|check| &check.data),
        problem: check.as_ref().err().cloned(),
    };
    let service = Service {
        id: configured.id.clone(),
        group: configured.group.clone(),
        name: configured.name.clone(),
        node: configured.node.clone(),
        roles: configured.roles.clone(),
        interval: configured.interval,
        timeout: configured.timeout,
        retry_interval: configured.alerting.retry_interval,
        policy: configured.alerting.policy,
        depends_on: configured.depends_on.iter().map(|on| on.value.clone()).collect(),
        check,
    };
    (Arc::new(service), (configured.roles.clone(), Arc::new(settings)), problem)
}

/// What the settings page shows of `config.yaml`, without secrets. Of a configuration whose secrets in Vault are not filled in.
pub(super) fn general_entries(config: &Config) -> Vec<SettingEntry> {
    let channel_types = ChannelTypes::built_in();
    config::general_entries(config, |channel, key| channel_types.is_harmless(channel, key))
}
