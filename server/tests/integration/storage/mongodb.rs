//! The store `mongodb` against real servers: alone, and in replica sets.

mod attempts;
mod contracts;
mod failover;
mod hostile;
mod refusals;
mod tls;

use crate::servers::mongod::{ADMIN, Login, Mongod};
use crate::waiting;
use ::mongodb::bson::{Bson, Document, doc};
use ::mongodb::options::{ClientOptions, Credential, ServerAddress};
use ::mongodb::{Client, Database};
use chrono::{DateTime, FixedOffset, TimeZone, Utc};
use history::{NodeId, StoredChunk};
use history::{Sample, Tier};
use model::{NotificationKind, ServiceId, State};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use storage::mongodb::MongoDbStore;
use storage::mongodb::Settings;
use storage::{
    Commit, Fold, Incident, NodeChange, NodeRecord, Notification, NotificationKey, Store, StoreError, StoreSnapshot,
    StoredAlerting, StoredStatus, Transition, TransitionQuery,
};

/// The store with these settings beside its hosts.
fn open(hosts: &[String], more: Value) -> MongoDbStore {
    let mut data = json!({"host": hosts});
    data.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    // JSON is YAML, too.
    let node = yaml::parse("config.yaml", &data.to_string()).unwrap();
    MongoDbStore::new(&node.read::<Settings>().unwrap_or_else(|error| panic!("{error}"))).unwrap()
}

fn login(login: Login) -> Value {
    json!({"username": login.username, "password": login.password})
}

