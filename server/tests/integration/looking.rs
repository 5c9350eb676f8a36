//! Checks as the house runs them: a service as it stands in `services.yaml`, looked at once.

use checks::CheckConfig;
use checks::{Check, CheckTypes, Host};
use model::Observation;
use model::State;
use serde_json::Value;
use std::time::Duration;
use yaml::{Located, Location, Node};

/// A service of this plugin with these properties and data. Its timeout is 10 s unless the properties give one.
#[track_caller]
pub(crate) fn service(plugin: &str, properties: &Value, data: &Value) -> Box<dyn Check> {
    connect(plugin, properties, data).unwrap_or_else(|error| panic!("{error}"))
}

/// The same for a service that is checked at this interval.
#[track_caller]
pub(crate) fn service_every(interval: Duration, plugin: &str, properties: &Value, data: &Value) -> Box<dyn Check> {
    connect_with(Some(interval), plugin, properties, data).unwrap_or_else(|error| panic!("{error}"))
}

/// The same for a service that may be wrong; the error is what its row says.
pub(crate) fn connect(plugin: &str, properties: &Value, data: &Value) -> Result<Box<dyn Check>, String> {
    connect_with(None, plugin, properties, data)
}

fn connect_with(interval: Option<Duration>, plugin: &str, properties: &Value, data: &Value) -> Result<Box<dyn Check>, String> {
    // JSON is YAML, too.
    let node = |value: &Value| -> Node { yaml::parse("services.yaml", &value.to_string()).unwrap() };
    let timeout = properties.get("timeout").and_then(Value::as_f64).unwrap_or(10.0);
    let first_host = properties["host"].as_str().or_else(|| properties["host"][0].as_str());
    let mut host = Host::new("service", first_host.unwrap_or("n/a"), Duration::from_secs_f64(timeout));
    host.interval = interval;
    let location = Location { file: "services.yaml".into(), line: 1, column: 1 };
    let plugin = Located { value: plugin.to_owned(), location };
    let check = CheckConfig { plugin, properties: node(properties), data: node(data) };
    CheckTypes::built_in().connect(&check, &host).map_err(|error| error.to_string())
}

/// Looks once. The error is its text.
pub(crate) async fn look(plugin: &str, properties: &Value, data: &Value) -> Result<Vec<Observation>, String> {
    service(plugin, properties, data).check().await.map_err(|error| error.message)
}

/// Looks once at a service that has one node.
pub(crate) async fn look_at_one(plugin: &str, properties: &Value, data: &Value) -> Result<Observation, String> {
    one(look(plugin, properties, data).await)
}

/// The only observation.
#[track_caller]
pub(crate) fn one(seen: Result<Vec<Observation>, String>) -> Result<Observation, String> {
    let mut observations = seen?;
    assert_eq!(observations.len(), 1, "{observations:?}");
    Ok(observations.remove(0))
}

#[track_caller]
pub(crate) fn assert_operational(seen: Result<Observation, String>) {
    let seen = seen.unwrap_or_else(|error| panic!("unknown: {error}"));
    assert_eq!((seen.state, seen.message.as_deref()), (State::Operational, None));
    assert!(seen.elapsed.is_some());
}

#[track_caller]
pub(crate) fn assert_seen(seen: Result<Observation, String>, state: State, message: &str) {
    let seen = seen.unwrap_or_else(|error| panic!("unknown: {error}"));
    assert_eq!((seen.state, seen.message.as_deref()), (state, Some(message)));
    assert!(seen.elapsed.is_some());
}

#[track_caller]
pub(crate) fn assert_unknown(seen: Result<Observation, String>, message: &str) {
    assert_eq!(seen.unwrap_err(), message);
}
