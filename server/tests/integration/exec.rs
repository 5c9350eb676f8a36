//! The plugin `exec` with real programs: Nagios plugins as Debian installs them, shells and Python.

mod documented;
mod ends;
mod limits;
mod nagios;
mod rows;
mod surroundings;
mod traces;

use crate::looking::look_at_one;
use model::Observation;
use serde_json::{Value, json};
use std::process::Command;

/// The properties of a service that runs this with the shell.
fn shell(script: &str) -> Value {
    json!({"host": "node", "command": ["sh", "-c", script]})
}

/// The same for Python.
fn python(script: &str) -> Value {
    json!({"host": "node", "command": [python_itself(), "-c", script]})
}

fn with(mut properties: Value, key: &str, value: Value) -> Value {
    properties[key] = value;
    properties
}

/// Looks once. The error is its text.
async fn look(properties: Value) -> Result<Observation, String> {
    look_at_one("exec", &properties, &json!({})).await
}

/// The message of the row, whatever its state is.
async fn message(properties: Value) -> String {
    look(properties).await.unwrap().message.unwrap_or_default()
}

/// The program behind the `python3` of whoever runs the tests: that may be a script which needs an environment.
fn python_itself() -> String {
    let output = Command::new("python3").args(["-c", "import sys; print(sys.executable)"]).output();
    let output = output.expect("Python is missing; run scripts/setup.sh test-servers");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Whether a process of this number does anything still. A zombie does not; in a container there may be nobody to bury it.
fn is_running(id: u32) -> bool {
    stat(id).is_some_and(|stat| stat[0] != "Z" && stat[0] != "X")
}

/// What `/proc` tells about a process after its name: state, parent, process group, session and so on.
fn stat(id: u32) -> Option<Vec<String>> {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    Some(fields.split_whitespace().map(str::to_owned).collect())
}
