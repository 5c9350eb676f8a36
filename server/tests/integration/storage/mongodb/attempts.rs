//! Attempts that are cut off at any point, given up, or late.

use super::*;
use crate::waiting;
use ::mongodb::bson::oid::ObjectId;

/// The connection breaks, which is what the death of either side looks like.
fn cut() -> Document {
    doc! { "closeConnection": true }
}

#[tokio::test]
async fn what_is_stored_is_completed_by_the_next_process() {
    let lone = Lone::start();
    let (store, _) = lone.loaded().await;
    for number in 1..=3 {
        store.commit(&commit(number)).await.unwrap();
    }
    // Stored, and then the end comes before any part of it is applied, or after a part.
    for (number, collection) in [(4, "nodes"), (5, "messages"), (6, "meta")] {
        let (store, before) = lone.loaded().await;
        assert_holds(&before, number - 1, 0);
        lone.let_fail("update", collection, "alwaysOn", cut()).await;
        assert_away(store.commit(&commit(number)).await, "does not answer");
        lone.let_be().await;
        let (store, loaded) = lone.loaded().await;
        assert_holds(&loaded, number, 0);
        assert_eq!(transitions(&store).await, (1..=number).rev().collect::<Vec<_>>());
    }
    a_fold_is_finished_in_the_same_way(&lone).await;
    the_same_process_goes_on(&lone).await;
}

async fn a_fold_is_finished_in_the_same_way(lone: &Lone) {
    for (n, collection) in ["chunks", "nodes", "meta"].into_iter().enumerate() {
        let (store, _) = lone.loaded().await;
        let content = [u8::try_from(n).unwrap()];
        lone.let_fail("update", collection, "alwaysOn", cut()).await;
        assert_away(store.fold(&fold(6, &content)).await, "does not answer");
        lone.let_be().await;
        let (store, loaded) = lone.loaded().await;
        assert_holds(&loaded, 6, 6);
        assert_eq!(loaded.nodes[0].folded, 6);
        let chunks = store.chunks(Tier::Raw, 7..=7, None).await.unwrap();
        assert_eq!(chunks, fold(6, &content).chunks);
        assert_eq!(store.chunks(Tier::Raw, 0..=9, Some(&[NodeId(2)])).await.unwrap(), chunks[1..]);
    }
    let folds = lone.inside().collection::<Document>("folds").count_documents(doc! {}).await.unwrap();
    assert_eq!(folds, 0);
}

async fn the_same_process_goes_on(lone: &Lone) {
    let (store, _) = lone.loaded().await;
    lone.let_fail("insert", "commits", "alwaysOn", cut()).await;
    assert_away(store.commit(&commit(7)).await, "does not answer");
    lone.let_be().await;
    store.commit(&commit(7)).await.unwrap();
    lone.let_fail("update", "incidents", "alwaysOn", cut()).await;
    assert_away(store.commit(&commit(8)).await, "does not answer");
    lone.let_be().await;
    // The next one is not applied before it.
    store.commit(&commit(9)).await.unwrap();
    store.commit(&commit(8)).await.unwrap();
    let (_, loaded) = lone.loaded().await;
    assert_holds(&loaded, 9, 6);
}

#[tokio::test]
async fn what_was_given_up_comes_late() {
    let lone = Lone::start();
    let (store, _) = lone.loaded().await;
    store.commit(&commit(1)).await.unwrap();
    // The server sleeps over the change of the messages, its caller gives up and succeeds with another attempt, goes on, and is done
    // with the message. Then the first change is made.
    lone.let_fail("update", "messages", doc! { "times": 1 }, doc! { "blockConnection": true, "blockTimeMS": 2_000 }).await;
    assert!(tokio::time::timeout(Duration::from_millis(500), store.commit(&commit(2))).await.is_err());
    store.commit(&commit(2)).await.unwrap();
    store.commit(&commit(3)).await.unwrap();
    let first = lone.inside().collection::<Document>("commits").find_one(doc! { "_id": 2_i64 }).await.unwrap().unwrap();
    let waiting = async || {
        let asked = doc! { "currentOp": 1, "active": true, "ns": { "$regex": format!("^{}\\.", lone.database) } };
        !lone.mongod.run(None, asked).await.unwrap().get_array("inprog").unwrap().is_empty()
    };
    waiting::until("nothing is waiting", async || !waiting().await).await;
    let (store, loaded) = lone.loaded().await;
    assert_holds(&loaded, 3, 0);

    // The first of all is stored once more, after all of it has been dropped.
    store.fold(&fold(3, b"chunk")).await.unwrap();
    store.commit(&commit(4)).await.unwrap();
    lone.inside().collection::<Document>("commits").insert_one(first).await.unwrap();
    let (_, loaded) = lone.loaded().await;
    assert_holds(&loaded, 4, 3);
    let numbers = lone.inside().collection::<Document>("commits").distinct("_id", doc! {}).await.unwrap();
    assert_eq!(numbers, [Bson::Int64(4)]);
}

#[tokio::test]
async fn what_a_process_left_on_the_way_yields_to_the_next_one() {
    let lone = Lone::start();
    let (store, _) = lone.loaded().await;
    store.commit(&commit(1)).await.unwrap();
    let mut late = lone.inside().collection::<Document>("commits").find_one(doc! { "_id": 1_i64 }).await.unwrap().unwrap();
    late.insert("_id", 2_i64);
    late.insert("writer", ObjectId::new());
    late.remove("samples");
    lone.inside().collection::<Document>("commits").insert_one(late).await.unwrap();
    store.commit(&commit(2)).await.unwrap();
    assert_holds(&lone.loaded().await.1, 2, 0);
}

#[tokio::test]
async fn nothing_is_too_large() {
    let lone = Lone::start();
    let (store, _) = lone.loaded().await;
    let large = |number| {
        let text = format!("{number} {}", "x".repeat(4_000));
        let named = |id| {
            let mut record = node(id, number);
            record.status.as_mut().unwrap().message = Some(text.clone());
            NodeChange { record, routine: false }
        };
        Commit { number, samples: vec![sample(1, number)], nodes: (1..=5_000).map(named).collect(), ..Commit::default() }
    };
    lone.let_fail("update", "nodes", "alwaysOn", cut()).await;
    assert_away(store.commit(&large(1)).await, "does not answer");
    lone.let_be().await;
    let (store, loaded) = lone.loaded().await;
    assert_eq!(loaded.nodes, large(1).nodes.into_iter().map(|change| change.record).collect::<Vec<_>>());
    store.commit(&large(2)).await.unwrap();

    let chunk = |node| StoredChunk { tier: Tier::Day, slot: -3, node: NodeId(node), bytes: vec![1; 1 << 20] };
    let chunks: Vec<_> = (1..=20).map(chunk).collect();
    store.fold(&Fold { chunks: chunks.clone(), drop_journal: Some(2), ..Fold::default() }).await.unwrap();
    assert_eq!(store.chunks(Tier::Day, i64::MIN..=i64::MAX, None).await.unwrap(), chunks);
    for collection in ["commits", "folds", "parts"] {
        let left = lone.inside().collection::<Document>(collection).count_documents(doc! {}).await.unwrap();
        assert_eq!(left, 0, "{collection}");
    }
    assert_eq!(lone.loaded().await.1.last_commit, 2);
}
