//! Users and roles.

use super::naming::{named, place_of};
use crate::auth::{ADMIN, OPERATOR};
use crate::config::{self, Finding, Reading};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use yaml::{LocatedError, Node};

/// Roles with a meaning of their own.
const OWN: [&str; 2] = [ADMIN, OPERATOR];

/// The findings about users and roles. The roles are compared only when both files were read.
pub(super) fn of(reading: &Reading) -> Vec<Finding> {
    let mut findings = plain_passwords(reading);
    let users = reading.documents.users.entries().unwrap_or_default();
    if users.is_empty() || reading.documents.services.entries().is_none_or(<[_]>::is_empty) {
        return findings;
    }
    findings.extend(roles_without_users(reading));
    findings.extend(roles_without_services(reading));
    findings
}

fn plain_passwords(reading: &Reading) -> Vec<Finding> {
    let plain: BTreeSet<&str> =
        reading.config.users.iter().filter(|user| user.has_plain_password()).map(|user| user.name.as_str()).collect();
    let command = config::command(&reading.config.file, "users hash --in-place");
    let entries = reading.documents.users.entries().unwrap_or_default().iter();
    let finding = |entry: &yaml::Entry| {
        let place = entry.value.get("password").map_or(&entry.key.location, |password| &password.location);
        let text = format!("the password stands in the file as it is; `{command}` puts a hash in its place");
        Finding::warning("plain-password", LocatedError::new(place, text).under("password").under(&entry.key.value))
    };
    entries.filter(|entry| plain.contains(entry.key.value.as_str())).map(finding).collect()
}

/// Roles of services that no user has.
fn roles_without_users(reading: &Reading) -> Vec<Finding> {
    let of_users: BTreeSet<&str> = reading.config.users.iter().flat_map(|user| user.roles.iter()).collect();
    // The services stand in the order of the file.
    let entries = reading.documents.services.entries().unwrap_or_default();
    let mut missing: BTreeMap<&str, (&Node, Vec<&str>)> = BTreeMap::new();
    for (service, entry) in reading.config.services.iter().zip(entries) {
        let Some(node) = entry.value.get("role") else { continue };
        for role in service.roles.iter().filter(|role| !of_users.contains(role) && !OWN.contains(role)) {
            missing.entry(role).or_insert_with(|| (node, Vec::new())).1.push(service.id.as_str());
        }
    }
    let finding = |(role, (node, ids)): (&str, (&Node, Vec<&str>))| {
        let text = format!("no user has the role `{role}` of {}; give it to a user, or name another role", named(ids.into_iter()));
        Finding::warning("role-without-user", LocatedError::new(place_of(node, role), text))
    };
    missing.into_iter().map(finding).collect()
}

/// Roles of users that no service has.
fn roles_without_services(reading: &Reading) -> Vec<Finding> {
    let of_services: BTreeSet<&str> = reading.config.services.iter().flat_map(|service| service.roles.iter()).collect();
    let entries = reading.documents.users.entries().unwrap_or_default();
    let nodes: HashMap<&str, &Node> =
        entries.iter().filter_map(|entry| Some((entry.key.value.as_str(), entry.value.get("role")?))).collect();
    let mut missing: BTreeMap<&str, (&Node, Vec<&str>)> = BTreeMap::new();
    for user in &reading.config.users {
        let node = nodes.get(user.name.as_str()).copied();
        for role in user.roles.iter().filter(|role| !of_services.contains(role) && !OWN.contains(role)) {
            if let Some(node) = node {
                missing.entry(role).or_insert_with(|| (node, Vec::new())).1.push(user.name.as_str());
            }
        }
    }
    let finding = |(role, (node, names)): (&str, (&Node, Vec<&str>))| {
        let text = format!("no service has the role `{role}` of {}; give it to a service, or remove it", named(names.into_iter()));
        Finding::warning("role-without-service", LocatedError::new(place_of(node, role), text))
    };
    missing.into_iter().map(finding).collect()
}
