//! A database that an older Platus wrote. The fixture was made by the first version of the schema, and is never made anew.

use super::store;
use crate::storage::records::{self, at, chunk, sample, silence, transition};
use history::NodeId;
use history::Tier;
use model::NotificationKind;
use rusqlite::Connection;
use std::collections::HashSet;
use std::fs;
use std::path::Path;
use storage::{
    Commit, Incident, IncidentQuery, NodeRecord, Notification, SilenceKind, Store, StoredAlerting, StoredFailure, StoredStatus,
    TransitionQuery,
};
use tempfile::TempDir;

const FIRST: &str = include_str!("../../../fixtures/storage/sqlite_1.sql");

fn restore(path: &Path) -> Connection {
    let connection = Connection::open(path).unwrap();
    connection.execute_batch(FIRST).unwrap();
    connection
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_version_is_brought_up_to_date_and_loses_nothing() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("platus.db");
    restore(&path).close().unwrap();
    check_whole(&path).await;
}

/// As a process leaves it that is killed while it brings the database up to date: SQLite undoes what was not committed.
#[tokio::test(flavor = "multi_thread")]
async fn an_update_that_was_interrupted_is_made_again() {
    let folder = TempDir::new().unwrap();
    let (path, torn) = (folder.path().join("platus.db"), folder.path().join("torn.db"));
    let connection = restore(&path);
    connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA cache_size = 1; PRAGMA cache_spill = 1; BEGIN IMMEDIATE").unwrap();
    connection.execute_batch("CREATE TABLE directive (half TEXT); PRAGMA user_version = 2").unwrap();
    connection.execute_batch("INSERT INTO directive SELECT hex(randomblob(3000)) FROM json_each('[1,2,3,4,5,6,7,8,9]')").unwrap();
    for end in ["", "-wal"] {
        fs::copy(format!("{}{end}", path.display()), format!("{}{end}", torn.display())).unwrap();
    }
    drop(connection);
    assert!(fs::metadata(format!("{}-wal", torn.display())).unwrap().len() > 10_000);
    check_whole(&torn).await;
}

async fn check_whole(path: &Path) {
    let store = store(path);
    let loaded = store.load().await.unwrap();
    assert_eq!((loaded.last_commit, loaded.last_transition, loaded.last_incident), (2, 3, 2));
    assert_eq!(loaded.nodes, [node(1), NodeRecord { status: None, folded: 1, ..node(2) }]);
    assert_eq!(loaded.journal, [(1, vec![sample(1, 0), sample(2, 500)]), (2, vec![sample(1, 10_000)])]);
    assert_eq!(loaded.open_incidents, [incident(2, 1, 20)]);
    assert_eq!(loaded.notifications, [message("first", 5)]);
    assert_eq!(loaded.silences, []);

    let (transitions, incidents) = everything_of(None);
    assert_eq!(store.transitions(&transitions).await.unwrap(), [transition(3, 2, 30), transition(2, 1, 20), transition(1, 1, 10)]);
    assert_eq!(store.incidents(&incidents).await.unwrap(), [incident(2, 1, 20), ended(1, 2, 10, 15)]);
    let (transitions, incidents) = everything_of(Some([NodeId(2)].into()));
    assert_eq!(store.transitions(&transitions).await.unwrap(), [transition(3, 2, 30)]);
    assert_eq!(store.incidents(&incidents).await.unwrap(), [ended(1, 2, 10, 15)]);
    for (tier, bytes) in Tier::ALL.into_iter().zip([b"raw", b"min", b"hou", b"day"]) {
        assert_eq!(store.chunks(tier, -9..=9, None).await.unwrap(), [chunk(tier, -1, 2, bytes), chunk(tier, 1, 1, bytes)]);
    }

    let silence = silence(1, SilenceKind::Silence);
    store.commit(&Commit { number: 3, silences: vec![silence.clone()], ..Commit::default() }).await.unwrap();
    store.close().await.unwrap();
    assert_eq!(store.load().await.unwrap().silences, [silence]);
}

fn everything_of(nodes: Option<HashSet<NodeId>>) -> (TransitionQuery, IncidentQuery) {
    let (from, to, limit) = (at(0), at(99), 99);
    (TransitionQuery { nodes: nodes.clone(), from, to, limit }, IncidentQuery { nodes, from, to, limit })
}

/// As the first version wrote it: what it did not know comes back as its default.
fn node(id: u32) -> NodeRecord {
    let node = records::node(id);
    let without_latest = |failure| StoredFailure { latest: None, ..failure };
    let status = |status: StoredStatus| StoredStatus {
        failure: status.failure.map(without_latest),
        alerting: StoredAlerting::default(),
        heartbeat: None,
        ..status
    };
    NodeRecord { status: node.status.map(status), ..node }
}

fn incident(id: u64, node: u32, since: i64) -> Incident {
    Incident { notified_channels: Vec::new(), deliveries: Vec::new(), opened_as: None, ..records::incident(id, node, since) }
}

fn ended(id: u64, node: u32, since: i64, ended: i64) -> Incident {
    Incident { notified_channels: Vec::new(), deliveries: Vec::new(), opened_as: None, ..records::ended(id, node, since, ended) }
}

fn message(key: &str, created: i64) -> Notification {
    Notification {
        kind: NotificationKind::Opened,
        group: String::new(),
        since: None,
        checks: 0,
        delivery: None,
        given_up: None,
        opened_as: None,
        ..records::message(key, created)
    }
}
