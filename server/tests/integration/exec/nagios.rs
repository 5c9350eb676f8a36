//! Plugins of the package `monitoring-plugins-basic`.

use super::look;
use crate::looking::{assert_seen, assert_unknown};
use crate::targets::targets;
use model::Observation;
use model::State;
use serde_json::{Value, json};
use std::path::Path;

/// Where Debian and Red Hat have them.
const FOLDERS: [&str; 2] = ["/usr/lib/nagios/plugins", "/usr/lib64/nagios/plugins"];

/// Runs a plugin by its name alone, as an operator may.
async fn run(plugin: &str, arguments: &[&str]) -> Observation {
    let installed = FOLDERS.iter().any(|folder| Path::new(folder).join(plugin).exists());
    assert!(installed, "the Nagios plugin {plugin} is missing; run scripts/setup.sh test-servers");
    let command: Vec<&str> = [plugin].into_iter().chain(arguments.iter().copied()).collect();
    look(json!({"host": "node", "command": command})).await.unwrap()
}

#[track_caller]
fn assert_says(seen: &Observation, state: State, message: &str) {
    let said = seen.message.as_deref().unwrap_or_default();
    assert!(seen.state == state && said.contains(message) && !said.contains('|'), "{seen:?}");
    assert!(seen.node == "node" && seen.elapsed.is_some(), "{seen:?}");
}

/// The value and unit of a figure.
#[track_caller]
fn metric<'a>(seen: &'a Observation, name: &str) -> (f64, &'a str) {
    let metric = seen.metrics.iter().find(|metric| metric.name == name);
    metric.map(|metric| (metric.value, metric.unit.as_str())).unwrap_or_else(|| panic!("no {name} in {seen:?}"))
}

#[tokio::test]
async fn check_dummy_says_every_state() {
    for (code, state, message) in [
        ("0", State::Operational, "OK: as told"),
        ("1", State::Unhealthy, "WARNING: as told"),
        ("2", State::Down, "CRITICAL: as told"),
        ("3", State::Unknown, "UNKNOWN: as told"),
    ] {
        assert_seen(Ok(run("check_dummy", &[code, "as told"]).await), state, message);
    }
    assert_says(&run("check_dummy", &[]).await, State::Unknown, "Could not parse arguments");
}

#[tokio::test]
async fn check_http_looks_at_nginx() {
    let port = targets().port("HTTP").to_string();
    let at = |path| ["-I", "127.0.0.1", "-p", port.as_str(), "-u", path];
    let good = run("check_http", &at("/ok")).await;
    assert_says(&good, State::Operational, "HTTP OK: HTTP/1.1 200 OK");
    let ((time, seconds), (size, bytes)) = (metric(&good, "time"), metric(&good, "size"));
    assert!(time > 0.0 && seconds == "s" && size > 0.0 && bytes == "B", "{good:?}");
    assert_says(&run("check_http", &at("/nothing-here")).await, State::Unhealthy, "HTTP WARNING: HTTP/1.1 404 Not Found");
    assert_says(&run("check_http", &at("/503")).await, State::Down, "HTTP CRITICAL: HTTP/1.1 503");
}

#[tokio::test]
async fn check_tcp_connects() {
    let (open, closed) = (targets().port("HTTP").to_string(), targets().port("CLOSED").to_string());
    let good = run("check_tcp", &["-H", "127.0.0.1", "-p", &open]).await;
    assert_says(&good, State::Operational, "TCP OK");
    assert_eq!(metric(&good, "time").1, "s");
    let refused = format!("connect to address 127.0.0.1 and port {closed}: Connection refused");
    assert_says(&run("check_tcp", &["-H", "127.0.0.1", "-p", &closed]).await, State::Down, &refused);
}

#[tokio::test]
async fn check_disk_and_check_procs_look_at_this_machine() {
    let disk = run("check_disk", &["-w", "0", "-c", "0", "-p", "/"]).await;
    assert_says(&disk, State::Operational, "DISK OK");
    assert!(metric(&disk, "/").0 > 0.0 && metric(&disk, "/").1 == "B", "{disk:?}");
    assert_says(&run("check_disk", &["-w", "100%", "-c", "0", "-p", "/"]).await, State::Unhealthy, "DISK WARNING");
    let procs = run("check_procs", &["-c", "1:"]).await;
    assert_says(&procs, State::Operational, "PROCS OK");
    assert!(metric(&procs, "procs").0 >= 1.0, "{procs:?}");
    assert_says(&run("check_procs", &["-c", "1:", "-C", "no-such-program"]).await, State::Down, "PROCS CRITICAL: 0 processes");
}

#[tokio::test]
async fn check_ping_starts_another_program() {
    // The limits are such that a busy machine keeps them.
    let ping = run("check_ping", &["-H", "127.0.0.1", "-w", "5000,99%", "-c", "9000,100%", "-p", "1"]).await;
    assert_says(&ping, State::Operational, "PING OK - Packet loss = 0%");
    assert_eq!((metric(&ping, "pl"), metric(&ping, "rta").1), ((0.0, "%"), "ms"));
}

#[tokio::test]
async fn a_plugin_that_is_not_installed_is_named() {
    let absent: Value = json!({"command": ["check_absent", "--password", "marker"]});
    assert_unknown(look(absent).await, "there is no program `check_absent` in PATH; give its whole path");
}
