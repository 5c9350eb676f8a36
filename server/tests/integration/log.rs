//! The log: when its reader does not read, and what it says about requests.

use crate::command_line::{Running, serve};
use crate::metrics;
use crate::test_app::configuration;
use crate::waiting::{eventually, until};
use reqwest::Client;
use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, Read};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

const SERVICES: usize = 100;

/// The smallest pipe, so that a few lines fill it.
const PIPE: usize = 4096;

/// More than may wait for the reader.
const LINES: usize = 10_500;

/// A paused terminal, `| tee` that hangs, a log driver that blocks: for the process all of them are a pipe that is full.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn checks_go_on_while_the_log_is_not_read() {
    rustls::crypto::ring::default_provider().install_default().ok();
    let flag = tempfile::NamedTempFile::new().unwrap();
    let folder = configuration("log_level: debug\nretries_before_notify: 1\nreload: manual\n", &services(flag.path()));
    let mut command = serve(folder.path());
    let (mut running, mut unread) = Running::start_unread(command.stderr(Stdio::piped()), PIPE);
    all_to_be(&running, "operational").await;
    // Each change is a line of the log, so that this is some times what the pipe holds.
    fs::remove_file(flag.path()).unwrap();
    all_to_be(&running, "unhealthy").await;
    fs::write(flag.path(), "").unwrap();
    all_to_be(&running, "operational").await;

    let dropped = drop_lines(&running, folder.path()).await;
    let note = unread.by_ref().lines().map(Result::unwrap).find_map(|line| {
        line.strip_suffix(" log lines were dropped here: standard error was not read.").map(|number| number.parse::<u64>().unwrap())
    });
    // The request for the number had a line, too.
    assert!(note >= Some(dropped), "{note:?} of at least {dropped}");

    running.signal("-TERM");
    let (code, took) = running.end();
    assert_eq!(code, Some(0));
    assert!(took < Duration::from_secs(5), "{took:?}");
    drop(unread);
}

/// A reload with more errors than lines may wait. Returns how many lines were dropped.
async fn drop_lines(running: &Running, folder: &Path) -> u64 {
    let wrong: String = (0..LINES).map(|number| format!("w{number}: {{type: none}}\n")).collect();
    fs::write(folder.join("services.yaml"), wrong).unwrap();
    running.signal("-HUP");
    let client = Client::builder().no_proxy().build().unwrap();
    eventually(async || {
        let request = client.get(format!("http://{}/metrics", running.address())).basic_auth("admin", Some("admin"));
        let metrics = request.send().await.unwrap().text().await.unwrap();
        let dropped = metrics::value(&metrics, "platus_log_lines_dropped_total");
        if dropped > 0 { Ok(dropped) } else { Err("no line was dropped") }
    })
    .await
}

/// All of them are as the file is: there or not.
fn services(flag: &Path) -> String {
    let mut services = String::new();
    for number in 0..SERVICES {
        let command = format!("[test, -e, {}]", flag.display());
        // The exit code 1 of `test` is a warning to plugins of Nagios.
        writeln!(
            services,
            "s{number}: {{type: exec, interval: 1, properties: {{command: {command}}}, data: {{type: T, name: s{number}}}}}"
        )
        .unwrap();
    }
    services
}

async fn all_to_be(running: &Running, state: &str) {
    let client = Client::builder().no_proxy().build().unwrap();
    let address = running.address();
    until(&format!("all {state}"), async || {
        let answer =
            client.get(format!("http://{address}/api/v1.0/status")).basic_auth("admin", Some("admin")).send().await.unwrap();
        let board: serde_json::Value = answer.json().await.unwrap();
        let rows = board["result"].as_array().unwrap();
        rows.len() == SERVICES && rows.iter().all(|row| row["state"] == state)
    })
    .await;
}

/// The path of a heartbeat is a secret, so that the log has the route instead of the path.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_are_logged_with_their_id_route_and_user_and_without_secrets() {
    rustls::crypto::ring::default_provider().install_default().ok();
    let services = "job: {type: heartbeat, properties: {token: a-token-of-24-characters}, data: {type: T, name: job, every: 60}}";
    let folder = configuration("log_level: debug\n", services);
    let mut running = Running::serve(folder.path());
    let client = Client::builder().no_proxy().build().unwrap();
    let address = format!("http://{}/api/v1.0", running.address());
    let id = |answer: &reqwest::Response| answer.headers()["x-request-id"].to_str().unwrap().to_owned();
    let status =
        client.get(format!("{address}/services/job?tz=Europe/Berlin")).basic_auth("admin", Some("admin")).send().await.unwrap();
    let refused = client.get(format!("{address}/status")).basic_auth("admin", Some("wr0ng")).send().await.unwrap();
    let ping = client.post(format!("{address}/heartbeat/a-token-of-24-characters")).send().await.unwrap();
    assert_eq!((status.status().as_u16(), refused.status().as_u16(), ping.status().as_u16()), (200, 401, 200));

    running.signal("-TERM");
    assert_eq!(running.end().0, Some(0));
    let log = running.log();
    let lines = |id: &str| log.iter().filter(|line| line.contains(id)).cloned().collect::<Vec<_>>().join("\n");
    let of_status = lines(&id(&status));
    for part in
        ["method=GET", "route=\"/api/v1.0/services/{id}\"", "user=\"admin\"", "status=200", "milliseconds=", "Request answered."]
    {
        assert!(of_status.contains(part), "{part}: {of_status}");
    }
    let of_refused = lines(&id(&refused));
    assert!(of_refused.contains("status=401") && !of_refused.contains("user="), "{of_refused}");
    let of_ping = lines(&id(&ping));
    assert!(of_ping.contains("route=\"/api/v1.0/heartbeat/{*address}\""), "{of_ping}");
    for secret in ["a-token-of-24-characters", "wr0ng", "tz=Europe"] {
        assert!(!log.concat().contains(secret), "{secret}");
    }
}
