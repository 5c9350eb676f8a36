//! Queries for transitions and incidents.

use super::{Database, begin, restart};
use crate::storage::records::{at, ended, incident, microsecond, transition};
use history::NodeId;
use std::collections::HashSet;
use std::sync::Arc;
use storage::{Commit, Incident, IncidentQuery, Store, TransitionQuery};

/// Of all nodes, from one second to another.
pub(super) fn transitions_within(from: i64, to: i64) -> TransitionQuery {
    TransitionQuery { nodes: None, from: at(from), to: at(to), limit: 10_000 }
}

/// Of all nodes, from one second to another.
pub(super) fn incidents_within(from: i64, to: i64) -> IncidentQuery {
    IncidentQuery { nodes: None, from: at(from), to: at(to), limit: 10_000 }
}

pub(super) async fn latest_transitions(database: &dyn Database) {
    // At the same time, and with the clock set back: the ids say in which order it was.
    let transitions = [(8, 10), (9, 20), (10, 20), (11, 15), (100, 30)].map(|(id, seconds)| transition(id, 1, seconds));
    let store = with(database, Commit { number: 1, transitions: transitions.to_vec(), ..Commit::default() }).await;
    for (limit, expected) in [(9, &[100, 11, 10, 9, 8][..]), (5, &[100, 11, 10, 9, 8]), (2, &[100, 11]), (1, &[100]), (0, &[])] {
        check_transitions(&store, TransitionQuery { limit, ..transitions_within(0, 99) }, expected).await;
    }
    // The limit counts what is wanted, not what is looked at.
    check_transitions(&store, TransitionQuery { limit: 2, ..transitions_within(0, 20) }, &[11, 8]).await;
}

pub(super) async fn transitions_by_time(database: &dyn Database) {
    let transitions = [-30, -20, -10].map(|seconds| transition((seconds + 40) as u64, 1, seconds));
    let store = with(database, Commit { number: 1, transitions: transitions.to_vec(), ..Commit::default() }).await;
    check_transitions(&store, transitions_within(-30, -10), &[20, 10]).await;
    check_transitions(&store, transitions_within(-20, -19), &[20]).await;
    check_transitions(&store, transitions_within(-29, -20), &[]).await;
    let within = transitions_within(-30, -10);
    check_transitions(&store, TransitionQuery { from: at(-30) + microsecond(), ..within.clone() }, &[20]).await;
    check_transitions(&store, TransitionQuery { to: at(-10) + microsecond(), ..within.clone() }, &[30, 20, 10]).await;
    check_transitions(&store, TransitionQuery { from: at(-20).to_utc().fixed_offset(), ..within }, &[20]).await;
    check_transitions(&store, transitions_within(-20, -20), &[]).await;
    check_transitions(&store, transitions_within(-10, -30), &[]).await;
}

pub(super) async fn transitions_by_node(database: &dyn Database) {
    let transitions = (1..=9).map(|id| transition(id, id as u32 % 3, id as i64)).collect();
    let store = with(database, Commit { number: 1, transitions, ..Commit::default() }).await;
    let of = |nodes: &[u32]| TransitionQuery { nodes: Some(ids(nodes)), ..transitions_within(2, 9) };
    check_transitions(&store, of(&[0]), &[6, 3]).await;
    check_transitions(&store, of(&[0, 2, 77]), &[8, 6, 5, 3, 2]).await;
    check_transitions(&store, TransitionQuery { limit: 3, ..of(&[0, 2]) }, &[8, 6, 5]).await;
    check_transitions(&store, of(&[77]), &[]).await;
    check_transitions(&store, of(&[]), &[]).await;
    let many = TransitionQuery { nodes: Some((2..10_002).map(NodeId).collect()), ..transitions_within(0, 99) };
    check_transitions(&store, many, &[8, 5, 2]).await;
}

