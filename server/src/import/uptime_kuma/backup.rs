//! A backup of version 1, in JSON.

use super::record::Record;
use super::tables::{Tables, tag};
use crate::import::input::{self, ImportError};
use serde_json::{Map, Value};
use std::path::Path;

pub(super) fn read(path: &Path) -> Result<Tables, ImportError> {
    let text = input::text(path)?;
    parse(&text).map_err(|problem| {
        ImportError::new(format!("{} is neither a database nor a backup of Uptime Kuma: {problem}", path.display()))
    })
}

/// The error says what is wrong, without a value of the file.
pub(super) fn parse(text: &str) -> Result<Tables, String> {
    let document: Value =
        serde_json::from_str(text).map_err(|error| format!("it is no JSON at line {}, column {}", error.line(), error.column()))?;
    let Some(monitors) = document.get("monitorList").and_then(Value::as_array) else {
        return Err("it has no `monitorList`".to_owned());
    };
    let mut tables = Tables::default();
    for monitor in monitors.iter().filter_map(Value::as_object) {
        let record = Record::new(monitor.clone());
        let id = record.id("id").unwrap_or_default();
        tables.notified.extend(notified(monitor, id));
        tables.tags.insert(id, tags(monitor));
        tables.monitors.push(record);
    }
    tables.notifications = records(&document, "notificationList");
    tables.proxies = records(&document, "proxyList").into_iter().filter_map(|proxy| Some((proxy.id("id")?, proxy))).collect();
    Ok(tables)
}

fn records(document: &Value, key: &str) -> Vec<Record> {
    let entries = document.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    entries.iter().filter_map(Value::as_object).map(|object| Record::new(object.clone())).collect()
}

/// The notifications of a monitor: a map from their ids to true.
fn notified(monitor: &Map<String, Value>, id: i64) -> Vec<(i64, i64)> {
    let Some(Value::Object(notifications)) = monitor.get("notificationIDList") else { return Vec::new() };
    let used = notifications.iter().filter(|(_, is_used)| is_used.as_bool() == Some(true));
    used.filter_map(|(notification, _)| Some((notification.parse().ok()?, id))).collect()
}

fn tags(monitor: &Map<String, Value>) -> Vec<String> {
    let Some(Value::Array(tags)) = monitor.get("tags") else { return Vec::new() };
    tags.iter().filter_map(|entry| Some(tag(entry.get("name")?.as_str()?, entry.get("value").and_then(Value::as_str)))).collect()
}
