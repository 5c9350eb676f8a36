//! The names of the variables, for whoever has written another.

use super::sample;
use crate::view::DeliveryView;
use serde_json::Value;
use yaml::suggestion;

/// What to write instead of a name that means nothing where it stands.
pub(super) fn remedy(name: &str) -> String {
    let (of_message, of_alert) = variables();
    let known = |names: &[String]| names.iter().any(|known| known == name);
    if known(&of_alert) {
        return format!("it is one of an alert: write `{{{{#each alerts}}}}{{{{{name}}}}}{{{{/each}}}}`");
    }
    if known(&of_message) {
        return format!("within `{{{{#each alerts}}}}` it is `{{{{../{name}}}}}`");
    }
    let all: Vec<&str> = of_message.iter().chain(&of_alert).map(String::as_str).collect();
    suggestion(name, &all, "variables")
}

/// Those of a message, and those of each of its alerts.
fn variables() -> (Vec<String>, Vec<String>) {
    let [everything, ..] = sample::deliveries();
    let view = serde_json::to_value(DeliveryView::from(&everything)).unwrap_or_default();
    let names = |value: &Value| value.as_object().into_iter().flat_map(|map| map.keys().cloned()).collect::<Vec<_>>();
    let counts = names(&view["counts"]).into_iter().map(|name| format!("counts.{name}"));
    (names(&view).into_iter().chain(counts).collect(), names(&view["alerts"][0]))
}
