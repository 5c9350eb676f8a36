//! Databases that the program has filled before: opened, nothing in them is lost or means something else. How they were made is in
//! `fixtures/storage/README.md`; they are not made anew when a format changes, but get a neighbour of the new format.

use crate::channels::receiver::Receiver;
use crate::command_line::{Running, platus};
use crate::servers::redis::RedisServer;
use crate::test_app::{PATIENCE, configuration};
use crate::waiting::until;
use flate2::read::GzDecoder;
use reqwest::{Client, StatusCode};
use serde_json::Value;
use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use tempfile::TempDir;

const SQLITE: &[u8] = include_bytes!("../fixtures/storage/sqlite_2.db.gz");
const REDIS: &[u8] = include_bytes!("../fixtures/storage/redis_1.aof.gz");
const REVOKED: &str = include_str!("../fixtures/storage/sessions.ended");
const KEY: &[u8] = include_bytes!("../fixtures/storage/session.key");
/// Of the session that was revoked.
const COOKIE: &str = include_str!("../fixtures/storage/cookie.txt");

/// The time in which the databases were filled: these minutes are whole in all of them.
const FILLED: &str = "from=2026-11-29T08:16:00Z&to=2026-11-29T08:24:00Z";

/// The checks of a service in that time, one every five seconds.
const CHECKS: u64 = 96;

fn unpacked(packed: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    GzDecoder::new(packed).read_to_end(&mut bytes).unwrap();
    bytes
}

/// The configuration with which the databases were filled, apart from the address of the receiver, and from history being kept for
/// as long as possible. The services are in the states in which they were left.
fn folder(store: &str, receiver: &Receiver) -> TempDir {
    let config = format!(
        "check_interval: 5
retries_before_notify: 1
retention: {{raw: 100y, minute: 100y, hour: 100y, day: 100y}}
notify: true
notify_backend:
- {{type: webhook, name: pager, group_window: 0, only: {{services: [database, batch, mail, recovered, wobbly]}}, data: {{url: '{}'}}}}
- {{type: webhook, name: dropped, group_window: 0, only: {{services: database}}, data: {{url: 'http://127.0.0.1:9/'}}}}
{store}
",
        receiver.url("/")
    );
    let service = |id: &str, name: &str, is_well: bool, more: &str| {
        let command = if is_well { "echo fine" } else { "echo broken; exit 2" };
        format!(
            "{id}: {{role: dev, type: exec, properties: {{host: {id}.lan, command: [sh, -c, '{command}']}}, data: {{type: App, name: \
             {name}}}{more}}}\n"
        )
    };
    let services = [
        service("shop", "Shop", true, ""),
        service("database", "Database", false, ""),
        service("batch", "Batch", false, ""),
        service("mail", "Mail", false, ""),
        service("recovered", "Recovered", true, ""),
        service("counting", "Counting", false, ", retries_before_notify: 1000"),
        service("wobbly", "Wobbly", true, ", flapping: true"),
        "backup: {role: dev, type: heartbeat, retries_before_notify: 1000, properties: {host: backup.lan, token: token-of-the-backup}, \
         data: {type: App, name: Backup, every: 3600}}\n"
            .to_owned(),
    ];
    let folder = configuration(&config, &services.concat());
    for (name, content) in [("session.key", KEY), ("sessions.ended", REVOKED.as_bytes())] {
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    }
    folder
}

struct Platus {
    running: Running,
    client: Client,
}

impl Platus {
    fn start(folder: &Path) -> Self {
        rustls::crypto::ring::default_provider().install_default().ok();
        let config = folder.join("config.yaml");
        let running = Running::start(&mut platus(&["serve", "--listen", "127.0.0.1:0", "--config", config.to_str().unwrap()]));
        let client = Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).timeout(PATIENCE).build().unwrap();
        Self { running, client }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.running.address())
    }

    async fn get(&self, path: &str) -> Value {
        let request = self.client.get(self.url(&format!("/api/v1.0/{path}"))).basic_auth("admin", Some("admin"));
        let answer: Value = request.send().await.unwrap().json().await.unwrap();
        answer["result"].clone()
    }

    async fn page_with(&self, cookie: &str) -> StatusCode {
        self.client.get(self.url("/")).header("cookie", cookie).send().await.unwrap().status()
    }
}

