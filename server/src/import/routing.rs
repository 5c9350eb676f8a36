//! Which services a channel is notified of.

use super::model::{Imported, Part, Presence};
use super::value::{Map, Value};
use std::collections::HashSet;

/// Restricts a channel to the services that use it. A channel that none uses becomes a comment, since without `only` it would be notified of
/// everything.
pub(super) fn restrict(channel: &mut Part, users: &[String], imported: &Imported, source: &str) {
    let all: Vec<&str> =
        imported.services.iter().filter(|part| part.presence != Presence::Absent).map(|part| part.name.as_str()).collect();
    let users: HashSet<&str> = users.iter().map(String::as_str).collect();
    let users: Vec<&str> = all.iter().copied().filter(|id| users.contains(id)).collect();
    if users.is_empty() {
        channel.presence = if channel.presence == Presence::Absent { Presence::Absent } else { Presence::Commented };
        channel.note(format!("No service of {source} uses this channel."));
    } else if users.len() < all.len() {
        let mut only = Map::new();
        only.set("services", Value::texts(users));
        channel.keys.set("only", Value::Map(only));
    }
}
