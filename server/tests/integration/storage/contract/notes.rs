//! Notes on incidents.

use super::{Database, begin, restart};
use crate::storage::records::{at, ended, note};
use storage::{Commit, Expired, Note};

/// Ids are microseconds since 1970.
const FIRST: u64 = 1_790_000_000_000_000;

pub(super) async fn by_incident(database: &dyn Database) {
    let store = begin(database).await;
    let notes = vec![note(FIRST + 2, 7), note(FIRST, 7), note(FIRST + 1, 70)];
    store.commit(&Commit { number: 1, notes, ..Commit::default() }).await.unwrap();
    store.commit(&Commit { number: 2, notes: vec![note(FIRST + 10, 7)], ..Commit::default() }).await.unwrap();
    let (store, _) = restart(database, store).await;
    let found = store.notes(7, 100).await.unwrap();
    assert_eq!(found, [note(FIRST, 7), note(FIRST + 2, 7), note(FIRST + 10, 7)]);
    assert_eq!(ids(&store.notes(7, 2).await.unwrap()), [FIRST, FIRST + 2]);
    assert_eq!(ids(&store.notes(70, 100).await.unwrap()), [FIRST + 1]);
    assert_eq!(store.notes(8, 100).await.unwrap(), []);
    assert_eq!(store.notes(u64::MAX, 100).await.unwrap(), []);
}

pub(super) async fn pruned(database: &dyn Database) {
    let store = begin(database).await;
    let incidents = vec![ended(1, 1, 0, 10), ended(2, 1, 0, 20)];
    let notes = vec![note(FIRST, 1), note(FIRST + 1, 1), note(FIRST + 2, 2)];
    store.commit(&Commit { number: 1, incidents, notes, ..Commit::default() }).await.unwrap();
    while store.prune(&Expired::Incidents { before: at(15) }).await.unwrap() {}
    let (store, _) = restart(database, store).await;
    assert_eq!(store.notes(1, 100).await.unwrap(), []);
    assert_eq!(ids(&store.notes(2, 100).await.unwrap()), [FIRST + 2]);
}

fn ids(notes: &[Note]) -> Vec<u64> {
    notes.iter().map(|note| note.id).collect()
}
