//! Another process loads what was stored.

use super::{Database, restart, start, stored};
use crate::storage::records::{api_key, bare_status, change, ended, incident, message, node, sample, silence, status, transition};
use history::NodeId;
use history::Sample;
use model::State;
use storage::{
    Commit, Incident, IncidentQuery, NodeChange, NodeRecord, Notification, Silence, SilenceKind, StoreSnapshot, StoredFailure,
    StoredStatus, Transition, TransitionQuery,
};

/// More than any number that a column or a script of 53 bits can hold, but not more than one of 63.
const HIGHEST: u64 = i64::MAX as u64;

pub(super) async fn is_empty(database: &dyn Database) {
    let (store, loaded) = start(database).await;
    assert_eq!(loaded, StoreSnapshot::default());
    assert_eq!(store.transitions(&all_transitions()).await.unwrap(), []);
    assert_eq!(store.incidents(&all_incidents()).await.unwrap(), []);
    assert!(!store.kind().is_empty());
    assert!(!store.place().is_empty());
}

pub(super) async fn every_field(database: &dyn Database) {
    let mut commit = Commit { number: 1, ..Commit::default() };
    for (number, state) in (1..).zip(State::BY_URGENCY) {
        let other = State::BY_URGENCY[(number as usize + 1) % 4];
        let failure = Some(StoredFailure { worst: state, ..status().failure.unwrap() });
        let status = StoredStatus { state, last_state: other, failure, ..status() };
        commit.samples.push(Sample { state, previous: other, ..sample(number, 1_001 * i64::from(number)) });
        commit.nodes.push(change(NodeRecord { folded: 5, status: Some(status), ..node(number) }));
        commit.transitions.push(Transition { from: other, to: state, ..transition(number.into(), number, number.into()) });
        commit.incidents.push(Incident { worst: state, ..incident(number.into(), number, number.into()) });
        let text = Notification { state, last_state: other, ..message(&format!("{number}-é"), number.into()) };
        commit.notifications.push(text);
    }
    commit.incidents.push(ended(5, 1, 10, 20));
    commit.silences = vec![
        silence(1, SilenceKind::Silence),
        silence(2, SilenceKind::Acknowledgement { incident: 4 }),
        silence(3, SilenceKind::Maintenance),
        silence(4, SilenceKind::Pause),
    ];
    commit.keys = vec![api_key(1)];
    comes_back(database, &commit).await;
}

pub(super) async fn little(database: &dyn Database) {
    let mut unconfirmed = bare_status();
    unconfirmed.failure = Some(StoredFailure { incident: None, ..status().failure.unwrap() });
    let commit = Commit {
        number: 1,
        samples: vec![Sample { elapsed: None, held: 0, maintenance: false, ..sample(1, 0) }],
        nodes: vec![
            change(NodeRecord { node: String::new(), status: Some(bare_status()), ..node(1) }),
            change(NodeRecord { status: Some(unconfirmed), ..node(2) }),
            change(NodeRecord { status: None, ..node(3) }),
        ],
        transitions: vec![Transition { message: None, lasted: 0, ..transition(1, 1, 1) }],
        incidents: vec![Incident { message: None, ..incident(1, 1, 1) }],
        notifications: vec![Notification { message: None, name: String::new(), ..message("1", 1) }],
        silences: vec![Silence { services: Vec::new(), comment: String::new(), until: None, ..silence(1, SilenceKind::Silence) }],
        ..Commit::default()
    };
    comes_back(database, &commit).await;
}

pub(super) async fn highest_numbers(database: &dyn Database) {
    let status = StoredStatus {
        elapsed: Some(HIGHEST),
        retries: u32::MAX,
        failure: Some(StoredFailure { incident: Some(HIGHEST), ..status().failure.unwrap() }),
        ..status()
    };
    let mut commit = Commit {
        number: HIGHEST,
        samples: vec![Sample { elapsed: Some(u32::MAX), held: u32::MAX, ..sample(u32::MAX, 0) }],
        ..Commit::default()
    };
    // One less, too: to a number of 53 bits it is the same.
    for less in [1, 0] {
        let (id, number) = (HIGHEST - less, u32::MAX - less as u32);
        commit.nodes.push(change(NodeRecord { folded: id, status: Some(status.clone()), ..node(number) }));
        commit.transitions.push(Transition { lasted: id, ..transition(id, number, 1) });
        commit.incidents.push(incident(id, number, 1));
        let about = Notification { incident: id, ..message(&id.to_string(), -(less as i64)) };
        commit.notifications.push(about);
        commit.silences.push(silence(id, SilenceKind::Acknowledgement { incident: id }));
    }
    comes_back(database, &commit).await;
}

pub(super) async fn again(database: &dyn Database) {
    let commit = Commit { number: 1, samples: vec![sample(1, 0)], nodes: vec![change(node(1))], ..Commit::default() };
    let (store, first) = stored(database, &[commit]).await;
    let (store, second) = restart(database, store).await;
    assert_eq!(first, second);
    assert_eq!(store.load().await.unwrap(), first);
}

/// The commit, whose records are in the order in which they are to come back, is all that there is.
async fn comes_back(database: &dyn Database, commit: &Commit) {
    let (store, loaded) = stored(database, std::slice::from_ref(commit)).await;
    let expected = StoreSnapshot {
        last_commit: commit.number,
        nodes: records(&commit.nodes),
        journal: vec![(commit.number, commit.samples.clone())],
        last_transition: commit.transitions.last().unwrap().id,
        last_incident: commit.incidents.last().unwrap().id,
        open_incidents: commit.incidents.iter().filter(|incident| incident.ended.is_none()).cloned().collect(),
        ended_incidents: Vec::new(),
        notifications: commit.notifications.clone(),
        silences: commit.silences.clone(),
        keys: commit.keys.clone(),
        legacy: Vec::new(),
    };
    assert_eq!(loaded, expected);

    let mut transitions = store.transitions(&all_transitions()).await.unwrap();
    transitions.reverse();
    assert_eq!(transitions, commit.transitions);
    let mut incidents = store.incidents(&all_incidents()).await.unwrap();
    incidents.reverse();
    assert_eq!(incidents, commit.incidents);
    let ids: Vec<NodeId> = commit.nodes.iter().map(|change| change.record.id).collect();
    let of_all = TransitionQuery { nodes: Some(ids.iter().copied().collect()), ..all_transitions() };
    assert_eq!(store.transitions(&of_all).await.unwrap().len(), commit.transitions.len());
}

fn records(changes: &[NodeChange]) -> Vec<NodeRecord> {
    changes.iter().map(|change| change.record.clone()).collect()
}

/// Of a year, with room for more than any case has.
fn all_transitions() -> TransitionQuery {
    super::events::transitions_within(-DAYS, DAYS)
}

fn all_incidents() -> IncidentQuery {
    super::events::incidents_within(-DAYS, DAYS)
}

const DAYS: i64 = 365 * 86_400;