/// What is in all of the databases.
async fn is_all_there(platus: &Platus, receiver: &Receiver) {
    let incidents = platus.get("incidents?from=2026-11-29T08:14:00Z&to=2026-11-29T08:26:00Z").await["incidents"].clone();
    let incident = |service: &str| {
        let found = incidents.as_array().unwrap().iter().find(|incident| incident["service"] == service);
        found.unwrap_or_else(|| panic!("no incident of {service} in {incidents}")).clone()
    };
    states(platus).await;
    for open in ["database", "batch", "mail"] {
        let incident = incident(open);
        assert!(incident.get("ended").is_none() && incident["worst"] == "down" && incident["message"] == "broken", "{incident}");
    }
    let recovered = incident("recovered");
    assert!(recovered["ended"].as_str().unwrap().starts_with("2026-11-29T08:"), "{recovered}");
    orders(platus, &incident("mail")["id"]).await;
    notifications(platus, receiver).await;
    history(platus).await;
}

async fn states(platus: &Platus) {
    let services = platus.get("services").await;
    for (service, state, checks) in [
        ("shop", "operational", 0),
        ("recovered", "operational", 0),
        ("database", "down", 100),
        ("batch", "down", 100),
        ("mail", "down", 100),
        ("counting", "down", 100),
    ] {
        let node = services.as_array().unwrap().iter().find(|found| found["id"] == service).unwrap()["nodes"][0].clone();
        assert_eq!((&node["node"], &node["state"]), (&format!("{service}.lan").into(), &state.into()), "{node}");
        assert_eq!(node["last_state"], "operational", "{node}");
        assert!(node["retries"].as_u64().unwrap() >= checks, "the checks before count: {node}");
        assert!(node["since"].as_str().unwrap().starts_with("2026-11-29T08:"), "{node}");
    }
    let backup = services.as_array().unwrap().iter().find(|found| found["id"] == "backup").unwrap()["nodes"][0].clone();
    assert_eq!(backup["message"], "the job failed with exit code 3: disk full", "{backup}");
}

async fn orders(platus: &Platus, acknowledged: &Value) {
    let orders = platus.get("silences").await;
    let order = |kind: &str| {
        let found = orders.as_array().unwrap().iter().find(|order| order["kind"] == kind);
        found.unwrap_or_else(|| panic!("no {kind} in {orders}")).clone()
    };
    for (kind, service, comment) in [
        ("silence", "batch", "new hardware"),
        ("maintenance", "shop", "moving house"),
        ("acknowledgement", "mail", "restarting it"),
    ] {
        let order = order(kind);
        assert_eq!((&order["author"], &order["comment"]), (&"admin".into(), &comment.into()), "{order}");
        assert_eq!(order["services"], serde_json::json!([service]), "{order}");
        assert!(order["created"].as_str().unwrap().starts_with("2026-11-29T08:14:"), "{order}");
    }
    assert_eq!(&order("acknowledgement")["incident"], acknowledged);
    assert_eq!(order("silence")["until"], "2127-01-01T00:00:00+00:00");
}

async fn notifications(platus: &Platus, receiver: &Receiver) {
    until("what was pending is delivered", async || !receiver.requests().is_empty()).await;
    let first = receiver.requests()[0].json();
    assert_eq!((&first["alerts"][0]["kind"], &first["alerts"][0]["service"]), (&"opened".into(), &"database".into()), "{first}");
    assert_eq!(first["alerts"][0]["seen"], "broken", "{first}");
    until("the others are suppressed as before", async || {
        let channels = platus.get("channels").await;
        channels[0]["name"] == "pager" && channels[0]["held"] == 2
    })
    .await;
    let channels = platus.get("channels").await;
    let dropped = &channels[1]["given_up"][0];
    assert_eq!(
        (&channels[1]["name"], &dropped["service"], &dropped["state"]),
        (&"dropped".into(), &"database".into(), &"down".into())
    );
    assert!(dropped["reason"].as_str().unwrap().starts_with("not delivered in time; "), "{dropped}");
    assert!(dropped["given_up"].as_str().unwrap().starts_with("2026-11-29T08:"), "{dropped}");
}

