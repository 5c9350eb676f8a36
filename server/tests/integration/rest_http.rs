//! The plugin `rest_http` against real servers, and against odd ones where no real server misbehaves as wanted.

mod answers;
mod connections;
mod credentials;
mod redirects;
mod searches;
mod tls;

use crate::targets::{OddServer, targets};
use app::model::{ServiceId, State};
use serde_json::{Value, json};
use server::config::{self, CheckConfig, Located, Location, Node};
use server::plugins::{Check, Host, Observation, Registry};
use std::time::Duration;

/// The service of these properties and data, timeout 10 s unless they give one.
#[track_caller]
fn service(properties: Value, data: Value) -> Box<dyn Check> {
    // JSON is YAML, too.
    let node = |value: &Value| -> Node { config::parse("services.yaml", &value.to_string()).unwrap() };
    let timeout = properties.get("timeout").and_then(Value::as_f64).unwrap_or(10.0);
    let host = Host {
        service: ServiceId::new("service"),
        node: properties["host"].as_str().unwrap().to_owned(),
        timeout: Duration::from_secs_f64(timeout),
    };
    let location = Location { file: "services.yaml".into(), line: 1, column: 1 };
    let plugin = Located { value: "rest_http".to_owned(), location };
    let check = CheckConfig { plugin, properties: node(&properties), data: node(&data) };
    Registry::built_in().connect(&check, &host).unwrap_or_else(|error| panic!("{error}"))
}

/// Looks once. The error is its text.
async fn look(properties: Value, data: Value) -> Result<Observation, String> {
    observe(service(properties, data).as_ref()).await
}

async fn observe(check: &dyn Check) -> Result<Observation, String> {
    let mut observations = check.check().await.map_err(|error| error.message)?;
    assert_eq!(observations.len(), 1);
    Ok(observations.remove(0))
}

/// The properties of a server in `targets.env`, with further ones added.
fn at(server: &str, more: Value) -> Value {
    let protocol = if targets().get(server).starts_with("https") { "https" } else { "http" };
    with(json!({"host": "127.0.0.1", "port": targets().port(server), "protocol": protocol}), more)
}

/// The properties of an odd server, with further ones added.
fn at_odd(server: &OddServer, more: Value) -> Value {
    with(json!({"host": server.address.ip().to_string(), "port": server.address.port(), "protocol": "http"}), more)
}

fn with(mut properties: Value, more: Value) -> Value {
    properties.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    properties
}

#[track_caller]
fn assert_operational(seen: Result<Observation, String>) {
    let seen = seen.unwrap_or_else(|error| panic!("unknown: {error}"));
    assert_eq!((seen.state, seen.message.as_deref()), (State::Operational, None));
    assert!(seen.elapsed.is_some());
}

#[track_caller]
fn assert_seen(seen: Result<Observation, String>, state: State, message: &str) {
    let seen = seen.unwrap_or_else(|error| panic!("unknown: {error}"));
    assert_eq!((seen.state, seen.message.as_deref()), (state, Some(message)));
    assert!(seen.elapsed.is_some());
}

#[track_caller]
fn assert_unknown(seen: Result<Observation, String>, message: &str) {
    assert_eq!(seen.unwrap_err(), message);
}
