//! The store in Redis against real servers.

mod access;
mod late;
mod names;
mod legacy;
mod failures;

use super::contract::{self, Database};
use crate::servers::redis::RedisServer;
use crate::waiting;
use chrono::{DateTime, FixedOffset};
use history::NodeId;
use history::Sample;
use model::{ServiceId, State};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use storage::redis::RedisStore;
use storage::redis::Settings;
use storage::{Commit, FormerIds, NodeChange, NodeRecord, Store, StoreError, StoredAlerting, StoredStatus};

/// A store with further settings. It is not connected yet.
fn store_with(port: u16, more: Value) -> RedisStore {
    let mut settings = json!({"host": "127.0.0.1", "port": port});
    settings.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let settings: Settings = serde_json::from_value(settings).unwrap();
    RedisStore::new(settings).unwrap()
}

fn store(server: &RedisServer) -> RedisStore {
    store_with(server.port, json!({}))
}

/// One that has been loaded.
async fn started(server: &RedisServer) -> RedisStore {
    let store = store(server);
    store.load().await.unwrap();
    store
}

/// The answer of the server itself.
#[track_caller]
fn ask<T: ::redis::FromRedisValue>(server: &RedisServer, command: &[&str]) -> T {
    let client = ::redis::Client::open(("127.0.0.1", server.port)).unwrap();
    let mut asked = ::redis::Cmd::new();
    asked.arg(command);
    asked.query(&mut client.get_connection().unwrap()).unwrap()
}

#[track_caller]
fn hash(server: &RedisServer, key: &str) -> BTreeMap<String, String> {
    ask(server, &["HGETALL", key])
}

/// Asks again until it works, for servers take their time.
async fn until_done(store: &RedisStore, commit: &Commit) {
    waiting::eventually(async || {
        let done = store.commit(commit).await;
        assert!(!matches!(done, Err(StoreError::Unusable(_))), "{done:?}");
        done
    })
    .await;
}

#[track_caller]
fn assert_away<T: std::fmt::Debug>(result: Result<T, StoreError>, part: &str) {
    match result {
        Err(StoreError::Away(message)) => assert!(message.contains(part), "{message}"),
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn assert_unusable<T: std::fmt::Debug>(result: Result<T, StoreError>, part: &str) {
    match result {
        Err(StoreError::Unusable(message)) => assert!(message.contains(part), "{message}"),
        other => panic!("{other:?}"),
    }
}

fn time(text: &str) -> DateTime<FixedOffset> {
    text.parse().unwrap()
}

fn status(name: &str, state: State) -> StoredStatus {
    let checked = time("2017-04-30T16:57:57.459312+02:00");
    StoredStatus {
        group: "App".to_owned(),
        name: name.to_owned(),
        node_name: None,
        state,
        message: None,
        checked,
        elapsed: Some(729_046),
        retries: u32::from(!state.is_operational()),
        last_state: State::Operational,
        since: checked,
        failure: None,
        shown: true,
        stands_in: false,
        alerting: StoredAlerting::default(),
        heartbeat: None,
    }
}

/// A node of the service `shop`.
fn node(id: u32, status: Option<StoredStatus>) -> NodeRecord {
    NodeRecord { id: NodeId(id), service: ServiceId::new("shop"), node: format!("web{id}"), folded: 0, status }
}

fn commit(number: u64, nodes: Vec<NodeRecord>) -> Commit {
    let nodes = nodes.into_iter().map(|record| NodeChange { record, routine: false });
    Commit { number, samples: vec![sample(1)], nodes: nodes.collect(), ..Commit::default() }
}

fn sample(node: u32) -> Sample {
    Sample {
        node: NodeId(node),
        at: 1_774_728_000_000,
        state: State::Down,
        elapsed: None,
        previous: State::Operational,
        held: 0,
        maintenance: false,
    }
}

/// A database of its own, for the names of services are keys that cases would share.
struct Numbered {
    port: u16,
    db: u32,
}

impl Database for Numbered {
    fn open(&self) -> Arc<dyn Store> {
        Arc::new(store_with(self.port, json!({"db": self.db})))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_holds_the_contract() {
    let server = RedisServer::start(&["--databases", "100"]);
    let next = AtomicU32::new(0);
    let fresh = async || {
        let db = next.fetch_add(1, Ordering::Relaxed);
        Box::new(Numbered { port: server.port, db }) as Box<dyn Database>
    };
    contract::holds(fresh).await;
}
