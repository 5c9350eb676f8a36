//! Failures that do not end by themselves, and their remedies.

use super::*;
use crate::servers::free_port;
use crate::servers::mongod::{ReplicaSet, STRANGER};

#[tokio::test]
async fn a_refused_login_is_reported_with_a_remedy() {
    let set = ReplicaSet::start(&[doc! {}]).await;
    let names = set.names();
    let wrong = json!({"username": "admin", "password": "marker"});
    let error = open(&names, wrong).load().await;
    assert!(!format!("{error:?}").contains("marker"), "{error:?}");
    assert_unusable(error, "the user `admin` is not let in");
    let refused = open(&names, login(STRANGER)).load().await;
    assert_unusable(refused, "the user `stranger` may not do what is needed");
    assert_unusable(open(&names, json!({})).load().await, "a login is wanted");
}

#[tokio::test]
async fn a_newer_schema_is_left_alone() {
    let lone = Lone::start();
    let meta = doc! { "_id": "platus", "version": 2, "new": "thing" };
    lone.inside().collection::<Document>("meta").insert_one(meta.clone()).await.unwrap();
    let refused = lone.open().load().await;
    assert_unusable(refused, "are of version 2, and this Platus knows version 1 only; use the newer Platus that wrote them");
    assert_eq!(lone.inside().collection::<Document>("meta").find_one(doc! {}).await.unwrap(), Some(meta));
    assert_eq!(lone.inside().list_collection_names().await.unwrap(), ["meta"]);
}

#[tokio::test]
async fn a_second_writer_ends_the_first() {
    let lone = Lone::start();
    let (first, _) = lone.loaded().await;
    let (second, _) = lone.loaded().await;
    second.commit(&commit(1)).await.unwrap();
    assert_unusable(first.commit(&commit(1)).await, "another Platus writes to");
    second.commit(&commit(2)).await.unwrap();
}

#[tokio::test]
async fn the_first_of_two_writers_gets_no_confirmation() {
    let lone = Lone::start();
    let (first, _) = lone.loaded().await;
    first.commit(&commit(1)).await.unwrap();
    let (second, loaded) = lone.loaded().await;
    assert_eq!(loaded.last_commit, 1);
    // The second one has not written yet, so that no number is taken.
    for _ in 0..2 {
        assert_unusable(first.commit(&commit(2)).await, "another Platus writes to");
        assert_unusable(first.fold(&Fold::default()).await, "another Platus writes to");
    }
    second.commit(&commit(2)).await.unwrap();
    assert_unusable(first.commit(&commit(2)).await, "another Platus writes to");
    assert_unusable(first.commit(&commit(3)).await, "another Platus writes to");
    second.close().await.unwrap();
    let (_, loaded) = lone.loaded().await;
    assert_eq!(loaded.last_commit, 2);
}

#[tokio::test]
async fn no_server_is_there() {
    let port = free_port();
    let store = open(&[format!("127.0.0.1:{port}")], json!({}));
    let begun = Instant::now();
    assert_away(store.load().await, &format!("no server that takes writes was found at 127.0.0.1:{port}/platus"));
    assert!(begun.elapsed() < Duration::from_secs(30));
    assert_away(store.commit(&commit(1)).await, "have not been loaded");
    store.close().await.unwrap();
    assert_eq!((store.kind(), store.place()), ("mongodb", format!("127.0.0.1:{port}/platus")));
}
