//! What is allowed, and most likely not what the operator wants. Whole sentences, each with its place.

use super::settings::Settings;
use yaml::Node;

/// Keys that count checks, of which there is always one, and what 1 means.
const CHECKS: [(&str, &str); 2] = [
    ("retries_before_notify", "the first failed check is notified"),
    ("successes_before_recovery", "the first good check ends an incident"),
];

/// The warnings about alerting. `config` and `services` are the documents of `config.yaml` and `services.yaml`.
pub(super) fn of_alerting(settings: &Settings, config: &Node, services: &Node) -> Vec<String> {
    let mut warnings = Vec::new();
    if settings.notify && settings.notify_backends.is_empty() {
        let place = config.get("notify").map(|notify| format!("{}: ", notify.location)).unwrap_or_default();
        warnings.push(format!(
            "{place}`notify` is on, but there is no `notify_backend`, so that nothing is sent. Add one, or set `notify: false`."
        ));
    }
    let services = services.entries().unwrap_or_default().iter().map(|entry| &entry.value);
    for node in [config].into_iter().chain(services) {
        for (key, meaning) in CHECKS {
            if let Some(checks) = node.get(key).filter(|checks| checks.read::<u32>() == Ok(0)) {
                warnings.push(format!("{}: `{key}` is 0, which counts as 1: {meaning}.", checks.location));
            }
        }
    }
    warnings
}