/// From `since`, which may be long before it was opened, to `ended`.
pub(super) async fn incidents_by_time(database: &dyn Database) {
    let long_since = Incident { since: at(5), ..incident(4, 1, 45) };
    let incidents = vec![ended(1, 1, 10, 20), ended(2, 1, 20, 30), ended(3, 1, 5, 50), long_since, ended(5, 1, 35, 35)];
    let store = with(database, Commit { number: 1, incidents, ..Commit::default() }).await;
    check_incidents(&store, incidents_within(0, 99), &[5, 4, 3, 2, 1]).await;
    check_incidents(&store, incidents_within(0, 5), &[]).await;
    check_incidents(&store, incidents_within(0, 6), &[4, 3]).await;
    check_incidents(&store, incidents_within(12, 15), &[4, 3, 1]).await;
    check_incidents(&store, incidents_within(15, 20), &[4, 3, 1]).await;
    check_incidents(&store, incidents_within(20, 25), &[4, 3, 2, 1]).await;
    check_incidents(&store, incidents_within(21, 25), &[4, 3, 2]).await;
    check_incidents(&store, incidents_within(31, 34), &[4, 3]).await;
    check_incidents(&store, incidents_within(35, 36), &[5, 4, 3]).await;
    check_incidents(&store, incidents_within(51, 99), &[4]).await;
    let within = incidents_within(20, 35);
    check_incidents(&store, IncidentQuery { from: at(20) + microsecond(), ..within.clone() }, &[4, 3, 2]).await;
    check_incidents(&store, IncidentQuery { to: at(35) + microsecond(), ..within }, &[5, 4, 3, 2, 1]).await;
}

pub(super) async fn latest_incidents(database: &dyn Database) {
    // Opened in the order of their ids, though not begun in it; every third has ended.
    let incidents = (1..=12).map(|id| Incident {
        since: at(20 - id as i64),
        ended: (id % 3 == 0).then(|| at(40)),
        ..incident(id, id as u32 % 2, 30 + id as i64)
    });
    let store = with(database, Commit { number: 1, incidents: incidents.collect(), ..Commit::default() }).await;
    let within = incidents_within(0, 99);
    check_incidents(&store, within.clone(), &[12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]).await;
    check_incidents(&store, IncidentQuery { limit: 4, ..within.clone() }, &[12, 11, 10, 9]).await;
    check_incidents(&store, IncidentQuery { limit: 0, ..within.clone() }, &[]).await;
    check_incidents(&store, IncidentQuery { limit: 3, ..incidents_within(0, 10) }, &[12, 11]).await;
    let of = |nodes: &[u32]| IncidentQuery { nodes: Some(ids(nodes)), ..within.clone() };
    check_incidents(&store, of(&[1]), &[11, 9, 7, 5, 3, 1]).await;
    check_incidents(&store, IncidentQuery { limit: 2, ..of(&[1, 77]) }, &[11, 9]).await;
    check_incidents(&store, IncidentQuery { from: at(41), ..of(&[1]) }, &[11, 7, 5, 1]).await;
    check_incidents(&store, of(&[77]), &[]).await;
    check_incidents(&store, of(&[]), &[]).await;
}

pub(super) async fn incident_ends(database: &dyn Database) {
    let commit = |number, incidents| Commit { number, incidents, ..Commit::default() };
    let store = with(database, commit(1, vec![incident(1, 1, 10), incident(2, 2, 10), ended(3, 3, 10, 12)])).await;
    let (store, loaded) = restart(database, store).await;
    assert_eq!(loaded.open_incidents, [incident(1, 1, 10), incident(2, 2, 10)]);

    store.commit(&commit(2, vec![ended(1, 1, 10, 20)])).await.unwrap();
    let (store, loaded) = restart(database, store).await;
    assert_eq!(loaded.open_incidents, [incident(2, 2, 10)]);
    assert_eq!(loaded.last_incident, 3);
    check_incidents(&store, incidents_within(21, 99), &[2]).await;
    assert_eq!(store.incident(1).await.unwrap(), Some(ended(1, 1, 10, 20)));
    assert_eq!(store.incident(9).await.unwrap(), None);
    assert_eq!(store.incidents(&incidents_within(15, 99)).await.unwrap(), [incident(2, 2, 10), ended(1, 1, 10, 20)]);
}

async fn with(database: &dyn Database, commit: Commit) -> Arc<dyn Store> {
    let store = begin(database).await;
    store.commit(&commit).await.unwrap();
    store
}

async fn check_transitions(store: &Arc<dyn Store>, query: TransitionQuery, expected: &[u64]) {
    let found: Vec<u64> = store.transitions(&query).await.unwrap().iter().map(|transition| transition.id).collect();
    assert_eq!(found, expected, "{query:?}");
}

async fn check_incidents(store: &Arc<dyn Store>, query: IncidentQuery, expected: &[u64]) {
    let found: Vec<u64> = store.incidents(&query).await.unwrap().iter().map(|incident| incident.id).collect();
    assert_eq!(found, expected, "{query:?}");
}

fn ids(nodes: &[u32]) -> HashSet<NodeId> {
    nodes.iter().copied().map(NodeId).collect()
}
