//! What goes on at the same time, and what was broken off.

use super::events::{incidents_within, transitions_within};
use super::{Database, begin, fold, restart, start};
use crate::storage::records::{bare_status, change, chunk, ended, message, node, sample, transition};
use history::StoredChunk;
use history::Tier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use storage::{Commit, Fold, NodeRecord, StoredStatus};

/// Each commit adds two of everything, so the numbers of them are even.
pub(super) async fn commits(database: &dyn Database) {
    let store = begin(database).await;
    let is_done = AtomicBool::new(false);
    let write = async {
        for number in 1..=100 {
            store.commit(&pair(number)).await.unwrap();
            // A store that never waits would let no reader in.
            tokio::task::yield_now().await;
        }
        is_done.store(true, Ordering::Relaxed);
    };
    let read = async {
        let mut before = (0, 0);
        while !is_done.load(Ordering::Relaxed) {
            let transitions = store.transitions(&transitions_within(0, 999)).await.unwrap().len();
            let incidents = store.incidents(&incidents_within(0, 999)).await.unwrap().len();
            if database.reads_are_whole() {
                assert_eq!((transitions % 2, incidents % 2), (0, 0), "{transitions} transitions, {incidents} incidents");
            }
            assert!(transitions >= before.0 && incidents >= before.1, "{before:?}, then {transitions} and {incidents}");
            before = (transitions, incidents);
            tokio::task::yield_now().await;
        }
    };
    tokio::join!(write, read);
    assert_eq!(store.transitions(&transitions_within(0, 999)).await.unwrap().len(), 200);
    assert_eq!(store.incidents(&incidents_within(0, 999)).await.unwrap().len(), 200);
}

/// Folds write the same chunks again and again.
pub(super) async fn folds(database: &dyn Database) {
    const SIZE: usize = 20_000;
    let store = begin(database).await;
    let write_one = async |version: u8| {
        let chunks = (1..=3).map(|node| chunk(Tier::Hour, 1, node, &[version; SIZE])).collect();
        fold(&*store, Fold { chunks, ..Fold::default() }).await;
    };
    write_one(0).await;
    let is_done = AtomicBool::new(false);
    let write = async {
        for version in 1..=50 {
            write_one(version).await;
            tokio::task::yield_now().await;
        }
        is_done.store(true, Ordering::Relaxed);
    };
    let read = async {
        let mut before = [0; 3];
        while !is_done.load(Ordering::Relaxed) {
            let found = store.chunks(Tier::Hour, 0..=9, None).await.unwrap();
            let versions: Vec<u8> = found.iter().map(|chunk| version(chunk, SIZE)).collect();
            assert!(versions.iter().zip(before).all(|(now, before)| *now >= before), "{before:?}, then {versions:?}");
            before = versions.try_into().unwrap();
            tokio::task::yield_now().await;
        }
    };
    tokio::join!(write, read);
    let found = store.chunks(Tier::Hour, 0..=9, None).await.unwrap();
    assert_eq!(found.iter().map(|chunk| version(chunk, SIZE)).collect::<Vec<_>>(), [50; 3]);
}

#[track_caller]
fn version(chunk: &StoredChunk, size: usize) -> u8 {
    assert_eq!(chunk.bytes.len(), size);
    assert!(chunk.bytes.iter().all(|byte| *byte == chunk.bytes[0]), "a mixed chunk");
    chunk.bytes[0]
}

/// A caller that gave a commit or a fold up asks for it again, and goes on. What was given up may come late: it must not be stored
/// twice, nor undo what came after it.
pub(super) async fn given_up(database: &dyn Database) {
    let store = begin(database).await;
    for number in 1..=40 {
        let commit = pair(number);
        give_up(number, store.commit(&commit)).await;
        store.commit(&commit).await.unwrap();
        let part = Fold {
            chunks: vec![chunk(Tier::Hour, 1, 1, &number.to_be_bytes())],
            nodes: vec![NodeRecord { folded: number, ..node(2) }],
            drop_journal: (number % 10 == 0).then(|| number - 5),
        };
        give_up(number, store.fold(&part)).await;
        fold(&*store, part).await;
    }
    let (store, loaded) = restart(database, store).await;
    assert_eq!(loaded.last_commit, 40);
    assert_eq!(loaded.journal, (36..=40).map(|number| (number, pair(number).samples)).collect::<Vec<_>>());
    assert_eq!(loaded.nodes, [pair(40).nodes[0].record.clone(), NodeRecord { folded: 40, ..node(2) }]);
    assert_eq!(loaded.notifications, pair(40).notifications);
    assert_eq!(store.transitions(&transitions_within(0, 999)).await.unwrap().len(), 80);
    assert_eq!(store.incidents(&incidents_within(0, 999)).await.unwrap().len(), 80);
    let found = store.chunks(Tier::Hour, 0..=9, None).await.unwrap();
    assert_eq!(found, [chunk(Tier::Hour, 1, 1, &40_u64.to_be_bytes())]);
}

/// Waits for it a little, each time for another while, so that it is broken off at many places.
async fn give_up<T>(number: u64, answer: impl Future<Output = T>) {
    drop(tokio::time::timeout(Duration::from_micros((number % 20) * 200), answer).await);
}

/// What was told to be stored is, though `close` is never called.
pub(super) async fn not_closed(database: &dyn Database) {
    let store = begin(database).await;
    store.commit(&pair(1)).await.unwrap();
    let part = Fold { chunks: vec![chunk(Tier::Raw, 1, 1, b"x")], nodes: vec![node(2)], drop_journal: None };
    fold(&*store, part).await;
    drop(store);
    let (store, loaded) = start(database).await;
    assert_eq!(loaded.journal, [(1, pair(1).samples)]);
    assert_eq!(loaded.nodes, [pair(1).nodes[0].record.clone(), node(2)]);
    assert_eq!(store.transitions(&transitions_within(0, 9)).await.unwrap().len(), 2);
    assert_eq!(store.chunks(Tier::Raw, 0..=9, None).await.unwrap(), [chunk(Tier::Raw, 1, 1, b"x")]);
}

/// Two transitions, incidents and samples. The node and the message are those of the commit before, changed.
fn pair(number: u64) -> Commit {
    let ids = [number * 2 - 1, number * 2];
    let seconds = number as i64;
    let status = StoredStatus { message: Some(number.to_string()), ..bare_status() };
    Commit {
        number,
        samples: vec![sample(1, seconds), sample(2, seconds)],
        nodes: vec![change(NodeRecord { folded: number, status: Some(status), ..node(1) })],
        transitions: ids.map(|id| transition(id, 1, seconds)).to_vec(),
        incidents: ids.map(|id| ended(id, 1, seconds, seconds)).to_vec(),
        notifications: vec![message(&number.to_string(), seconds)],
        settled: vec![message(&(number - 1).to_string(), 0).key],
        ..Commit::default()
    }
}
