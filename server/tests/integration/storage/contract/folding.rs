//! The journal becomes chunks, and these can be found.

use super::{Database, begin, fold, restart};
use crate::storage::records::{bare_status, change, chunk, node, sample};
use history::Tier;
use history::{NodeId, StoredChunk};
use std::ops::RangeInclusive;
use storage::{Commit, Fold, NodeChange, NodeRecord, Store};

pub(super) async fn replaces(database: &dyn Database) {
    let store = begin(database).await;
    let commit = Commit { number: 1, nodes: vec![change(node(1)), change(node(2)), change(node(3))], ..Commit::default() };
    store.commit(&commit).await.unwrap();
    let record = |id, folded, status| NodeRecord { folded, status, ..node(id) };
    let first = Fold {
        chunks: vec![chunk(Tier::Raw, 1, 1, b"long and old"), chunk(Tier::Raw, 1, 2, b"kept"), chunk(Tier::Day, 1, 1, b"kept")],
        nodes: vec![record(1, 1, Some(bare_status())), record(2, 1, None)],
        drop_journal: None,
    };
    fold(&*store, first).await;
    let second = Fold {
        chunks: vec![chunk(Tier::Raw, 1, 1, b"new"), chunk(Tier::Raw, 2, 1, b"added")],
        nodes: vec![record(1, 2, None)],
        drop_journal: None,
    };
    // A fold may be told again, by a caller that heard nothing.
    fold(&*store, second.clone()).await;
    fold(&*store, second).await;
    let (store, loaded) = restart(database, store).await;
    assert_eq!(loaded.nodes, [record(1, 2, None), record(2, 1, None), node(3)]);
    assert_eq!(loaded.last_commit, 1);
    let raw = [chunk(Tier::Raw, 1, 1, b"new"), chunk(Tier::Raw, 1, 2, b"kept"), chunk(Tier::Raw, 2, 1, b"added")];
    assert_eq!(all(&*store, Tier::Raw).await, raw);
    assert_eq!(all(&*store, Tier::Day).await, [chunk(Tier::Day, 1, 1, b"kept")]);
}

pub(super) async fn drops(database: &dyn Database) {
    let store = begin(database).await;
    for number in 1..=12 {
        store.commit(&Commit { number, samples: vec![sample(1, 0)], ..Commit::default() }).await.unwrap();
    }
    let mut store = store;
    for (drop_journal, expected) in [
        (None, 1..=12),
        (Some(0), 1..=12),
        (Some(2), 3..=12),
        (Some(1), 3..=12),
        (Some(9), 10..=12),
        (Some(12), RangeInclusive::new(13, 12)),
    ] {
        fold(&*store, Fold { drop_journal, ..Fold::default() }).await;
        let (again, loaded) = restart(database, store).await;
        store = again;
        let numbers: Vec<u64> = loaded.journal.iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, expected.collect::<Vec<_>>(), "{drop_journal:?}");
        assert_eq!(loaded.last_commit, 12);
    }
}

/// A store may leave a routine change until then; other changes of the same commit it may not.
pub(super) async fn routine(database: &dyn Database) {
    let store = begin(database).await;
    store.commit(&Commit { number: 1, nodes: vec![change(node(1)), change(node(2))], ..Commit::default() }).await.unwrap();
    let checked = |id| NodeRecord { status: Some(bare_status()), ..node(id) };
    let nodes = vec![NodeChange { record: checked(1), routine: true }, change(checked(2))];
    store.commit(&Commit { number: 2, samples: vec![sample(1, 0)], nodes, ..Commit::default() }).await.unwrap();
    let (store, loaded) = restart(database, store).await;
    assert!([node(1), checked(1)].contains(&loaded.nodes[0]), "{:?}", loaded.nodes[0]);
    assert_eq!(loaded.nodes[1], checked(2));

    let nodes = vec![NodeRecord { folded: 2, ..checked(1) }];
    fold(&*store, Fold { nodes: nodes.clone(), drop_journal: Some(2), ..Fold::default() }).await;
    let (_store, loaded) = restart(database, store).await;
    assert_eq!(loaded.nodes, [nodes[0].clone(), checked(2)]);
    assert_eq!(loaded.journal, []);
}

