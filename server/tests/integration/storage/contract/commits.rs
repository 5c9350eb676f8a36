//! Commits are stored whole, once, in order.

use super::{Database, begin, restart, stored};
use crate::storage::contract::events::{incidents_within, transitions_within};
use crate::storage::records::{bare_status, change, ended, incident, message, node, sample, transition};
use model::State;
use storage::{Commit, Incident, NodeRecord, Notification, StoreSnapshot, StoredStatus, Transition};

pub(super) async fn again(database: &dyn Database) {
    let store = begin(database).await;
    let commit = Commit {
        number: 1,
        samples: vec![sample(1, 0), sample(1, 10)],
        nodes: vec![change(node(1))],
        transitions: vec![transition(1, 1, 1)],
        incidents: vec![incident(1, 1, 1)],
        notifications: vec![message("1", 1)],
        ..Commit::default()
    };
    store.commit(&commit).await.unwrap();
    store.commit(&commit).await.unwrap();
    let (store, first) = restart(database, store).await;
    assert_eq!(first.journal, [(1, commit.samples.clone())]);
    // Whoever stored it did not hear of the success, and asks again after a restart.
    store.commit(&commit).await.unwrap();
    let (store, second) = restart(database, store).await;
    assert_eq!(first, second);
    assert_eq!(store.transitions(&transitions_within(0, 9)).await.unwrap(), commit.transitions);
    assert_eq!(store.incidents(&incidents_within(0, 9)).await.unwrap(), commit.incidents);
}

/// Even when it holds other things than the one of that number that was stored.
pub(super) async fn older(database: &dyn Database) {
    let store = begin(database).await;
    let first = Commit { number: 5, nodes: vec![change(node(1))], notifications: vec![message("1", 1)], ..Commit::default() };
    store.commit(&first).await.unwrap();
    let (store, before) = restart(database, store).await;
    for number in [5, 4, 1, 0] {
        let late = Commit {
            number,
            samples: vec![sample(1, 0)],
            nodes: vec![change(NodeRecord { status: None, ..node(1) }), change(node(2))],
            transitions: vec![transition(1, 1, 1)],
            incidents: vec![incident(1, 1, 1)],
            notifications: vec![message("2", 2)],
            settled: vec![message("1", 1).key],
            ..Commit::default()
        };
        store.commit(&late).await.unwrap();
    }
    let (store, after) = restart(database, store).await;
    assert_eq!(before, after);
    assert_eq!(store.transitions(&transitions_within(0, 9)).await.unwrap(), []);
    assert_eq!(store.incidents(&incidents_within(0, 9)).await.unwrap(), []);
}

pub(super) async fn gaps(database: &dyn Database) {
    let commit = |number| Commit { number, samples: vec![sample(1, 0)], ..Commit::default() };
    let (_store, loaded) = stored(database, &[commit(3), commit(4), commit(1_000), commit(900)]).await;
    assert_eq!(loaded.last_commit, 1_000);
    assert_eq!(loaded.journal.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [3, 4, 1_000]);
}

pub(super) async fn empty(database: &dyn Database) {
    let (_store, loaded) =
        stored(database, &[Commit { number: 1, ..Commit::default() }, Commit { number: 2, ..Commit::default() }]).await;
    assert_eq!(loaded, StoreSnapshot { last_commit: 2, ..StoreSnapshot::default() });
}

