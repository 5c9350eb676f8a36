//! Channels and maintenance windows without services.

use crate::config::{Finding, Reading, Service};
use engine::suppression::Scope;
use engine::{Pattern, Route};
use model::Roles;
use yaml::{LocatedError, Location, Node, Value};

/// The findings about channels and maintenance windows. Whether services match is looked at only when there are services.
pub(super) fn of(reading: &Reading) -> Vec<Finding> {
    let settings = &reading.config.settings;
    let services = &reading.config.services;
    let mut findings = Vec::new();
    let channels: Vec<_> = settings.notify_backends.iter().filter(|channel| channel.problem.is_none()).collect();
    if let Some(first) = channels.first().filter(|_| !settings.notify) {
        let text = "`notify` is off, so that no channel gets anything; set `notify: true`, or remove `notify_backend`";
        findings.push(Finding::warning("notify-off", LocatedError::new(&first.backend.kind.location, text)));
    }
    if services.is_empty() {
        return findings;
    }
    for channel in channels {
        if !services.iter().any(|service| is_routed(&channel.route, service)) {
            let text = format!(
                "`only` of the channel `{}` matches no service, so that it gets nothing; correct it",
                channel.route.channel
            );
            findings.push(Finding::warning("channel-without-service", LocatedError::new(&channel.backend.kind.location, text)));
        }
    }
    for (window, place) in settings.maintenance.iter().zip(places(reading.documents.config.get("maintenance"))) {
        if !services.iter().any(|service| is_in_scope(&window.scope, service)) {
            let text = "the maintenance window matches no service; correct `services` or `types`";
            findings.push(Finding::warning("maintenance-without-service", LocatedError::new(place, text).under("maintenance")));
        }
    }
    findings
}

/// The places of the entries of a list, or of the one value.
fn places(node: Option<&Node>) -> Vec<&Location> {
    match node.map(|node| (&node.value, node)) {
        Some((Value::List(nodes), _)) => nodes.iter().map(|node| &node.location).collect(),
        Some((_, node)) => vec![&node.location],
        None => Vec::new(),
    }
}

/// Whether the channel can get a notification about this service, at any time and in any state.
fn is_routed(route: &Route, service: &Service) -> bool {
    let has_role = |roles: &Roles| roles.iter().any(|role| service.roles.contains(role));
    route.roles.as_ref().is_none_or(has_role) && is_one_of(route.services.as_deref(), route.types.as_deref(), service)
}

fn is_in_scope(scope: &Scope, service: &Service) -> bool {
    is_one_of(scope.services.as_deref(), scope.types.as_deref(), service)
}

fn is_one_of(patterns: Option<&[Pattern]>, types: Option<&[String]>, service: &Service) -> bool {
    patterns.is_none_or(|patterns| patterns.iter().any(|pattern| pattern.matches(service.id.as_str())))
        && types.is_none_or(|types| types.contains(&service.group))
}