pub(super) async fn wanted(database: &dyn Database) {
    let store = begin(database).await;
    let mut chunks = Vec::new();
    // As words, -1 comes before -2, and 10 before 9.
    for slot in [10, 9, 0, -1, -2, -10] {
        for node in [300, 7, 0] {
            chunks.extend(Tier::ALL.map(|tier| chunk(tier, slot, node, format!("{tier:?} {slot} {node}").as_bytes())));
        }
    }
    fold(&*store, Fold { chunks: chunks.clone(), ..Fold::default() }).await;
    let (store, _) = restart(database, store).await;
    chunks.sort_by_key(|chunk| (chunk.slot, chunk.node));
    for tier in Tier::ALL {
        for slots in [-10..=10, i64::MIN..=i64::MAX, -2..=9, -9..=-1, 0..=0, 1..=8, 9..=11, -3..=-2] {
            for nodes in [None, Some(&[][..]), Some(&[7]), Some(&[300, 0]), Some(&[7, 7, 0, 300, 55]), Some(&[55])] {
                let expected = chunks.iter().filter(|chunk| {
                    chunk.tier == tier
                        && slots.contains(&chunk.slot)
                        && nodes.is_none_or(|nodes: &[u32]| nodes.contains(&chunk.node.0))
                });
                check(&*store, tier, slots.clone(), nodes, &expected.cloned().collect::<Vec<_>>()).await;
            }
        }
    }
}

/// Neither the first and last node nor the first and last slot are mixed up with their neighbours.
pub(super) async fn extremes(database: &dyn Database) {
    let store = begin(database).await;
    let far = i64::from(i32::MAX);
    let keys =
        [(-far, 0), (-far, u32::MAX), (-1, u32::MAX), (0, 0), (0, 1 << 31), (0, u32::MAX), (1, 0), (far, 0), (far, u32::MAX)];
    let chunks = keys.map(|(slot, node)| chunk(Tier::Minute, slot, node, b"x"));
    fold(&*store, Fold { chunks: chunks.to_vec(), ..Fold::default() }).await;
    check(&*store, Tier::Minute, -far..=far, None, &chunks).await;
    check(&*store, Tier::Minute, 0..=0, None, &chunks[3..6]).await;
    check(&*store, Tier::Minute, -far..=-1, Some(&[u32::MAX]), &chunks[1..3]).await;
    check(&*store, Tier::Minute, 0..=0, Some(&[1 << 31]), &chunks[4..5]).await;
}

pub(super) async fn ranges(database: &dyn Database) {
    let store = begin(database).await;
    let chunks: Vec<StoredChunk> = (-2..=2).map(|slot| chunk(Tier::Hour, slot, 1, b"x")).collect();
    fold(&*store, Fold { chunks, ..Fold::default() }).await;
    for (first, last) in [(1, 0), (2, -2), (i64::MAX, i64::MIN), (3, 9), (-9, -3)] {
        check(&*store, Tier::Hour, first..=last, None, &[]).await;
        check(&*store, Tier::Hour, first..=last, Some(&[1]), &[]).await;
    }
}

pub(super) async fn sizes(database: &dyn Database) {
    let store = begin(database).await;
    // No text in any encoding, and with every byte.
    let long: Vec<u8> = (0..100_000_u32).map(|number| (number.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let chunks = [
        chunk(Tier::Raw, 1, 1, &[]),
        chunk(Tier::Raw, 1, 2, &long),
        chunk(Tier::Raw, 1, 3, &[0]),
        chunk(Tier::Raw, 1, 4, b"\0\r\n\xff"),
    ];
    fold(&*store, Fold { chunks: chunks.to_vec(), ..Fold::default() }).await;
    let (store, _) = restart(database, store).await;
    assert!(all(&*store, Tier::Raw).await == chunks);
}

pub(super) async fn many(database: &dyn Database) {
    let store = begin(database).await;
    for first in (0..10_000).step_by(1_000) {
        let chunks = (first..first + 1_000).map(|node| chunk(Tier::Day, 5, node * 2, &node.to_be_bytes())).collect();
        fold(&*store, Fold { chunks, ..Fold::default() }).await;
    }
    // Every other one of them is there.
    let nodes: Vec<NodeId> = (0..10_000).rev().map(NodeId).collect();
    let found = store.chunks(Tier::Day, 0..=9, Some(&nodes)).await.unwrap();
    assert!(found.iter().map(|chunk| chunk.node.0).eq((0..10_000).step_by(2)));
    assert_eq!(store.chunks(Tier::Day, 0..=9, None).await.unwrap().len(), 10_000);
}

async fn all(store: &dyn Store, tier: Tier) -> Vec<StoredChunk> {
    store.chunks(tier, i64::MIN..=i64::MAX, None).await.unwrap()
}

async fn check(store: &dyn Store, tier: Tier, slots: RangeInclusive<i64>, nodes: Option<&[u32]>, expected: &[StoredChunk]) {
    let ids: Option<Vec<NodeId>> = nodes.map(|nodes| nodes.iter().copied().map(NodeId).collect());
    let found = store.chunks(tier, slots.clone(), ids.as_deref()).await.unwrap();
    assert_eq!(found, expected, "{tier:?} {slots:?} {nodes:?}");
}
