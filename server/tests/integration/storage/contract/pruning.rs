//! Pruning deletes old records, and no others.

use super::events::{incidents_within, transitions_within};
use super::{Database, begin, fold, restart};
use crate::storage::records::{at, change, chunk, ended, incident, message, microsecond, node, sample, silence, transition};
use history::Tier;
use history::{NodeId, StoredChunk};
use std::sync::Arc;
use storage::{Commit, Expired, Fold, NodeRecord, SilenceKind, Store, StoreSnapshot};

pub(super) async fn chunks(database: &dyn Database) {
    let (store, before) = everything(database, full(database).await).await;
    prune(&store, Expired::Chunks { tier: Tier::Minute, before: -1 }).await;
    let (_store, mut after) = everything(database, store).await;
    for (chunks, tier) in after.chunks.iter().zip(Tier::ALL) {
        let slots: Vec<i64> = chunks.iter().map(|chunk| chunk.slot).collect();
        let expected: &[i64] = if tier == Tier::Minute { &[-1, 0, 3, 3] } else { &[-9, -2, -1, 0, 3, 3] };
        assert_eq!(slots, expected, "{tier:?}");
    }
    after.chunks.clone_from(&before.chunks);
    before.is(&after);
}

pub(super) async fn transitions(database: &dyn Database) {
    let (store, before) = everything(database, full(database).await).await;
    prune(&store, Expired::Transitions { before: at(20) }).await;
    let (store, after) = everything(database, store).await;
    assert_eq!(after.transitions, [3, 2]);
    prune(&store, Expired::Transitions { before: at(20) + microsecond() }).await;
    let (_store, mut after) = everything(database, store).await;
    assert_eq!(after.transitions, [3]);
    after.transitions.clone_from(&before.transitions);
    before.is(&after);
}

pub(super) async fn incidents(database: &dyn Database) {
    let (store, before) = everything(database, full(database).await).await;
    prune(&store, Expired::Incidents { before: at(20) }).await;
    let (store, after) = everything(database, store).await;
    assert_eq!(after.incidents, [4, 3, 2]);
    prune(&store, Expired::Incidents { before: at(99_999) }).await;
    let (_store, mut after) = everything(database, store).await;
    assert_eq!(after.incidents, [4]);
    after.incidents.clone_from(&before.incidents);
    before.is(&after);
}

pub(super) async fn nodes(database: &dyn Database) {
    let (store, before) = everything(database, full(database).await).await;
    // One of them was never there.
    prune(&store, Expired::Nodes { ids: vec![NodeId(2), NodeId(77), NodeId(300)] }).await;
    prune(&store, Expired::Nodes { ids: Vec::new() }).await;
    let (_store, mut after) = everything(database, store).await;
    assert_eq!(after.loaded.nodes, [node(1), gone(3)]);
    after.loaded.nodes.clone_from(&before.loaded.nodes);
    before.is(&after);
}

/// More than is deleted at a time. Until all of it is gone, a store says so.
pub(super) async fn much(database: &dyn Database) {
    let store = begin(database).await;
    for number in 0..5_u64 {
        let ids = 1 + number * 5_000..=(number + 1) * 5_000;
        let transitions = ids.clone().map(|id| transition(id, 1, id as i64)).collect();
        let incidents = ids.map(|id| ended(id, 1, 0, id as i64)).collect();
        store.commit(&Commit { number: 1 + number, transitions, incidents, ..Commit::default() }).await.unwrap();
        let chunks = (0..5_000).map(|id| chunk(Tier::Hour, number as i64, id, b"x")).collect();
        fold(&*store, Fold { chunks, ..Fold::default() }).await;
    }
    prune(&store, Expired::Transitions { before: at(24_990) }).await;
    prune(&store, Expired::Incidents { before: at(24_995) }).await;
    prune(&store, Expired::Chunks { tier: Tier::Hour, before: 4 }).await;
    assert_eq!(store.transitions(&transitions_within(0, 99_999)).await.unwrap().len(), 11);
    assert_eq!(store.incidents(&incidents_within(0, 99_999)).await.unwrap().len(), 6);
    let left = store.chunks(Tier::Hour, i64::MIN..=i64::MAX, None).await.unwrap();
    assert_eq!(left.len(), 5_000);
    assert!(left.iter().all(|chunk| chunk.slot == 4));
}