/// Written again is written anew, and never an error. So it is in one commit, too.
pub(super) async fn same_ids(database: &dyn Database) {
    let commit = |number, words: &str| Commit {
        number,
        nodes: vec![change(NodeRecord { status: Some(said(words)), ..node(1) })],
        transitions: vec![Transition { message: Some(words.to_owned()), to: State::Unknown, ..transition(1, 2, 2) }],
        incidents: vec![Incident { message: Some(words.to_owned()), worst: State::Down, ..incident(1, 2, 2) }],
        notifications: vec![Notification { message: Some(words.to_owned()), ..message("1", 1) }],
        ..Commit::default()
    };
    let first = Commit {
        number: 1,
        nodes: vec![change(node(1))],
        transitions: vec![transition(1, 1, 1)],
        incidents: vec![ended(1, 1, 1, 2)],
        notifications: vec![message("1", 5)],
        ..Commit::default()
    };
    let store = begin(database).await;
    for commit in [first, commit(2, "second"), commit(3, "third")] {
        store.commit(&commit).await.unwrap();
    }
    let (store, loaded) = restart(database, store).await;
    let last = commit(3, "third");
    assert_eq!(loaded.nodes, [last.nodes[0].record.clone()]);
    assert_eq!(loaded.notifications, last.notifications);
    assert_eq!(loaded.open_incidents, last.incidents);
    assert_eq!((loaded.last_transition, loaded.last_incident), (1, 1));
    assert_eq!(store.transitions(&transitions_within(0, 9)).await.unwrap(), last.transitions);
    assert_eq!(store.incidents(&incidents_within(0, 9)).await.unwrap(), last.incidents);
}

/// And can have a status again.
pub(super) async fn forgotten(database: &dyn Database) {
    let store = begin(database).await;
    let with = |number, status| Commit {
        number,
        nodes: vec![change(NodeRecord { folded: 9, status, ..node(1) }), change(node(2))],
        ..Commit::default()
    };
    store.commit(&with(1, Some(bare_status()))).await.unwrap();
    store.commit(&with(2, None)).await.unwrap();
    let (store, loaded) = restart(database, store).await;
    assert_eq!(loaded.nodes, [NodeRecord { folded: 9, status: None, ..node(1) }, node(2)]);

    store.commit(&with(3, Some(bare_status()))).await.unwrap();
    let (_store, loaded) = restart(database, store).await;
    assert_eq!(loaded.nodes, [NodeRecord { folded: 9, status: Some(bare_status()), ..node(1) }, node(2)]);
}

/// That of the commits and, within each, that of the samples, though they are neither sorted by time nor by node. Twelve commits,
/// because as words 10 comes before 2.
pub(super) async fn journal(database: &dyn Database) {
    let samples = |number: i64| vec![sample(9, number), sample(1, 5_000 - number), sample(4, -70_000), sample(1, number)];
    let commits: Vec<Commit> = (1..=12)
        .map(|number| match number {
            4 => Commit { number: 4, nodes: vec![change(node(1))], ..Commit::default() },
            _ => Commit { number, samples: samples(number as i64), ..Commit::default() },
        })
        .collect();
    let (_store, loaded) = stored(database, &commits).await;
    let expected: Vec<_> = commits.into_iter().filter(|it| it.number != 4).map(|it| (it.number, it.samples)).collect();
    assert_eq!(loaded.journal, expected);
}

pub(super) async fn big(database: &dyn Database) {
    let commit = Commit {
        number: 1,
        samples: (1..=5_000).map(|number| sample(number, i64::from(number))).collect(),
        nodes: (1..=5_000).map(|number| change(node(number))).collect(),
        transitions: (1..=1_000).map(|id| transition(id, id as u32, 1)).collect(),
        incidents: (1..=1_000).map(|id| incident(id, id as u32, 1)).collect(),
        notifications: (1..=1_000).map(|number| message(&format!("{number:04}"), number)).collect(),
        ..Commit::default()
    };
    let store = begin(database).await;
    store.commit(&commit).await.unwrap();
    let (store, loaded) = restart(database, store).await;
    // Not compared with `assert_eq!`, which would print a book.
    assert!(loaded.journal == [(1, commit.samples.clone())]);
    assert!(loaded.nodes.iter().eq(commit.nodes.iter().map(|change| &change.record)));
    assert!(loaded.open_incidents == commit.incidents);
    assert!(loaded.notifications == commit.notifications);
    let mut transitions = store.transitions(&transitions_within(0, 9)).await.unwrap();
    transitions.reverse();
    assert!(transitions == commit.transitions);
}

fn said(words: &str) -> StoredStatus {
    StoredStatus { message: Some(words.to_owned()), ..bare_status() }
}
