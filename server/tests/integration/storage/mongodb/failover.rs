//! A set of three whose primary is killed, and then two of them.

use super::*;
use crate::servers::mongod::{FAVOURITE, ReplicaSet};
use crate::waiting;

#[tokio::test]
async fn nothing_is_lost_when_the_primary_is() {
    let mut set = ReplicaSet::start(&[doc! {}, doc! {}, doc! {}]).await;
    let more = json!({"username": ADMIN.username, "password": ADMIN.password, "replica_set": "rs0"});
    // One member is enough to find the others.
    let store = open(&set.names()[1..2], more.clone());
    waiting::until("there is a primary", async || store.load().await.is_ok()).await;

    for number in 1..=20 {
        commit_at_last(&store, &commit(number)).await;
    }
    // It dies while a commit is on its way.
    let dying = commit(21);
    let (_, ()) = tokio::join!(commit_at_last(&store, &dying), async {
        set.members[FAVOURITE].process.kill();
    });
    for number in 22..=40 {
        commit_at_last(&store, &commit(number)).await;
    }
    assert_eq!(transitions(&store).await, (1..=40).rev().collect::<Vec<_>>());
    store.fold(&fold(10, b"chunk")).await.unwrap();
    // It comes back, and becomes the primary again, since it is preferred.
    set.members[FAVOURITE].restart();
    for number in 41..=50 {
        commit_at_last(&store, &commit(number)).await;
    }
    set.members[FAVOURITE].wait_until_primary(None).await;
    for number in 51..=60 {
        commit_at_last(&store, &commit(number)).await;
    }

    let other = open(&set.names(), more.clone());
    waiting::until("there is a primary", async || other.load().await.is_ok()).await;
    let loaded = other.load().await.unwrap();
    assert_holds(&loaded, 60, 10);
    assert_eq!(other.chunks(Tier::Raw, 7..=7, None).await.unwrap(), fold(10, b"chunk").chunks);
    a_majority_is_missing(&mut set, &other).await;
}

async fn a_majority_is_missing(set: &mut ReplicaSet, store: &MongoDbStore) {
    for index in [1, 2] {
        set.members[index].process.kill();
    }
    let begun = Instant::now();
    let refused = store.commit(&commit(61)).await;
    assert!(matches!(refused, Err(StoreError::Away(_))), "{refused:?}");
    // Members that cannot be reached and a primary that steps down take their time, but not the caller's patience.
    assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
    for index in [1, 2] {
        set.members[index].restart();
    }
    commit_at_last(store, &commit(61)).await;
    let again = store.load().await.unwrap();
    assert_eq!((again.last_commit, again.journal.len()), (61, 51));
}
