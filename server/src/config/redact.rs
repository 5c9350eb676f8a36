//! The configuration as the settings page shows it. A value is withheld unless its key is known to be harmless, so that a new or misspelt
//! key does not leak a secret.

use super::Config;
use super::backend::Backend;
use super::masked_url::{WITHHELD, masked_url, without_credentials};
use super::notify::NotifyBackend;
use model::SettingEntry;
use std::time::Duration;
use vault::{VaultBackend, VaultLogin, VaultProperty};
use yaml::{Entry, Node, Reading, Value};

/// A key of every kind of service whose value is shown with what could be a key in it masked, although its type is that of a secret.
pub(crate) const MASKED: &str = "url";

/// A key of every kind of service that is no secret by its type, but is half of a login.
const USER: &str = "username";

/// The keys of stores whose values the settings page shows.
const HARMLESS_OF_STORES: [&str; 9] = ["database", "db", "host", "path", "port", "prefix", "protocol", "tls", "unix_socket_path"];

/// Parts of a key that make its value secret even within a harmless value.
const SECRET_WORDS: [&str; 9] = ["auth", "cert", "cookie", "credential", "key", "pass", "pwd", "secret", "token"];

/// The keys of a service's `properties` or `data`, in the order of the file. A map is listed key by key, as `request_headers.Accept`.
/// `is_harmless` says of a key whether its value holds no secret.
pub fn service_entries(node: &Node, is_harmless: impl Fn(&str) -> bool) -> Vec<SettingEntry> {
    entries(node, |key| key == MASKED || (key != USER && is_harmless(key)))
}

/// The global settings, in the order in which to show them. `is_harmless` says of a channel and a key whether its value holds no secret.
pub fn general_entries(config: &Config, is_harmless: impl Fn(&str, &str) -> bool) -> Vec<SettingEntry> {
    let settings = &config.settings;
    let mut entries: Vec<_> = settings.listen.map(|address| shown("listen", address.to_string())).into_iter().collect();
    let tls = settings.tls.iter();
    entries.extend(
        tls.flat_map(|tls| [shown("tls.cert", tls.cert.display().to_string()), shown("tls.key", tls.key.display().to_string())]),
    );
    if !settings.trusted_proxies.is_empty() {
        entries.push(shown("trusted_proxies", joined(&settings.trusted_proxies)));
    }
    entries.extend([
        shown("services", config.service_files.to_string()),
        shown("users", config.user_files.to_string()),
        shown("log_level", settings.log_level.as_str()),
        shown("check_interval", seconds(settings.check_interval)),
        shown("retries_before_notify", settings.alerting.policy.retries_before_notify.to_string()),
        shown("persistent_data", yes_or_no(settings.persistent_data)),
    ]);
    entries.extend(
        settings
            .persistent_data_backend
            .iter()
            .flat_map(|backend| backend_entries("persistent_data_backend", backend, |key| HARMLESS_OF_STORES.contains(&key))),
    );
    if settings.persistent_data {
        entries.push(shown("connect_timeout", seconds(settings.connect_timeout)));
        entries.push(shown("start_without_store", yes_or_no(settings.may_start_without_store())));
    }
    entries.push(shown("notify", yes_or_no(settings.notify)));
    entries.extend(settings.notify_backends.iter().flat_map(|channel| {
        let is_harmless = |key: &str| key != USER && is_harmless(&channel.backend.kind.value, key);
        channel_entries(channel, settings.notify_backends.len(), is_harmless)
    }));
    if !settings.connectivity.is_empty() {
        let landmarks: Vec<_> = settings.connectivity.iter().map(|landmark| &landmark.value).collect();
        entries.push(shown("connectivity", joined(&landmarks)));
    }
    entries.push(shown("vault", yes_or_no(settings.vault)));
    entries.extend(settings.vault_backend.iter().flat_map(vault_entries));
    entries
}

fn backend_entries(key: &str, backend: &Backend, is_harmless: impl Fn(&str) -> bool) -> Vec<SettingEntry> {
    let data = entries(&backend.data, is_harmless).into_iter().chain(kept_in_vault(&backend.vault));
    let data = data.map(|entry| SettingEntry { key: format!("{key}.{}", entry.key), ..entry });
    [shown(format!("{key}.type"), backend.kind.value.clone())].into_iter().chain(data).collect()
}

