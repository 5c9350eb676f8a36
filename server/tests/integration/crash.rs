//! Platus is killed at random instants while it works, again and again, with each store. After each time, what it had shown or
//! acknowledged to anybody must be in its database: changes of state, orders and reports of jobs. Of each incident there is one notification of its
//! begin and one of its end, and each comes to its receiver once, or again with the same key.
//!
//! `make test` does it some times. `PLATUS_KILLS=200 cargo test -p server --test integration crash -- --nocapture` does it more often
//! (about five minutes for each store), and `PLATUS_SEED` repeats the instants of another run.

mod chance;
pub(crate) mod databases;
mod full_disk;
mod jobs;
mod operator;
mod target;
mod watcher;
mod witness;

use crate::channels::fickle::{Fickle, Mood};
use crate::command_line::Running;
use crate::test_app::configuration;
use crate::waiting::until;
use chance::Chance;
use databases::Database;
use futures::FutureExt;
use futures::future::{FusedFuture, join3};
use history::NodeId;
use reqwest::Client;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::pin::pin;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use target::Target;
use tempfile::TempDir;
use tokio::time::timeout;
use witness::{UNREACHABLE, UNREACHABLE_CHANNEL, Witness};

/// How often it is killed. The variable is for a closer look.
const KILLS: &str = "PLATUS_KILLS";
const USUAL_KILLS: u64 = 8;

/// So many more lives may be needed on a busy machine, where some end before anything was acknowledged.
const LIVES_TO_SHOW_SOMETHING: u64 = 100;

/// What the instants follow from.
const SEED: &str = "PLATUS_SEED";

/// Milliseconds.
const LONGEST_LIFE: u64 = 900;

/// Looking into the database takes longer than a life, so it is done after so many, and at the end.
const LIVES_TO_A_LOOK: u64 = 10;

/// The channel that reaches its receiver in the end.
const REACHED: &str = "webhook";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_with_sqlite() {
    nothing_acknowledged_is_lost(Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_with_redis() {
    nothing_acknowledged_is_lost(Database::redis()).await;
}

#[cfg(feature = "mongodb")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_with_mongodb() {
    let database = tokio::task::spawn_blocking(Database::mongodb).await.unwrap();
    nothing_acknowledged_is_lost(database).await;
}

async fn nothing_acknowledged_is_lost(database: Database) {
    let kills = parameter(KILLS).unwrap_or(USUAL_KILLS);
    let seed = seed();
    println!("{}: {kills} kills, {SEED}={seed}", database.name());
    let mut crash = Crash::start(database, seed).await;
    for kill in 1..=kills + LIVES_TO_SHOW_SOMETHING {
        if kill > kills && crash.witness.has_seen_all() {
            break;
        }
        crash.live_and_be_killed().await;
        if kill % LIVES_TO_A_LOOK == 0 || kill >= kills {
            // Its server is killed as well.
            crash.database.kill_and_restart();
            let store = crash.database.open(crash.folder.path());
            crash.witness.verify(&*store).await;
            store.close().await.unwrap();
        }
    }
    crash.end_well().await;
}

fn parameter(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|value| value.parse().unwrap())
}

fn seed() -> u64 {
    parameter(SEED).unwrap_or_else(|| SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos() as u64)
}

struct Crash {
    database: Database,
    folder: TempDir,
    target: Target,
    receiver: Fickle,
    chance: Chance,
    witness: Witness,
}

impl Crash {
    async fn start(database: Database, seed: u64) -> Self {
        let (target, receiver) = (Target::start().await, Fickle::start());
        receiver.be(Mood::FailsOften);
        let config = format!(
            "check_interval: 1
retries_before_notify: 1
log_level: info
{}notify: true
notify_backend:
- {UNREACHABLE_CHANNEL}
- {{type: {REACHED}, group_window: 0, max_per_minute: 1000, data: {{url: 'http://{}/'}}}}
",
            database.settings(),
            receiver.address
        );
        let folder = configuration(&config, &(target.services() + &jobs::services()));
        let mut chance = Chance::new(seed);
        let witness = Witness::new(chance.below(u64::MAX));
        Self { database, folder, target, receiver, chance, witness }
    }

