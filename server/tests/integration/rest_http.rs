//! The plugin `rest_http` against real servers, and against odd ones where no real server misbehaves as wanted.

mod answers;
mod charsets;
pub(crate) mod close_notify;
mod codings;
mod connections;
mod cookies;
mod credentials;
mod expectations;
mod json_bodies;
mod lenient;
mod methods;
mod phases;
mod proxies;
mod redirects;
mod reuse;
mod searches;
mod tls;

use crate::looking::{assert_operational, assert_seen, assert_unknown, look_at_one, one};
use crate::targets::{OddServer, targets};
use checks::Check;
use model::Observation;
use model::State;
use serde_json::{Value, json};

fn service(properties: Value, data: Value) -> Box<dyn Check> {
    crate::looking::service("rest_http", &properties, &data)
}

/// Looks once. The error is its text.
async fn look(properties: Value, data: Value) -> Result<Observation, String> {
    look_at_one("rest_http", &properties, &data).await
}

async fn observe(check: &dyn Check) -> Result<Observation, String> {
    one(check.check().await.map_err(|error| error.message))
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
