//! The plugin `mongodb` against real servers.

mod changes;
mod hostile;
mod lone;
mod looks;
mod tls;

use crate::looking;
use crate::servers::mongod::Login;
use checks::Check;
use model::Observation;
use model::State;
use serde_json::{Value, json};

fn service(properties: &Value, data: &Value) -> Box<dyn Check> {
    looking::service("mongodb", properties, data)
}

/// Checks once. The error is its text.
async fn look(properties: Value, data: Value) -> Result<Vec<Observation>, String> {
    looking::look("mongodb", &properties, &data).await
}

/// The message of a service that cannot be checked.
async fn look_in_vain(properties: Value) -> String {
    look(properties, json!({})).await.expect_err("the check fails")
}

async fn observe(check: &dyn Check) -> Vec<Observation> {
    check.check().await.unwrap_or_else(|error| panic!("unknown: {}", error.message))
}

/// The properties of hosts that are given as `host:port`, with a login.
fn at<T: AsRef<str>>(hosts: &[T], login: Login, more: Value) -> Value {
    let hosts: Vec<_> = hosts.iter().map(AsRef::as_ref).collect();
    let properties = json!({"host": hosts, "username": login.username, "password": login.password, "timeout": 20});
    with(properties, more)
}

fn with(mut properties: Value, more: Value) -> Value {
    properties.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    properties
}

/// State and message of the rows, in the order of the members.
fn rows(observations: &[Observation]) -> Vec<(State, &str)> {
    observations.iter().map(|observation| (observation.state, observation.message.as_deref().unwrap())).collect()
}
