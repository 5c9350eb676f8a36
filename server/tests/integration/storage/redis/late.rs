//! What was given up and comes late.

use super::*;
use history::StoredChunk;
use history::Tier;
use storage::Fold;

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_was_given_up_is_stored_once() {
    let server = RedisServer::start(&[]);
    let store = started(&server).await;
    store.commit(&commit(1, vec![node(1, Some(status("Shop", State::Operational)))])).await.unwrap();
    let second = commit(2, vec![node(1, Some(status("Shop", State::Down)))]);
    server.process.pause();
    // It has been sent, and nobody waits for it any more.
    let given_up = tokio::time::timeout(Duration::from_millis(100), store.commit(&second)).await;
    assert!(given_up.is_err(), "{given_up:?}");
    server.process.resume();
    until_done(&store, &second).await;
    let loaded = store.load().await.unwrap();
    assert_eq!(loaded.last_commit, 2);
    assert_eq!(loaded.journal, [(1, vec![sample(1)]), (2, vec![sample(1)])]);
    assert_eq!(hash(&server, "Shop")["state"], "down");
}

/// The store gives a connection up after a time-out. What was sent on it may come before or after what is sent on the next one.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_late_never_undoes_what_came_after_it() {
    let server = RedisServer::start(&[]);
    let store = started(&server).await;
    store.commit(&commit(1, Vec::new())).await.unwrap();
    let fold = |text: &str| Fold {
        chunks: vec![StoredChunk { tier: Tier::Raw, slot: 1, node: NodeId(1), bytes: text.as_bytes().to_vec() }],
        ..Fold::default()
    };
    server.process.pause();
    assert_away(store.fold(&fold("old")).await, "did not answer in time");
    server.process.resume();
    waiting::eventually(async || store.fold(&fold("new")).await).await;
    // Whoever sends an older turn is late, whatever connection it comes from.
    let old: Vec<String> = {
        let turn: String = ask(&server, &["HGET", "platus:meta", "turn"]);
        let epoch: String = ask(&server, &["HGET", "platus:meta", "epoch"]);
        let script = include_str!("../../../../../crates/storage/src/redis/apply.lua");
        ask(&server, &["EVAL", script, "0", "platus:", &epoch, &turn, "", "4", "HSET", "platus:chunk:raw:1", "1", "old"])
    };
    assert_eq!(old, ["late"]);
    let chunks = store.chunks(Tier::Raw, 0..=9, None).await.unwrap();
    assert_eq!(chunks, fold("new").chunks);
}

#[tokio::test]
async fn a_start_that_comes_late_shuts_nobody_out() {
    let server = RedisServer::start(&[]);
    let store = started(&server).await;
    let epoch: u64 = ask(&server, &["HGET", "platus:meta", "epoch"]);
    let late: u64 = {
        let script = include_str!("../../../../../crates/storage/src/redis/begin.lua");
        ask(&server, &["EVAL", script, "0", "platus:meta", &(epoch - 1).to_string(), "1"])
    };
    assert_eq!(late, epoch, "it is told that there is a newer one");
    store.commit(&commit(1, Vec::new())).await.unwrap();
    assert_eq!(store.load().await.unwrap().last_commit, 1);
}

#[tokio::test]
async fn a_process_that_was_followed_by_another_stores_nothing_more() {
    let server = RedisServer::start(&[]);
    let (before, after) = (started(&server).await, started(&server).await);
    after.commit(&commit(1, Vec::new())).await.unwrap();
    assert_unusable(before.commit(&commit(2, Vec::new())).await, "another Platus has begun to write to 127.0.0.1:");
    assert_eq!(after.load().await.unwrap().last_commit, 1);
}

/// One task writes, but nothing breaks when there are more.
#[tokio::test(flavor = "multi_thread")]
async fn writes_at_the_same_time_all_happen() {
    let server = RedisServer::start(&[]);
    let store = Arc::new(started(&server).await);
    let folds = (0..8).map(|node| {
        let store = Arc::clone(&store);
        let chunk = StoredChunk { tier: Tier::Day, slot: 1, node: NodeId(node), bytes: vec![7] };
        tokio::spawn(async move { store.fold(&Fold { chunks: vec![chunk], ..Fold::default() }).await })
    });
    for fold in folds.collect::<Vec<_>>() {
        fold.await.unwrap().unwrap();
    }
    assert_eq!(store.chunks(Tier::Day, 1..=1, None).await.unwrap().len(), 8);
}
