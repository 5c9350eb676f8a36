//! What recurs is stored, and goes on after a restart, with each store.

use crate::command_line::Running;
use crate::crash::databases::Database;
use crate::test_app::{PATIENCE, configuration};
use crate::waiting::until;
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use std::path::Path;

const SERVICES: &str = "
shop: {role: dev, type: exec, properties: {host: shop.lan, command: ['true']}, data: {type: App, name: Shop}}
mail: {role: dev, type: exec, properties: {host: mail.lan, command: ['true']}, data: {type: App, name: Mail}}
";

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

    async fn ask(&self, method: Method, path: &str, body: &Value) -> (StatusCode, Value) {
        let url = format!("http://{}/api/v1.0{path}", self.running.address());
        let request = self.client.request(method, url).basic_auth("admin", Some("admin")).body(body.to_string());
        let response = request.send().await.unwrap();
        (response.status(), response.json::<Value>().await.unwrap()["result"].clone())
    }

    async fn silences(&self) -> Vec<Value> {
        self.ask(Method::GET, "/silences", &Value::Null).await.1.as_array().unwrap().clone()
    }

    /// Why no notifications are sent for the service.
    async fn suppression(&self, service: &str) -> Value {
        let service = self.ask(Method::GET, &format!("/services/{service}"), &Value::Null).await.1;
        service["nodes"][0]["suppression"]["kind"].clone()
    }

    fn stop(mut self) {
        self.running.signal("-TERM");
        self.running.end();
    }
}

async fn goes_on_after_a_restart(database: &Database) {
    let folder = configuration(&format!("check_interval: 1\n{}", database.settings()), SERVICES);
    let platus = Platus::start(folder.path());
    let all_day = json!({"from": "00:00", "to": "00:00", "zone": "UTC"});
    let monthly = json!({
        "month_days": [1, 15], "from": "22:00", "to": "04:00", "zone": "Asia/Kolkata", "first": "2026-01-01", "last": "9000-01-01",
    });
    for (service, rule) in [("shop", &all_day), ("mail", &monthly)] {
        let order = json!({"services": [service], "kind": "maintenance", "comment": "größer", "recurrence": rule});
        let (status, answer) = platus.ask(Method::POST, "/silences", &order).await;
        assert_eq!(status, StatusCode::CREATED, "{answer}");
    }
    until("it is in force", async || platus.suppression("shop").await == "maintenance").await;
    let before = platus.silences().await;
    platus.stop();

    let platus = Platus::start(folder.path());
    until("it is in force again", async || platus.suppression("shop").await == "maintenance").await;
    let after = platus.silences().await;
    let kept = |silences: &[Value]| {
        let kept = |silence: &Value| ["id", "created", "comment", "recurrence"].map(|key| silence[key].clone());
        silences.iter().map(kept).collect::<Vec<_>>()
    };
    assert_eq!(kept(&after), kept(&before));
    assert_eq!((&after[0]["recurrence"], &after[1]["recurrence"]), (&all_day, &monthly));
    assert_eq!(platus.ask(Method::DELETE, &format!("/silences/{}", after[0]["id"]), &Value::Null).await.0, StatusCode::OK);
    platus.stop();

    let platus = Platus::start(folder.path());
    assert_eq!(kept(&platus.silences().await), kept(&after[1..]), "the other was ended");
    platus.stop();
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
