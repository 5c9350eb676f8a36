//! A server that goes away, or cannot.

use super::*;
use history::Tier;

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_silent_is_away_in_time() {
    let server = RedisServer::start(&[]);
    let store = started(&server).await;
    server.process.pause();
    for _ in 0..2 {
        let begun = Instant::now();
        let answer = store.commit(&commit(1, Vec::new())).await;
        assert_away(answer, &format!("127.0.0.1:{}", server.port));
        assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    }
    server.process.resume();
    until_done(&store, &commit(1, Vec::new())).await;
    assert_eq!(store.load().await.unwrap().last_commit, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_ends_is_found_again() {
    let mut server = RedisServer::start(&["--appendonly", "yes", "--appendfsync", "always"]);
    let store = started(&server).await;
    store.commit(&commit(1, vec![node(1, Some(status("Shop", State::Down)))])).await.unwrap();
    server.process.kill();
    assert_away(store.commit(&commit(2, Vec::new())).await, "connection refused");
    assert_away(store.chunks(Tier::Raw, 0..=9, None).await, "connection refused");
    server.start_again(&["--appendonly", "yes", "--appendfsync", "always"]);
    // Nobody has to tell the store; though the server may still be reading its files.
    until_done(&store, &commit(2, Vec::new())).await;
    store.chunks(Tier::Raw, 0..=9, None).await.unwrap();
    let loaded = store.load().await.unwrap();
    assert_eq!((loaded.last_commit, loaded.journal.len(), loaded.nodes.len()), (2, 2, 1));
}

#[tokio::test]
async fn a_server_without_memory_is_away_and_nothing_is_half_stored() {
    let server = RedisServer::start(&[]);
    let store = started(&server).await;
    store.commit(&commit(1, Vec::new())).await.unwrap();
    let () = ask(&server, &["CONFIG", "SET", "maxmemory", "1"]);
    assert_away(store.commit(&commit(2, vec![node(1, Some(status("Shop", State::Down)))])).await, "has no memory left (OOM)");
    assert_eq!(ask::<u32>(&server, &["EXISTS", "Shop", "platus:ids"]), 0);
    assert_eq!(ask::<String>(&server, &["HGET", "platus:meta", "last_commit"]), "1");
    let () = ask(&server, &["CONFIG", "SET", "maxmemory", "0"]);
    store.commit(&commit(2, Vec::new())).await.unwrap();
}

#[tokio::test]
async fn a_replica_takes_no_writes() {
    let server = RedisServer::start(&[]);
    let replica = server.start_replica(&[]);
    let store = store(&replica);
    let deadline = Instant::now() + Duration::from_secs(60);
    // Until it has the data of its master, it says that it loads them.
    loop {
        match store.load().await {
            Err(StoreError::Away(message)) if message.contains("READONLY") => break,
            Err(StoreError::Away(_)) => assert!(Instant::now() < deadline),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_newer_schema_is_not_touched() {
    let server = RedisServer::start(&[]);
    let () = ask(&server, &["HSET", "platus:meta", "schema", "2", "last_commit", "9"]);
    assert_unusable(store(&server).load().await, "have schema 2, and this Platus knows schemas up to 1; use the newer Platus");
    assert_eq!(hash(&server, "platus:meta").len(), 2);
}

#[tokio::test]
async fn what_cannot_be_read_is_told() {
    let server = RedisServer::start(&[]);
    let () = ask(&server, &["HSET", "platus:journal", "1", "x"]);
    assert_unusable(store(&server).load().await, "stored under the key `platus:journal` cannot be read: commit 1");
    let () = ask(&server, &["SET", "platus:journal", "x"]);
    assert_unusable(store(&server).load().await, "has something else under the keys of this store (WRONGTYPE)");
}

/// Five hundred checks of as many nodes, of which each has a row.
#[tokio::test]
async fn a_commit_of_many_nodes_is_in_time() {
    let server = RedisServer::start(&[]);
    let store = started(&server).await;
    let many = |number, count: u32| Commit {
        samples: (0..count).map(sample).collect(),
        ..commit(number, (0..count).map(|id| node(id, Some(status(&format!("Shop {id}"), State::Down)))).collect())
    };
    let mut took = Vec::new();
    for (number, count) in [(1, 500), (2, 500), (3, 5000)] {
        let commit = many(number, count);
        let begun = Instant::now();
        store.commit(&commit).await.unwrap();
        took.push((count, begun.elapsed()));
    }
    eprintln!("commits took {took:?}");
    assert_eq!(store.load().await.unwrap().nodes.len(), 5000);
}
