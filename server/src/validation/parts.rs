//! The errors that only the parts find: check types, channels, the store, Vault and the keys. Nothing is connected.

use crate::application;
use crate::config::{self, Backend, Config, Effect, Finding, NotifyBackend, Reading, Service, SharedError, Tls};
use crate::http::{self, CertificateFiles};
use checks::heartbeats::Heartbeats;
use checks::{CheckConfig, CheckTypes, Completeness, Host};
use net::http::Proxies;
use notify::ChannelTypes;
use std::path::Path;
use vault::settings::with_values;
use yaml::{LocatedError, Location, Node, Secret};

/// The errors of all parts.
pub(super) fn of(reading: &Reading) -> Vec<Finding> {
    let config = &reading.config;
    let mut findings = Vec::new();
    let of_services = of_services(config).into_iter();
    let errors = of_services.flat_map(|(service, errors)| errors.into_iter().map(move |error| (&service.id, error)));
    let shared = config::shared_errors(errors).into_iter().map(SharedError::described);
    findings.extend(shared.map(|error| Finding::invalid(error, Effect::NoCheck)));
    let channel_types = ChannelTypes::built_in();
    for channel in &config.settings.notify_backends {
        findings.extend(of_channel(channel, &channel_types));
    }
    let fatal = |error: LocatedError| Finding::invalid(error, Effect::NoStart);
    if config.settings.persistent_data {
        let folder = config.file.parent().unwrap_or(Path::new(""));
        findings.extend(config.settings.persistent_data_backend.iter().filter_map(|backend| of_store(backend, folder)).map(fatal));
    }
    findings.extend(application::connect_vault(config).err().map(fatal));
    findings.extend(config.settings.tls.as_ref().and_then(of_certificate).map(fatal));
    if config.keys_file.exists() {
        findings.extend(of_keys(&config.keys_file));
    }
    findings
}

/// The services that have errors, with all of them: those of the file, and those that only their check types find.
pub(crate) fn of_services(config: &Config) -> Vec<(&Service, Vec<LocatedError>)> {
    let (check_types, heartbeats) = (CheckTypes::built_in(), Heartbeats::default());
    let proxies = Proxies::new(&config.proxies);
    // A token can belong to one service, so that the checks of jobs stay as they do in a running Platus.
    let mut jobs = Vec::new();
    let mut found = Vec::new();
    for service in &config.services {
        let host = host(service, &heartbeats, &proxies);
        let errors = of_service(service, &check_types, &host);
        if !errors.is_empty() {
            found.push((service, errors));
        }
        if service.plugin == "heartbeat" && service.vault.is_empty() {
            jobs.extend(service.check.as_ref().ok().and_then(|check| check_types.connect(check, &host).ok()));
        }
    }
    found
}

/// The errors of a file of API keys. No key works while there is one.
pub(super) fn of_keys(path: &Path) -> Vec<Finding> {
    let errors = config::read_keys(path).err().unwrap_or_default();
    errors.into_iter().map(|error| Finding::invalid(error, Effect::NoLogin)).collect()
}

fn host(service: &Service, heartbeats: &Heartbeats, proxies: &Proxies) -> Host {
    Host {
        service: service.id.clone(),
        former_ids: Vec::new(),
        node: service.node.clone(),
        timeout: service.timeout,
        interval: Some(service.interval),
        heartbeats: heartbeats.clone(),
        proxies: proxies.clone(),
    }
}

fn of_service(service: &Service, check_types: &CheckTypes, host: &Host) -> Vec<LocatedError> {
    let own: Vec<LocatedError> = service.errors().cloned().collect();
    let check = service.check.as_ref().ok().or(service.unusable.as_deref());
    let of_check = check.map(|check| of_check(check, service, host, check_types, own.is_empty())).unwrap_or_default();
    // Where a value could not be filled in, what is wrong with it follows only from that.
    let is_known = |error: &LocatedError| own.iter().any(|known| known.location() == error.location());
    let others: Vec<_> = of_check.into_iter().filter(|error| !is_known(error)).collect();
    own.into_iter().chain(others).collect()
}

fn of_check(check: &CheckConfig, service: &Service, host: &Host, check_types: &CheckTypes, is_sound: bool) -> Vec<LocatedError> {
    let properties = with_stand_ins(&check.properties, &service.vault);
    let is_complete = is_sound && service.vault.is_empty();
    let completeness = if is_complete { Completeness::Complete } else { Completeness::Partial };
    let errors = check_types.errors(&CheckConfig { properties, ..check.clone() }, host, completeness);
    errors.into_iter().filter(|error| !is_stand_in(error, &service.vault)).collect()
}

fn of_channel(channel: &NotifyBackend, channel_types: &ChannelTypes) -> Vec<Finding> {
    let disabled = |error: LocatedError| Finding::invalid(error.under("notify_backend"), Effect::NoChannel);
    let NotifyBackend { backend, problem, .. } = channel;
    if let Some(problem) = problem {
        return vec![disabled(problem.clone())];
    }
    let mut config = backend.channel();
    config.data = with_stand_ins(&config.data, &backend.vault);
    let errors: Vec<_> = channel_types.errors(&config).into_iter().filter(|error| !is_stand_in(error, &backend.vault)).collect();
    if !errors.is_empty() {
        return errors.into_iter().map(disabled).collect();
    }
    // Whether the values fit together is known only with those in Vault.
    let connected = match backend.vault.is_empty() {
        true => application::connect_channel(channel, channel_types, None).map(drop),
        false => channel_types.connector(&backend.kind).map(drop),
    };
    connected.err().map(disabled).into_iter().collect()
}

fn of_store(backend: &Backend, folder: &Path) -> Option<LocatedError> {
    let data = with_stand_ins(&backend.data, &backend.vault);
    let error = application::check_store(&Backend { data, ..backend.clone() }, folder).err()?;
    (!is_stand_in(&error, &backend.vault)).then_some(error)
}

fn of_certificate(tls: &Tls) -> Option<LocatedError> {
    let files = CertificateFiles { cert: tls.cert.clone(), key: tls.key.clone() };
    let problem = http::check_certificate(&files).err()?;
    Some(LocatedError::new(&tls.location, problem).under("tls"))
}

/// The map with a value in the place of each that is kept in Vault.
fn with_stand_ins(node: &Node, kept: &[vault::VaultProperty]) -> Node {
    let stand_in = Secret::new("1");
    with_values(node, kept.iter().map(|property| (property, &stand_in)))
}

fn is_stand_in(error: &LocatedError, kept: &[vault::VaultProperty]) -> bool {
    let is_at = |location: &Location| kept.iter().any(|kept| kept.property.location == *location);
    error.location().is_some_and(is_at)
}