/// A number is never given twice, even when nothing that has one is left.
pub(super) async fn last_numbers(database: &dyn Database) {
    let store = begin(database).await;
    let commit = Commit {
        number: 8,
        samples: vec![sample(1, 0)],
        transitions: vec![transition(5, 1, 1), transition(6, 1, 2)],
        incidents: vec![ended(3, 1, 1, 2), ended(4, 1, 1, 2)],
        ..Commit::default()
    };
    store.commit(&commit).await.unwrap();
    fold(&*store, Fold { drop_journal: Some(8), ..Fold::default() }).await;
    prune(&store, Expired::Transitions { before: at(99) }).await;
    prune(&store, Expired::Incidents { before: at(99) }).await;
    let (store, loaded) = restart(database, store).await;
    let expected = StoreSnapshot { last_commit: 8, last_transition: 6, last_incident: 4, ..StoreSnapshot::default() };
    assert_eq!(loaded, expected);

    store.commit(&Commit { number: 9, ..Commit::default() }).await.unwrap();
    let (_store, loaded) = restart(database, store).await;
    assert_eq!(loaded, StoreSnapshot { last_commit: 9, ..expected });
}

/// Something of everything.
async fn full(database: &dyn Database) -> Arc<dyn Store> {
    let store = begin(database).await;
    let commit = Commit {
        number: 1,
        samples: vec![sample(1, 0)],
        nodes: vec![change(node(1)), change(gone(2)), change(gone(3)), change(gone(300))],
        transitions: vec![transition(1, 1, 10), transition(2, 2, 20), transition(3, 3, 30)],
        incidents: vec![ended(1, 1, 0, 19), ended(2, 2, 0, 20), ended(3, 3, 30, 40), incident(4, 1, -9_999)],
        notifications: vec![message("1", -9_999)],
        silences: vec![silence(1, SilenceKind::Maintenance)],
        ..Commit::default()
    };
    store.commit(&commit).await.unwrap();
    let keys = [(-9, 1), (-2, 1), (-1, 0), (0, 1), (3, 1), (3, 2)];
    let chunks = Tier::ALL.iter().flat_map(|tier| keys.map(|(slot, node)| chunk(*tier, slot, node, b"x"))).collect();
    fold(&*store, Fold { chunks, ..Fold::default() }).await;
    store
}

fn gone(id: u32) -> NodeRecord {
    NodeRecord { status: None, ..node(id) }
}

/// What there is after a restart.
struct Everything {
    loaded: StoreSnapshot,
    /// By tier.
    chunks: Vec<Vec<StoredChunk>>,
    transitions: Vec<u64>,
    incidents: Vec<u64>,
}

impl Everything {
    #[track_caller]
    fn is(&self, other: &Self) {
        assert_eq!(self.loaded, other.loaded);
        assert_eq!(self.chunks, other.chunks);
        assert_eq!(self.transitions, other.transitions);
        assert_eq!(self.incidents, other.incidents);
    }
}

async fn everything(database: &dyn Database, store: Arc<dyn Store>) -> (Arc<dyn Store>, Everything) {
    let (store, loaded) = restart(database, store).await;
    let mut chunks = Vec::new();
    for tier in Tier::ALL {
        chunks.push(store.chunks(tier, i64::MIN..=i64::MAX, None).await.unwrap());
    }
    let transitions = store.transitions(&transitions_within(-99_999, 99_999)).await.unwrap();
    let incidents = store.incidents(&incidents_within(-99_999, 99_999)).await.unwrap();
    let everything = Everything {
        loaded,
        chunks,
        transitions: transitions.iter().map(|transition| transition.id).collect(),
        incidents: incidents.iter().map(|incident| incident.id).collect(),
    };
    (store, everything)
}

/// As the writer does it.
async fn prune(store: &Arc<dyn Store>, expired: Expired) {
    while store.prune(&expired).await.unwrap() {}
}
