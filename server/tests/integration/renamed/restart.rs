//! At the start, with each store, after Platus was killed.

use crate::channels::receiver::Receiver;
use crate::command_line::Running;
use crate::crash::databases::Database;
use crate::notify::until_notified;
use crate::test_app::{PATIENCE, configuration};
use crate::waiting::until;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

struct Platus {
    running: Running,
    client: Client,
}

impl Platus {
    fn start(folder: &Path) -> Self {
        rustls::crypto::ring::default_provider().install_default().ok();
        let client = Client::builder().no_proxy().timeout(PATIENCE).build().unwrap();
        Self { running: Running::serve(folder), client }
    }

    async fn ask(&self, method: Method, path: &str, body: &Value) -> Value {
        let url = format!("http://{}/api/v1.0{path}", self.running.address());
        let request = self.client.request(method, url).basic_auth("admin", Some("admin")).body(body.to_string());
        request.send().await.unwrap().json::<Value>().await.unwrap()["result"].clone()
    }

    async fn get(&self, path: &str) -> Value {
        self.ask(Method::GET, path, &Value::Null).await
    }

    /// State, message and incident of the only node of a service.
    async fn node(&self, service: &str) -> [Value; 3] {
        let service = self.get(&format!("/services/{service}")).await;
        ["state", "message", "incident"].map(|key| service["nodes"][0][key].clone())
    }

    async fn incidents(&self, service: &str) -> Value {
        let incidents = self.get(&format!("/services/{service}/incidents")).await["incidents"].clone();
        let kept = |incident: &Value| json!([incident["id"], incident["since"], incident["ended"]]);
        incidents.as_array().unwrap().iter().map(kept).collect()
    }

    fn kill(mut self) {
        self.running.signal("-KILL");
        self.running.end();
    }
}

const TOKEN: &str = "token-of-a-renamed-job";

fn services(door: &str, job: &str) -> String {
    let closed = "type: tcp, role: dev, properties: {host: 127.0.0.1, port: 9}, data: {name: Door}";
    let heartbeat =
        format!("type: heartbeat, role: dev, properties: {{host: box, token: {TOKEN}}}, data: {{name: Job, every: 3600}}");
    format!("{door}, {closed}}}\n{job}, {heartbeat}}}\n")
}

async fn goes_on_after_a_restart(database: &Database) {
    let receiver = Receiver::start();
    let notify =
        format!("notify: true\nnotify_backend: {{type: webhook, group_window: 0, data: {{url: '{}'}}}}\n", receiver.url("/"));
    let config = format!("check_interval: 1\nretries_before_notify: 1\n{notify}{}", database.settings());
    let folder = configuration(&config, &services("door: {tags: a", "backup: {tags: b"));
    let platus = Platus::start(folder.path());
    platus.ask(Method::POST, &format!("/heartbeat/{TOKEN}"), &Value::Null).await;
    until_notified(&receiver, &[("opened", "Door", "down")]).await;
    until("the job was checked", async || platus.node("backup").await[0] == "operational").await;
    let silence = json!({"services": ["backup", "door"], "minutes": 60, "comment": "moving"});
    platus.ask(Method::POST, "/silences", &silence).await;
    let (door, incidents) = (platus.node("door").await, platus.incidents("door").await);
    platus.kill();

    let renamed = services("gate: {was: [entrance, door]", "nightly: {was: backup");
    fs::write(folder.path().join("services.yaml"), &renamed).unwrap();
    // Once, and again with the same files.
    for start in 0..2 {
        let platus = Platus::start(folder.path());
        until("it is checked", async || platus.node("gate").await == door).await;
        assert_eq!(platus.incidents("gate").await, incidents, "start {start}");
        assert_eq!(platus.node("nightly").await[0], "operational", "its report is known");
        assert_eq!(platus.get("/silences").await[0]["services"], json!(["nightly", "gate"]));
        assert_eq!(platus.get("/status").await.as_array().unwrap().len(), 2);
        platus.kill();
    }
    until_notified(&receiver, &[("opened", "Door", "down")]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_incident_of_a_service_that_was_away_at_a_start_goes_on_when_it_returns_under_another_id() {
    returns_after_a_start("gate: {was: [entrance, door]", "gate").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_incident_of_a_service_that_was_away_at_a_start_goes_on_when_it_returns() {
    returns_after_a_start("door: {tags: c", "door").await;
}

async fn returns_after_a_start(returned: &str, id: &str) {
    let config = format!("check_interval: 1\nretries_before_notify: 1\nreload: manual\n{}", Database::Sqlite.settings());
    let folder = configuration(&config, &services("door: {tags: a", "backup: {tags: b"));
    let platus = Platus::start(folder.path());
    until("the door has an incident", async || platus.node("door").await[2].is_u64()).await;
    let (door, incidents) = (platus.node("door").await, platus.incidents("door").await);
    platus.kill();

    let all = services(returned, "backup: {tags: b");
    let without = all.lines().last().unwrap();
    fs::write(folder.path().join("services.yaml"), without).unwrap();
    let platus = Platus::start(folder.path());
    fs::write(folder.path().join("services.yaml"), &all).unwrap();
    assert_eq!(platus.ask(Method::POST, "/reload", &Value::Null).await["added"], 1);
    assert_eq!(platus.node(id).await[2], door[2]);
    assert_eq!(platus.incidents(id).await, incidents);
    until("it is checked", async || platus.node(id).await == door).await;
    platus.kill();
}

#[tokio::test(flavor = "multi_thread")]
async fn it_goes_on_after_a_restart_with_sqlite() {
    goes_on_after_a_restart(&Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_goes_on_after_a_restart_with_redis() {
    goes_on_after_a_restart(&Database::redis()).await;
}

#[cfg(feature = "mongodb")]
#[tokio::test(flavor = "multi_thread")]
async fn it_goes_on_after_a_restart_with_mongodb() {
    let database = tokio::task::spawn_blocking(Database::mongodb).await.unwrap();
    goes_on_after_a_restart(&database).await;
}
