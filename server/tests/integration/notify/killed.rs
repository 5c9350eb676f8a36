//! Nothing is lost, whatever happens: a receiver that fails at random, loses its own answers, is slow, and is away for an hour, while
//! Platus is killed again and again. An hour passes in seconds, since Platus is given a clock that runs fast.

use crate::channels::fickle::{self, Fickle, Mood};
use crate::command_line::signal;
use crate::test_app::{PATIENCE, configuration};
use crate::waiting::{eventually, until};
use checks::{CheckTypes, Host, NoData, Plugin};
use chrono::{DateTime, Local, TimeDelta};
use history::Retention;
use model::State;
use model::{CheckError, Observation};
use schemars::JsonSchema;
use serde::Deserialize;
use server::application::Application;
use server::config::Config;
use std::collections::{BTreeMap, HashMap};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;
use storage::sqlite::SqliteStore;
use storage::{FormerIds, IncidentQuery, Store, writer};
use system::clock::Clock;
use tokio_util::sync::CancellationToken;
use yaml::InvalidSetting;

/// Platus waits so many times as fast as usual.
const SPEED: u32 = 600;

const SERVICES: usize = 40;

/// Where the process that is to be killed finds its files, and whether its services are to be well.
const FOLDER: &str = "PLATUS_TEST_FOLDER";
const CALM: &str = "PLATUS_TEST_CALM";

/// The test of this file, as the program of all tests knows it.
const TEST: &str = "notify::killed::every_change_is_delivered_exactly_once_to_who_knows_repetitions_and_in_order";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_change_is_delivered_exactly_once_to_who_knows_repetitions_and_in_order() {
    if let Some(folder) = std::env::var_os(FOLDER) {
        return be_platus_with_a_fast_clock(Path::new(&folder)).await;
    }
    let fickle = Fickle::start();
    let services: String = (0..SERVICES).map(|number| format!("s{number}: {{type: moody, data: {{name: s{number}}}}}\n")).collect();
    let folder = configuration(
        &format!(
            "check_interval: 1
retries_before_notify: 1
notify: true
notify_backend: {{type: webhook, timeout: 3600, max_per_minute: 1000, data: {{url: 'http://{}/'}}}}
",
            fickle.address
        ),
        &services,
    );
    // What the receiver is like, and after how many minutes of it Platus is killed. It is away for an hour.
    let phases: [(Mood, &[u64]); 4] =
        [(Mood::FailsOften, &[17, 32, 45]), (Mood::Away, &[25, 60]), (Mood::FailsOften, &[9, 20, 45]), (Mood::Slow, &[25, 40])];
    let clock = Clock::running(Local::now().fixed_offset(), SPEED);
    println!("{:<12} {:>6} {:>9} {:>7} {:>12} {:>6}", "receiver", "kills", "requests", "taken", "answer lost", "failed");
    for (mood, kills) in phases {
        fickle.be(mood);
        let begun = clock.elapsed();
        for minutes in kills {
            // A process that was killed does not wait for an answer any more.
            fickle.answer();
            let platus = Killable::start(folder.path(), false);
            if mood == Mood::Slow {
                // One that was kept waiting is answered in the end; the next is still waiting when Platus is killed.
                until("a delivery waits for an answer", async || fickle.answer()).await;
            }
            clock.until(begun + Duration::from_secs(minutes * 60)).await;
            platus.kill();
        }
        println!("{}", fickle.row(mood, kills.len()));
    }
    fickle.be(Mood::Well);
    let platus = Killable::start(folder.path(), true);
    let incidents = eventually(async || settled(folder.path()).await).await;
    platus.kill();
    println!("{}", fickle.row(Mood::Well, 1));

    let expected: usize = incidents.values().sum();
    assert!(expected > SERVICES, "only {expected} incidents; the test has shown little");
    let delivered = fickle.delivered();
    let mut kinds: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (service, kind) in &delivered {
        kinds.entry(service).or_default().push(kind);
    }
    for (service, incidents) in &incidents {
        let in_order: Vec<_> = (0..*incidents).flat_map(|_| ["opened", "recovered"]).collect();
        assert_eq!(kinds.get(service.as_str()).cloned().unwrap_or_default(), in_order, "{service}");
    }
    println!(
        "{expected} incidents, {} changes delivered once each and in order, {} repetitions recognised",
        delivered.len(),
        fickle.repetitions()
    );
}

/// How many incidents each service has had, once all have ended and everything is delivered.
async fn settled(folder: &Path) -> Result<HashMap<String, usize>, String> {
    let copy = tempfile::tempdir().unwrap();
    for file in ["platus.db", "platus.db-wal"] {
        // The log of the database may just not be there.
        std::fs::copy(folder.join(file), copy.path().join(file)).ok();
    }
    let store = SqliteStore::beside(copy.path());
    let loaded = store.load().await.map_err(|error| error.to_string())?;
    if loaded.last_commit == 0 || !loaded.open_incidents.is_empty() || !loaded.notifications.is_empty() {
        return Err(format!("{} incidents and {} messages are open", loaded.open_incidents.len(), loaded.notifications.len()));
    }
    let all = IncidentQuery {
        nodes: None,
        from: DateTime::UNIX_EPOCH.fixed_offset(),
        to: (Local::now() + TimeDelta::days(1)).fixed_offset(),
        limit: usize::MAX,
    };
    let services: HashMap<_, _> = loaded.nodes.iter().map(|node| (node.id, node.service.to_string())).collect();
    let mut incidents = HashMap::new();
    for incident in store.incidents(&all).await.map_err(|error| error.to_string())? {
        *incidents.entry(services[&incident.node].clone()).or_default() += 1;
    }
    Ok(incidents)
}

/// A process of this very program that runs this very test, which then is Platus.
struct Killable(Child);

impl Killable {
    fn start(folder: &Path, calm: bool) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", TEST]);
        command.env(FOLDER, folder).stdout(Stdio::null()).stderr(Stdio::null());
        if calm {
            command.env(CALM, "yes");
        }
        Self(command.spawn().unwrap())
    }

    fn kill(mut self) {
        signal(self.0.id(), "-9");
        self.0.wait().unwrap();
    }
}

/// Does what Platus does, until it is killed.
async fn be_platus_with_a_fast_clock(folder: &Path) {
    rustls::crypto::ring::default_provider().install_default().ok();
    let config = Config::load(&folder.join("config.yaml"), &|_| None).unwrap();
    let start_store = async |_: &Config| {
        let store: Arc<dyn Store> = Arc::new(SqliteStore::beside(folder));
        Ok(writer::start(store, Retention::default(), PATIENCE, false, FormerIds::default()).await?)
    };
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let clock = Clock::running(Local::now().fixed_offset(), SPEED);
    let check_types = CheckTypes::built_in().with::<Moody>();
    let application = Application::build_on(config, &check_types, Some(listen), start_store, clock).await.unwrap();
    application.run_until(CancellationToken::new()).await.unwrap();
}

/// Finds its service well or not, by chance.
struct Moody;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Nowhere {}

impl Plugin for Moody {
    const NAME: &'static str = "moody";
    const SUMMARY: &'static str = "Finds anything.";
    type Properties = Nowhere;
    type Data = NoData;
    const EXAMPLE: &'static str = "";

    fn connect(_: Nowhere, _: NoData, _: &Host) -> Result<Self, InvalidSetting> {
        Ok(Self)
    }

    async fn check(&self) -> Result<Vec<Observation>, CheckError> {
        let is_well = std::env::var_os(CALM).is_some() || fickle::chance(50);
        Ok(vec![Observation::new("node", if is_well { State::Operational } else { State::Down })])
    }
}