async fn history(platus: &Platus) {
    for (service, state) in [("shop", "operational"), ("counting", "down")] {
        let minutes = platus.get(&format!("services/{service}/history?{FILLED}&points=2000")).await;
        assert_eq!(minutes["tier"], "minute");
        let points = minutes["nodes"][0]["points"].as_array().unwrap();
        let sum = |what: &str| points.iter().map(|point| point[what][state].as_f64().unwrap()).sum::<f64>();
        assert!(sum("checks") >= CHECKS as f64 - 2.0 && sum("checks") <= CHECKS as f64 + 2.0, "{minutes}");
        assert!((475.0..=485.0).contains(&sum("seconds")), "{minutes}");
        for (tier, from) in [("hour", "2026-11-29"), ("day", "2026-11-27")] {
            let coarse = platus.get(&format!("services/{service}/history?from={from}&to=2026-11-29T08:30:00Z&points=1")).await;
            assert_eq!(coarse["tier"], tier);
            assert!(coarse["nodes"][0]["points"][0]["checks"][state].as_u64().unwrap() >= CHECKS, "{coarse}");
        }
    }
    let shop = platus.get(&format!("services/shop/history?{FILLED}&points=1")).await;
    let maintenance = shop["nodes"][0]["points"][0]["maintenance"]["operational"].as_f64();
    assert!(maintenance.is_some_and(|seconds| seconds >= 475.0), "{shop}");
    let transitions =
        platus.get("services/recovered/history?from=2026-11-29T08:14:00Z&to=2026-11-29T08:26:00Z").await["transitions"].clone();
    let changes: Vec<_> = transitions.as_array().unwrap().iter().map(|change| (&change["from"], &change["to"])).collect();
    let (down, operational) = (Value::from("down"), Value::from("operational"));
    assert_eq!(changes[..2], [(&down, &operational), (&operational, &down)], "{transitions}");
}

/// Revoked sessions are in a file, whatever the database.
async fn sessions_stay_revoked(platus: &Platus, folder: &Path) {
    assert_eq!(platus.page_with(COOKIE.trim()).await, StatusCode::SEE_OTHER);
    let login = platus.client.post(platus.url("/login")).header("content-type", "application/x-www-form-urlencoded");
    let answer = login.body("username=admin&password=admin&next=/").send().await.unwrap();
    let cookie = crate::test_app::cookie(answer.headers());
    assert_eq!(platus.page_with(&cookie).await, StatusCode::OK);
    platus.client.post(platus.url("/logout")).header("cookie", &cookie).send().await.unwrap();
    assert_eq!(platus.page_with(&cookie).await, StatusCode::SEE_OTHER);
    let kept = fs::read_to_string(folder.join("sessions.ended")).unwrap();
    assert!(kept.contains(REVOKED.trim()) && kept.lines().count() == 2, "{kept}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_sqlite_loads_unchanged() {
    let receiver = Receiver::start();
    let folder = folder("", &receiver);
    fs::write(folder.path().join("platus.db"), unpacked(SQLITE)).unwrap();
    let platus = Platus::start(folder.path());
    is_all_there(&platus, &receiver).await;
    sessions_stay_revoked(&platus, folder.path()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keys_of_redis_load_unchanged() {
    let redis = RedisServer::start(&[]);
    let mut stream = redis.connect();
    stream.write_all(&unpacked(REDIS)).unwrap();
    until("the keys are there", async || redis.command("EXISTS platus:meta") == ":1").await;
    let receiver = Receiver::start();
    let store = format!("persistent_data_backend: {{type: redis, data: {{host: 127.0.0.1, port: {}}}}}", redis.port);
    let folder = folder(&store, &receiver);
    let platus = Platus::start(folder.path());
    is_all_there(&platus, &receiver).await;
}
