//! Warnings about valid settings that are probably mistakes.

use super::findings::Finding;
use super::settings::Settings;
use yaml::{LocatedError, Node};

/// Keys that count checks, with the meaning of 1.
const CHECKS: [(&str, &str); 2] = [
    ("retries_before_notify", "the first failed check is notified"),
    ("successes_before_recovery", "the first good check ends an incident"),
];

/// The warnings about alerting. `config` and `services` are the documents of `config.yaml` and `services.yaml`.
pub(super) fn of_alerting(settings: &Settings, config: &Node, services: &Node) -> Vec<Finding> {
    let mut warnings = Vec::new();
    if settings.notify && settings.notify_backends.is_empty() {
        let text = "`notify` is on, but there is no `notify_backend`, so that nothing is sent. Add one, or set `notify: false`";
        let place = config.get("notify").map_or(&config.location, |notify| &notify.location);
        warnings.push(Finding::warning("no-channel", LocatedError::new(place, text)));
    }
    let services = services.entries().unwrap_or_default().iter().map(|entry| &entry.value);
    for node in [config].into_iter().chain(services) {
        for (key, meaning) in CHECKS {
            if let Some(checks) = node.get(key).filter(|checks| checks.read::<u32>() == Ok(0)) {
                let text = format!("`{key}` is 0, which counts as 1: {meaning}");
                warnings.push(Finding::warning("zero-checks", LocatedError::new(&checks.location, text)));
            }
        }
    }
    warnings
}
