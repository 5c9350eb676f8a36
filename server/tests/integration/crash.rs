//! Platus is killed at random instants while it works, again and again. After each time, what it had shown to anybody must be in its
//! database, and so must one message, and not two, for everything that people are to be told of.

use crate::command_line::{Running, platus};
use crate::test_app::{EventStream, PATIENCE, configuration};
use app::model::State;
use axum::Router;
use axum::extract::Path as PathOf;
use axum::http::StatusCode;
use axum::routing::get;
use chrono::{DateTime, FixedOffset};
use reqwest::Client;
use server::storage::sqlite::SqliteStore;
use server::storage::{IncidentQuery, Loaded, MessageKey, NodeId, Store, Transition, TransitionQuery};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::time::{Instant, timeout_at};

/// How often it is killed. The variable is for whoever wants to look more closely, or quickly.
const KILLS: &str = "PLATUS_KILLS";
const USUAL_KILLS: u64 = 200;

const SERVICES: usize = 100;

/// What somebody who watches the stream has seen of one change: service, from, to.
type Shown = (String, State, State);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_shown_survives_being_killed_at_any_instant() {
    // The client wants to know how it would encrypt, even though it never does here.
    rustls::crypto::ring::default_provider().install_default().ok();
    let kills = std::env::var(KILLS).map_or(USUAL_KILLS, |kills| kills.parse().unwrap());
    let target = fickle_target().await;
    let folder = configuration(
        "check_interval: 1\nretries_before_notify: 1\nlog_level: info\nnotify: true\nnotify_backend:\n  type: slack\n  data: {url: 'http://127.0.0.1:9/'}\n",
        &services(target),
    );
    let mut chance = Chance(0x9E37_79B9_7F4A_7C15);
    let mut watcher = Watcher::default();
    let mut checked = 0;
    for kill in 0..kills {
        let life = Duration::from_millis(chance.below(700));
        watcher.watch_until_killed(folder.path(), life).await;
        // Looking into the database takes longer than a life, so it is done now and then, and at the end.
        if kill % 10 == 9 || kill + 1 == kills {
            checked += verify(folder.path(), &mut watcher).await;
        }
    }
    assert!(checked as u64 >= kills, "only {checked} changes were seen in {kills} lives; the test has shown little");
    println!("killed {kills} times, {checked} changes were shown, and none of them is missing");
}

/// Somebody who watches the stream of events, life after life.
#[derive(Default)]
struct Watcher {
    /// The latest state seen of each service.
    states: HashMap<String, State>,
    /// The changes seen since the last look into the database.
    shown: Vec<Shown>,
    /// The last transition that was in the database at the last look.
    verified: u64,
}

impl Watcher {
    async fn watch_until_killed(&mut self, folder: &Path, life: Duration) {
        let config = folder.join("config.yaml");
        let running = Running::start(&mut platus(&["serve", "--listen", "127.0.0.1:0", "--config", config.to_str().unwrap()]));
        let address = running.address();
        let end = Instant::now() + life;
        let watching = self.watch(address);
        // The time is over in the middle of anything: between two events, in the middle of one, before the first.
        timeout_at(end, watching).await.ok();
        running.signal("-9");
    }

    async fn watch(&mut self, address: SocketAddr) {
        let client = Client::builder().no_proxy().timeout(PATIENCE).build().unwrap();
        // The board first, as a page does: what changed since the last life is not on the stream.
        let board = client.get(format!("http://{address}/api/v1.0/status")).basic_auth("admin", Some("admin")).send().await;
        let Ok(board) = board else { return };
        let Ok(board) = board.json::<serde_json::Value>().await else { return };
        for row in board["result"].as_array().unwrap() {
            self.see(row["name"].as_str().unwrap(), &row["state"], row["retries"].as_u64() == Some(0) && row["state"] == "unknown");
        }
        let Ok(mut stream) = EventStream::open(&client, address).await else { return };
        while let Some(event) = stream.next().await {
            if event.name == "status" {
                self.see(event.data["name"].as_str().unwrap(), &event.data["state"], false);
            }
        }
    }

    fn see(&mut self, service: &str, state: &serde_json::Value, is_unchecked: bool) {
        if is_unchecked {
            return;
        }
        let state: State = serde_json::from_value(state.clone()).unwrap();
        if let Some(before) = self.states.insert(service.to_owned(), state).filter(|before| *before != state) {
            self.shown.push((service.to_owned(), before, state));
        }
    }
}

