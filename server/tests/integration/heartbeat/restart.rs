//! What jobs reported outlives the process, however that ends.

use super::job;
use crate::command_line::{Running, platus};
use crate::servers::redis::RedisServer;
use crate::test_app::{EventStream, PATIENCE, configuration};
use reqwest::Client;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

const WELL: &str = "token-of-a-good-job";
const FAILED: &str = "token-of-a-bad-job";
const LATE: &str = "token-of-a-late-job";
const RUNNING: &str = "token-of-a-running-job";

/// The process and a client of it.
pub(super) struct Life {
    running: Running,
    client: Client,
}

impl Life {
    pub(super) fn begin(folder: &Path) -> Self {
        rustls::crypto::ring::default_provider().install_default().ok();
        let config = folder.join("config.yaml");
        let running = Running::start(&mut platus(&["serve", "--listen", "127.0.0.1:0", "--config", config.to_str().unwrap()]));
        Self { running, client: Client::builder().no_proxy().timeout(PATIENCE).build().unwrap() }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}/api/v1.0/{path}", self.running.address())
    }

    pub(super) async fn say(&self, address: &str, words: &'static str) {
        let answer = self.client.post(self.url(&format!("heartbeat/{address}"))).body(words).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{address}");
    }

    pub(super) async fn get(&self, path: &str) -> Value {
        let answer = self.client.get(self.url(path)).basic_auth("admin", Some("admin")).send().await.unwrap();
        answer.json().await.unwrap()
    }

    /// The numbers of all incidents so far.
    async fn incidents(&self) -> Vec<Value> {
        let answer = self.get("incidents").await;
        let incidents = answer["result"]["incidents"].as_array().unwrap_or_else(|| panic!("{answer}"));
        incidents.iter().map(|incident| incident["id"].clone()).collect()
    }

    pub(super) async fn stream(&self) -> EventStream {
        EventStream::open(&self.client, self.running.address()).await.unwrap()
    }

    /// Waits until the rows say so.
    pub(super) async fn until(&self, expected: &[&str]) {
        let mut stream = self.stream().await;
        let mut seen = BTreeSet::new();
        while seen.len() < expected.len() {
            let row = next_row(&mut stream).await;
            seen.extend(expected.iter().position(|expected| row.starts_with(expected)));
        }
    }

    pub(super) fn end(mut self, signal: &str) {
        self.running.signal(signal);
        self.running.end();
    }
}

/// Service, state and message of the next row that was checked.
async fn next_row(stream: &mut EventStream) -> String {
    let row = stream.until(|event| event.name == "status").await.data;
    let text = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
    format!("{} {} {}", text("name"), text("state"), text("message"))
}

/// `backend` says where history is, in a line of the configuration.
async fn reports_outlive(backend: &str, signal: &str) {
    let services = job("bad", FAILED, "every: 3600")
        + &job("good", WELL, "every: 3600")
        + &job("late", LATE, "every: 1, grace: 0")
        + &job("running", RUNNING, "every: 3600, max_run: 3600")
        + &job("silent", "token-of-a-silent-job", "every: 3600");
    let folder = configuration(&format!("check_interval: 1\nretries_before_notify: 1\n{backend}"), &services);

    let life = Life::begin(folder.path());
    life.say(WELL, "").await;
    life.say(LATE, "").await;
    life.say(&format!("{RUNNING}/start"), "").await;
    life.say(&format!("{FAILED}/3"), "copying\ndisk full\n").await;
    let expected = [
        "bad down the job failed with exit code 3: disk full",
        "good operational ",
        "late down no heartbeat for ",
        "running unknown no heartbeat yet; the job is running",
        "silent unknown no heartbeat yet; one is due every 1 h",
    ];
    life.until(&expected).await;
    let incidents = life.incidents().await;
    life.end(signal);

    let life = Life::begin(folder.path());
    let mut stream = life.stream().await;
    let mut rounds = 0;
    while rounds < 3 {
        let row = next_row(&mut stream).await;
        rounds += u32::from(row.starts_with("late"));
        assert!(expected.iter().any(|expected| row.starts_with(expected)), "{row}");
    }
    assert_eq!(life.incidents().await, incidents, "a restart is no incident");

    // No check sees this before the end.
    life.say(WELL, "").await;
    life.say(&format!("{WELL}/fail"), "no route").await;
    life.say(&format!("{FAILED}/0"), "").await;
    life.end(signal);
    let life = Life::begin(folder.path());
    life.until(&["bad operational ", "good down the job failed: no route", expected[2], expected[3], expected[4]]).await;
    life.end(signal);
}

#[tokio::test]
async fn being_killed() {
    reports_outlive("", "-9").await;
}

#[tokio::test]
async fn being_ended() {
    reports_outlive("", "-TERM").await;
}

#[tokio::test]
async fn being_killed_on_redis() {
    let server = RedisServer::start(&[]);
    let data = format!("{{host: 127.0.0.1, port: {}}}", server.port);
    reports_outlive(&format!("persistent_data_backend: {{type: redis, data: {data}}}\n"), "-9").await;
}

#[cfg(feature = "mongodb")]
#[tokio::test]
async fn being_killed_on_mongodb() {
    let server = tokio::task::spawn_blocking(|| crate::servers::mongod::Mongod::start(&[])).await.unwrap();
    let backend = format!("persistent_data_backend: {{type: mongodb, data: {{host: '{}'}}}}\n", server.name());
    reports_outlive(&backend, "-9").await;
}
