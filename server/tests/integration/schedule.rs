//! The schedule of checks: soon after the start for any interval, and after a restart as without it.

use crate::command_line::Running;
use crate::test_app::{PATIENCE, TestApp, configuration};
use crate::waiting::{eventually, until};
use checks::{CheckTypes, Host, NoData, Plugin};
use chrono::{Local, TimeDelta};
use history::{NodeId, Retention};
use model::{CheckError, Observation};
use model::{ServiceId, State};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex};
use storage::sqlite::SqliteStore;
use storage::{Commit, FormerIds, NodeChange, NodeRecord, Store, StoredAlerting, StoredStatus, writer};
use yaml::InvalidSetting;

/// How often each host was checked in this process.
static CHECKS: LazyLock<Mutex<BTreeMap<String, usize>>> = LazyLock::new(Mutex::default);

/// Counts its checks.
struct Counted {
    host: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Properties {
    /// Under which name it counts.
    host: String,
}

impl Plugin for Counted {
    const NAME: &'static str = "counted";
    const SUMMARY: &'static str = "Counts its checks.";
    type Properties = Properties;
    type Data = NoData;
    const EXAMPLE: &'static str = "";

    fn connect(properties: Properties, _: NoData, _: &Host) -> Result<Self, InvalidSetting> {
        Ok(Self { host: properties.host })
    }

    async fn check(&self) -> Result<Vec<Observation>, CheckError> {
        *CHECKS.lock().unwrap().entry(self.host.clone()).or_default() += 1;
        Ok(vec![Observation::new(&self.host, State::Operational)])
    }
}

fn checks(host: &str) -> usize {
    CHECKS.lock().unwrap().get(host).copied().unwrap_or_default()
}

/// Hourly services of these names.
fn hourly(names: &[String]) -> String {
    let mut services = String::new();
    for name in names {
        writeln!(services, "{name}: {{type: counted, interval: 3600, properties: {{host: {name}}}, data: {{name: {name}}}}}")
            .unwrap();
    }
    services
}

async fn start_on(folder: &Path, names: &[String]) -> TestApp {
    let store: Arc<dyn Store> = Arc::new(SqliteStore::beside(folder));
    let start = writer::start(store, Retention::default(), PATIENCE, false, FormerIds::default()).await.unwrap();
    TestApp::start_on(start, "check_interval: 60\n", &hourly(names), &CheckTypes::built_in().with::<Counted>()).await
}

/// Waits until every service has been checked, and returns when.
async fn checked(app: &TestApp) -> BTreeMap<String, String> {
    eventually(async || {
        let rows = app.status("admin").await;
        let is_checked = rows.iter().all(|row| row["state"] == "operational");
        let text = |row: &serde_json::Value, key: &str| row[key].as_str().unwrap().to_owned();
        let times = || rows.iter().map(|row| (text(row, "name"), text(row, "checked"))).collect();
        if is_checked { Ok(times()) } else { Err(format!("{rows:?}")) }
    })
    .await
}

#[tokio::test]
async fn hourly_services_are_checked_soon_after_the_start_and_not_again_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let mut names: Vec<String> = (0..10).map(|number| format!("hourly-{number}")).collect();
    let app = start_on(folder.path(), &names).await;
    let before = checked(&app).await;
    app.stop().await;

    // The new service is the last in the sequence: when it has been checked, all others that are due have been, too.
    names.push("hourly-new".to_owned());
    let app = start_on(folder.path(), &names).await;
    let after = checked(&app).await;
    app.stop().await;
    for (name, time) in before {
        assert_eq!((after[&name].as_str(), checks(&name)), (time.as_str(), 1), "{name}");
    }
    assert_eq!(checks("hourly-new"), 1);
}

#[tokio::test]
async fn when_all_states_are_reset_every_service_is_checked_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let names = ["reset-a".to_owned(), "reset-b".to_owned()];
    let app = start_on(folder.path(), &names).await;
    checked(&app).await;
    assert!(app.post_as("admin", "/api/v1.0/flush_status").await.status().is_success());
    until("both were checked again", async || names.iter().all(|name| checks(name) == 2)).await;
    checked(&app).await;
    app.stop().await;
}

#[tokio::test]
async fn a_restart_postpones_no_check() {
    let folder = tempfile::tempdir().unwrap();
    // Each with how many seconds before the start it was checked last. The clock was an hour ahead then, for one of them.
    let past = [("past-due-soon", 3598), ("past-later", 1800), ("past-missed", 7200), ("past-of-the-future", -3600)];
    let names: Vec<String> = past.iter().map(|(name, _)| (*name).to_owned()).collect();
    let store = SqliteStore::beside(folder.path());
    store.load().await.unwrap();
    let node = |(number, (name, ago)): (u32, &(&str, i64))| {
        let checked = (Local::now() - TimeDelta::seconds(*ago)).fixed_offset();
        let status = StoredStatus {
            group: "n/a".to_owned(),
            name: (*name).to_owned(),
            node_name: None,
            state: State::Operational,
            message: None,
            checked,
            elapsed: None,
            retries: 0,
            last_state: State::Operational,
            since: checked,
            failure: None,
            shown: true,
            stands_in: false,
            alerting: StoredAlerting::default(),
            heartbeat: None,
        };
        let (service, node) = (ServiceId::new(*name), (*name).to_owned());
        NodeChange { record: NodeRecord { id: NodeId(number), service, node, folded: 0, status: Some(status) }, routine: false }
    };
    let commit = Commit { number: 1, nodes: (1..).zip(&past).map(node).collect(), ..Commit::default() };
    store.commit(&commit).await.unwrap();
    store.close().await.unwrap();

    let app = start_on(folder.path(), &names).await;
    until("what was due has been checked", async || {
        ["past-missed", "past-of-the-future", "past-due-soon"].iter().all(|name| checks(name) == 1)
    })
    .await;
    assert_eq!(checks("past-later"), 0);
    app.stop().await;
}

#[tokio::test]
async fn a_service_that_was_changed_is_checked_soon_after_the_start() {
    rustls::crypto::ring::default_provider().install_default().ok();
    let services = |word: &str| {
        format!(
            "changed: {{type: exec, interval: 3600, properties: {{command: [sh, -c, 'echo {word}; exit 1']}}, data: {{name: changed}}}}\n"
        )
    };
    let folder = configuration("{}", "{}");
    for word in ["before", "after"] {
        std::fs::write(folder.path().join("services.yaml"), services(word)).unwrap();
        let mut running = Running::serve(folder.path());
        let address = format!("http://{}/api/v1.0/services/changed", running.address());
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        until(&format!("the row says {word}"), async || {
            let answer = client.get(&address).basic_auth("admin", Some("admin")).send().await.unwrap();
            let service: serde_json::Value = answer.json().await.unwrap();
            service["result"]["nodes"][0]["message"] == *word
        })
        .await;
        running.signal("-TERM");
        running.end();
    }
}