/// Opens the database and compares. Returns how many changes were compared.
async fn verify(folder: &Path, watcher: &mut Watcher) -> usize {
    let store = SqliteStore::beside(folder);
    let loaded = store.load().await.expect("the database opens without repair");
    let transitions = transitions(&store, watcher.verified).await;
    let names: HashMap<NodeId, String> =
        loaded.nodes.iter().map(|record| (record.id, record.service.as_str().to_uppercase())).collect();

    // Of each service the states in the order of the database, and in the order in which they were seen. Whoever watches may miss
    // some in between, since a row is sent whole; but what they saw must be there, in that order.
    let mut stored: BTreeMap<&str, Vec<State>> = BTreeMap::new();
    for transition in &transitions {
        stored.entry(&names[&transition.node]).or_default().push(transition.to);
    }
    let shown = std::mem::take(&mut watcher.shown);
    for (service, from, to) in &shown {
        let left =
            stored.get_mut(service.as_str()).unwrap_or_else(|| panic!("{service}: {from} to {to} was shown and is not stored"));
        let place = left.iter().position(|state| state == to);
        let place = place.unwrap_or_else(|| panic!("{service}: {from} to {to} was shown and is not stored"));
        left.drain(..=place);
    }
    if let Some(last) = transitions.last() {
        watcher.verified = last.id;
    }
    // What was stored and not shown any more before the end is known from now on; the next life shows it as it is.
    for record in &loaded.nodes {
        if let Some(status) = &record.status {
            watcher.states.insert(names[&record.id].clone(), status.state);
        }
    }
    let ids: Vec<u64> = transitions.iter().map(|transition| transition.id).collect();
    assert!(ids.windows(2).all(|pair| pair[1] == pair[0] + 1), "no transition is missing or there twice: {ids:?}");

    messages_match_incidents(&store, &loaded).await;
    store.close().await.unwrap();
    shown.len()
}

/// One message for the opening of each incident and one for its end: no more, no less.
async fn messages_match_incidents(store: &SqliteStore, loaded: &Loaded) {
    let (from, to) = all_time();
    let query = IncidentQuery { nodes: None, from, to, limit: usize::MAX >> 1 };
    let incidents = store.incidents(&query).await.unwrap();
    let owed: usize = incidents.iter().map(|incident| 1 + usize::from(incident.ended.is_some())).sum();
    let keys: BTreeSet<&MessageKey> = loaded.messages.iter().map(|message| &message.key).collect();
    assert_eq!(keys.len(), loaded.messages.len(), "no key is there twice");
    assert_eq!(loaded.messages.len(), owed, "one message for each opening and each end");
    let open: BTreeSet<u64> = incidents.iter().filter(|incident| incident.ended.is_none()).map(|incident| incident.id).collect();
    assert_eq!(open, loaded.open_incidents.iter().map(|incident| incident.id).collect());
    for record in &loaded.nodes {
        let Some(status) = &record.status else { continue };
        let incident = status.trouble.and_then(|trouble| trouble.incident);
        assert_eq!(incident.is_some(), !status.state.is_operational(), "{}: {status:?}", record.service);
        assert!(incident.is_none_or(|incident| open.contains(&incident)), "{}: {status:?}", record.service);
    }
}

async fn transitions(store: &SqliteStore, after: u64) -> Vec<Transition> {
    let (from, to) = all_time();
    let mut transitions = store.transitions(&TransitionQuery { nodes: None, from, to, limit: usize::MAX >> 1 }).await.unwrap();
    transitions.reverse();
    transitions.retain(|transition| transition.id > after);
    transitions
}

fn all_time() -> (DateTime<FixedOffset>, DateTime<FixedOffset>) {
    let instant = |text| DateTime::parse_from_rfc3339(text).unwrap();
    (instant("2000-01-01T00:00:00Z"), instant("2100-01-01T00:00:00Z"))
}

/// Answers each time as if it had been asked for the first time.
async fn fickle_target() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let answer = |PathOf(service): PathOf<usize>| async move {
        let time = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos() as u64;
        if Chance(time ^ (service as u64) << 32).below(2) == 0 { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }
    };
    let router = Router::new().route("/{service}", get(answer));
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

fn services(target: SocketAddr) -> String {
    let mut services = String::new();
    for number in 0..SERVICES {
        let (host, port) = (target.ip(), target.port());
        writeln!(
            services,
            "s{number}: {{type: rest_http, role: dev, properties: {{host: {host}, port: {port}, protocol: http}}, data: {{type: App, name: S{number}, url: /{number}}}}}"
        )
        .unwrap();
    }
    services
}

/// Numbers that look random (`SplitMix64`), the same in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % limit
    }
}