/// A database that no other test has.
fn fresh_database() -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    format!("platus{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// A standalone server and a database in it.
struct Lone {
    mongod: Mongod,
    database: String,
}

impl Lone {
    fn start() -> Self {
        Self { mongod: Mongod::start(&[]), database: fresh_database() }
    }

    fn open(&self) -> MongoDbStore {
        open(&[self.mongod.name()], json!({"database": self.database}))
    }

    async fn loaded(&self) -> (MongoDbStore, StoreSnapshot) {
        let store = self.open();
        let loaded = store.load().await.unwrap();
        (store, loaded)
    }

    /// What lies in the database.
    fn inside(&self) -> Database {
        inside(&self.mongod, None, &self.database)
    }

    /// Makes commands fail on a collection in a way that its makers have foreseen for tests.
    async fn let_fail(&self, command: &str, collection: &str, mode: impl Into<Bson>, how: Document) {
        let mut data = doc! { "failCommands": [command], "namespace": format!("{}.{collection}", self.database) };
        data.extend(how);
        let point = doc! { "configureFailPoint": "failCommand", "mode": mode.into(), "data": data };
        self.mongod.run(None, point).await.unwrap();
    }

    async fn let_be(&self) {
        self.mongod.run(None, doc! { "configureFailPoint": "failCommand", "mode": "off" }).await.unwrap();
    }
}

fn inside(mongod: &Mongod, login: Option<Login>, database: &str) -> Database {
    let mut options = ClientOptions::default();
    options.hosts = vec![ServerAddress::Tcp { host: "127.0.0.1".to_owned(), port: Some(mongod.port) }];
    options.direct_connection = Some(true);
    options.credential = login.map(|login| {
        let mut credential = Credential::default();
        credential.username = Some(login.username.to_owned());
        credential.password = Some(login.password.to_owned());
        credential
    });
    Client::with_options(options).unwrap().database(database)
}

fn instant(seconds: u64) -> DateTime<FixedOffset> {
    Utc.timestamp_opt(1_700_000_000 + i64::try_from(seconds).unwrap(), 0).unwrap().fixed_offset()
}

fn sample(node: u32, second: u64) -> Sample {
    let at = instant(second).timestamp_millis();
    Sample {
        node: NodeId(node),
        at,
        state: State::Down,
        elapsed: Some(1_000),
        previous: State::Down,
        held: 1_000,
        maintenance: false,
    }
}

fn node(id: u32, second: u64) -> NodeRecord {
    let status = StoredStatus {
        group: "Infra".to_owned(),
        name: "Orders".to_owned(),
        node_name: Some(format!("host {id}")),
        state: State::Down,
        message: Some(format!("seen at {second}")),
        checked: instant(second),
        elapsed: Some(1_000),
        retries: 0,
        last_state: State::Operational,
        since: instant(0),
        failure: None,
        shown: true,
        stands_in: false,
        alerting: StoredAlerting::default(),
        heartbeat: None,
    };
    NodeRecord { id: NodeId(id), service: ServiceId::new("orders"), node: id.to_string(), folded: 0, status: Some(status) }
}

fn message(number: u64) -> Notification {
    Notification {
        key: NotificationKey(format!("message {number}")),
        channel: "mail".to_owned(),
        created: instant(number),
        incident: number,
        service: ServiceId::new("orders"),
        node: "1".to_owned(),
        name: "Orders".to_owned(),
        state: State::Down,
        last_state: State::Operational,
        message: None,
        kind: NotificationKind::Opened,
        group: "Infra".to_owned(),
        since: None,
        checks: 3,
        delivery: None,
        given_up: None,
        opened_as: None,
    }
}

/// A commit that has something of everything, and is done with the message of the one before.
fn commit(number: u64) -> Commit {
    let transition = Transition {
        id: number,
        node: NodeId(1),
        at: instant(number),
        from: State::Operational,
        to: State::Down,
        message: None,
        lasted: 1_000,
    };
    let incident = Incident {
        id: number,
        node: NodeId(1),
        since: instant(number),
        opened: instant(number),
        ended: None,
        worst: State::Down,
        message: None,
        notified_channels: Vec::new(),
        opened_as: None,
        deliveries: Vec::new(),
    };
    Commit {
        number,
        samples: vec![sample(1, number), sample(2, number)],
        nodes: vec![NodeChange { record: node(1, number), routine: false }],
        transitions: vec![transition],
        incidents: vec![incident],
        notifications: vec![message(number)],
        settled: (number > 1).then(|| NotificationKey(format!("message {}", number - 1))).into_iter().collect(),
        ..Commit::default()
    }
}

fn fold(through: u64, content: &[u8]) -> Fold {
    let chunk = |node| StoredChunk { tier: Tier::Raw, slot: 7, node: NodeId(node), bytes: content.to_vec() };
    let folded = NodeRecord { folded: through, ..node(1, through) };
    Fold { chunks: vec![chunk(1), chunk(2)], nodes: vec![folded], drop_journal: Some(through) }
}

/// That all commits up to this one, and nothing else, are there: each once, and in order. The journal of the first ones is dropped.
#[track_caller]
fn assert_holds(loaded: &StoreSnapshot, last: u64, dropped: u64) {
    assert_eq!((loaded.last_commit, loaded.last_transition, loaded.last_incident), (last, last, last));
    let journal: Vec<_> = (dropped + 1..=last).map(|number| (number, commit(number).samples)).collect();
    assert_eq!(loaded.journal, journal);
    let incidents: Vec<_> = (1..=last).flat_map(|number| commit(number).incidents).collect();
    assert_eq!(loaded.open_incidents, incidents);
    assert_eq!(loaded.notifications, [message(last)]);
    let nodes: Vec<_> = loaded.nodes.iter().map(|record| NodeRecord { folded: 0, ..record.clone() }).collect();
    assert_eq!(nodes, [node(1, last)]);
}

async fn transitions(store: &MongoDbStore) -> Vec<u64> {
    let query = TransitionQuery { nodes: None, from: instant(0), to: instant(1_000_000), limit: 1_000_000 };
    store.transitions(&query).await.unwrap().iter().map(|transition| transition.id).collect()
}

/// Commits as the writer does: with a deadline, and the same again until it succeeds. Returns how often it took.
async fn commit_at_last(store: &MongoDbStore, commit: &Commit) -> usize {
    let mut attempts = 0;
    waiting::eventually(async || {
        attempts += 1;
        match tokio::time::timeout(Duration::from_secs(2), store.commit(commit)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error @ StoreError::Unusable(_))) => panic!("{error}"),
            failed => Err(format!("{failed:?}")),
        }
    })
    .await;
    attempts
}

#[track_caller]
fn assert_away<T: std::fmt::Debug>(result: Result<T, StoreError>, expected: &str) {
    assert!(matches!(&result, Err(StoreError::Away(text)) if text.contains(expected)), "{result:?}");
}

#[track_caller]
fn assert_unusable<T: std::fmt::Debug>(result: Result<T, StoreError>, expected: &str) {
    assert!(matches!(&result, Err(StoreError::Unusable(text)) if text.contains(expected)), "{result:?}");
}
