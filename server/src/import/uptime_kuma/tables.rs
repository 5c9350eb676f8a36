//! What is read of a database or a backup.

use super::record::Record;
use std::collections::HashMap;

/// The rows of each table.
#[derive(Default)]
pub(super) struct Tables {
    pub monitors: Vec<Record>,
    pub notifications: Vec<Record>,
    pub proxies: HashMap<i64, Record>,
    pub maintenances: Vec<Record>,
    pub users: Vec<Record>,
    pub status_pages: Vec<Record>,
    /// Tags by the id of the monitor.
    pub tags: HashMap<i64, Vec<String>>,
    /// Ids of notifications and of monitors.
    pub notified: Vec<(i64, i64)>,
    /// Ids of maintenances and of monitors.
    pub maintained: Vec<(i64, i64)>,
    /// The time zone of the server.
    pub zone: Option<String>,
}

/// A tag with its value.
pub(super) fn tag(name: &str, value: Option<&str>) -> String {
    match value.map(str::trim).filter(|value| !value.is_empty()) {
        Some(value) => format!("{}: {value}", name.trim()),
        None => name.trim().to_owned(),
    }
}