/// If there are several channels, the keys of each begin with its name.
fn channel_entries(channel: &NotifyBackend, channels: usize, is_harmless: impl Fn(&str) -> bool) -> Vec<SettingEntry> {
    let name = &channel.route.channel;
    let key = if channels > 1 { format!("notify_backend.{name}") } else { "notify_backend".to_owned() };
    backend_entries(&key, &channel.backend, is_harmless)
}

fn vault_entries(vault: &VaultBackend) -> Vec<SettingEntry> {
    let mut entries = vec![
        shown("vault_backend.host", without_credentials(&vault.host)),
        shown("vault_backend.port", vault.port.to_string()),
        shown("vault_backend.protocol", vault.protocol.clone()),
        shown("vault_backend.path", vault.path.clone()),
    ];
    entries.extend(vault.namespace.iter().map(|namespace| shown("vault_backend.namespace", namespace.clone())));
    entries.extend([
        shown("vault_backend.verify", yes_or_no(vault.verify)),
        shown("vault_backend.cache_ttl", seconds(vault.cache_ttl)),
        shown("vault_backend.timeout", seconds(vault.timeout)),
    ]);
    let method = match vault.login {
        VaultLogin::Token(_) => "token",
        VaultLogin::AppRole { .. } => "approle",
        VaultLogin::Userpass { .. } => "userpass",
        VaultLogin::Kubernetes { .. } => "kubernetes",
    };
    entries.push(shown("vault_backend.auth.method", method));
    entries
}

/// The properties that are kept in Vault, without their place there.
pub fn kept_in_vault(properties: &[VaultProperty]) -> Vec<SettingEntry> {
    let entry =
        |kept: &VaultProperty| SettingEntry { key: kept.property.value.clone(), value: "(in Vault)".to_owned(), redacted: true };
    properties.iter().map(entry).collect()
}

fn entries(node: &Node, is_harmless: impl Fn(&str) -> bool) -> Vec<SettingEntry> {
    let entries = node.entries().unwrap_or_default().iter();
    entries.flat_map(|entry| entry_of(entry, is_harmless(&entry.key.value))).collect()
}

fn entry_of(Entry { key, value }: &Entry, is_harmless: bool) -> Vec<SettingEntry> {
    let name = key.value.as_str();
    match &value.value {
        Value::Map(inner) if !inner.is_empty() => inner
            .iter()
            .map(|entry| {
                let path = format!("{name}.{}", entry.key.value);
                if is_harmless && !is_secret_word(&entry.key.value) { shown(path, text(&entry.value)) } else { withheld(path) }
            })
            .collect(),
        _ if !is_harmless => vec![withheld(name)],
        Value::Scalar(_) if name == MASKED => vec![shown(name, masked_url(&text(value)))],
        _ => vec![shown(name, without_credentials(&text(value)))],
    }
}

/// A value on one line, in the notation of YAML. Secrets within it are masked.
fn text(node: &Node) -> String {
    match &node.value {
        Value::Scalar(scalar) => match scalar.reading {
            Reading::Bool(value) => yes_or_no(value).to_owned(),
            // A certificate, for example, is too long to show.
            _ if scalar.text.trim_end().contains('\n') => format!("({} lines)", scalar.text.trim_end().lines().count()),
            _ => scalar.text.clone(),
        },
        Value::List(nodes) => nodes.iter().map(text).collect::<Vec<_>>().join(", "),
        Value::Map(entries) => {
            let pairs = entries.iter().map(|Entry { key, value }| {
                let value = if is_secret_word(&key.value) { WITHHELD.to_owned() } else { text(value) };
                format!("{}: {value}", key.value)
            });
            format!("{{{}}}", pairs.collect::<Vec<_>>().join(", "))
        }
    }
}

/// Whether a key sounds as if its value were a secret.
pub(crate) fn is_secret_word(key: &str) -> bool {
    let key = key.to_lowercase();
    SECRET_WORDS.iter().any(|word| key.contains(word))
}

fn shown(key: impl Into<String>, value: impl Into<String>) -> SettingEntry {
    SettingEntry { key: key.into(), value: value.into(), redacted: false }
}

fn withheld(key: impl Into<String>) -> SettingEntry {
    SettingEntry { key: key.into(), value: WITHHELD.to_owned(), redacted: true }
}

fn joined(values: &[impl ToString]) -> String {
    values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

const fn yes_or_no(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}

fn seconds(duration: Duration) -> String {
    format!("{} s", duration.as_secs_f64())
}