    fn platus(&self) -> Running {
        Running::serve(self.folder.path())
    }

    /// The time is over in the middle of anything: in a commit, in a request, before the first check.
    async fn live_and_be_killed(&mut self) {
        let life = Duration::from_millis(self.chance.below(LONGEST_LIFE));
        let mut running = self.platus();
        let address = running.address();
        let Witness { client, watcher, operator, jobs, .. } = &mut self.witness;
        let mut watching = pin!(watcher.watch(client, address));
        let mut ordering = pin!(operator.work(client, address).fuse());
        let mut reporting = pin!(jobs.work(client, address).fuse());
        timeout(life, join3(&mut watching, &mut ordering, &mut reporting)).await.ok();
        running.signal("-9");
        running.end();
        // Answers that were sent before that count.
        if !ordering.is_terminated() {
            ordering.await;
        }
        if !reporting.is_terminated() {
            reporting.await;
        }
    }

    /// Lets all incidents end and all notifications arrive, and compares those with the incidents.
    async fn end_well(mut self) {
        self.target.calm_down();
        self.receiver.be(Mood::Well);
        let mut running = self.platus();
        let address = running.address();
        let Witness { client, operator, jobs, .. } = &mut self.witness;
        operator.calm_down(client, address).await;
        jobs.calm_down(client, address).await;
        until("all incidents have ended and their notifications have arrived", async || {
            let waiting = format!("platus_channel_waiting_messages{{channel=\"{REACHED}\"");
            are_all_operational(&self.witness.client, address).await && self.witness.metric(address, &waiting).await == 0
        })
        .await;
        // It takes note that the last ones have arrived.
        running.signal("-TERM");
        running.end();

        let store = self.database.open(self.folder.path());
        let loaded = store.load().await.unwrap();
        assert!(loaded.open_incidents.is_empty(), "{:?}", loaded.open_incidents);
        assert!(loaded.notifications.iter().all(|message| message.channel == UNREACHABLE), "all have arrived");
        let names: HashMap<NodeId, &str> = loaded.nodes.iter().map(|record| (record.id, record.service.as_str())).collect();
        let mut incidents: BTreeMap<&str, usize> = BTreeMap::new();
        for incident in witness::incidents(&*store).await {
            *incidents.entry(names[&incident.node]).or_default() += 1;
        }
        let delivered = self.receiver.delivered();
        let mut kinds: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (service, kind) in &delivered {
            kinds.entry(service).or_default().push(kind);
        }
        // Those of incidents that the operator has acknowledged may be suppressed.
        let is_unheld = |service: &str| !service.starts_with(target::DOWN.0);
        incidents.retain(|service, _| is_unheld(service));
        kinds.retain(|service, _| is_unheld(service));
        for (service, incidents) in &incidents {
            let expected = ["opened", "recovered"].repeat(*incidents);
            assert_eq!(kinds.remove(service).unwrap_or_default(), expected, "{service}: each once, and in order");
        }
        assert!(kinds.is_empty(), "there were no incidents: {kinds:?}");
        let (changes, orders, reports) = self.witness.seen();
        println!(
            "{}: {changes} changes were shown, {orders} orders and {reports} reports of jobs acknowledged, {} notifications delivered, {} attempts repeated with the \
             same key: none is lost",
            self.database.name(),
            delivered.len(),
            self.receiver.repetitions()
        );
        store.close().await.unwrap();
    }
}

async fn are_all_operational(client: &Client, address: SocketAddr) -> bool {
    let request = client.get(format!("http://{address}/api/v1.0/status")).basic_auth("admin", Some("admin"));
    let board: Value = request.send().await.unwrap().json().await.unwrap();
    board["result"].as_array().unwrap().iter().all(|row| row["state"] == "operational")
}
