//! The outbox and the orders about it.

use super::{Database, begin, restart};
use crate::storage::records::{api_key, message, recurring_silence, silence};
use storage::{Commit, NotificationKey, Silence, SilenceKind, StoredKey};

pub(super) async fn messages(database: &dyn Database) {
    let store = begin(database).await;
    // By age, not by key, nor in the order in which they came.
    let first =
        Commit { number: 1, notifications: vec![message("a", 30), message("c", 10), message("é/'$.", 20)], ..Commit::default() };
    store.commit(&first).await.unwrap();
    let (store, loaded) = restart(database, store).await;
    assert_eq!(loaded.notifications, [message("c", 10), message("é/'$.", 20), message("a", 30)]);

    // What is settled together with its coming is not to be sent; what is not there can be settled.
    let second = Commit {
        number: 2,
        notifications: vec![message("b", 5), message("d", 6)],
        settled: vec![key("é/'$."), key("d"), key("never seen")],
        ..Commit::default()
    };
    store.commit(&second).await.unwrap();
    let (store, loaded) = restart(database, store).await;
    assert_eq!(loaded.notifications, [message("b", 5), message("c", 10), message("a", 30)]);

    let third = Commit { number: 3, settled: vec![key("a"), key("b"), key("c")], ..Commit::default() };
    store.commit(&third).await.unwrap();
    let (_store, loaded) = restart(database, store).await;
    assert_eq!(loaded.notifications, []);
}

pub(super) async fn silences(database: &dyn Database) {
    let store = begin(database).await;
    let all = [1, 2, 10].map(|id| silence(id, SilenceKind::Maintenance));
    store.commit(&Commit { number: 1, silences: all.to_vec(), ..Commit::default() }).await.unwrap();
    let (store, loaded) = restart(database, store).await;
    assert_eq!(loaded.silences, all);

    let changed = Silence { until: None, services: Vec::new(), ..silence(2, SilenceKind::Silence) };
    let second = Commit { number: 2, silences: vec![changed.clone()], withdrawn: vec![1, 77], ..Commit::default() };
    store.commit(&second).await.unwrap();
    let (store, loaded) = restart(database, store).await;
    assert_eq!(loaded.silences, [changed, all[2].clone()]);

    let recurring = recurring_silence(11);
    let third = Commit { number: 3, silences: vec![recurring.clone()], withdrawn: vec![2, 10], ..Commit::default() };
    store.commit(&third).await.unwrap();
    let (store, loaded) = restart(database, store).await;
    assert_eq!(loaded.silences, [recurring]);

    store.commit(&Commit { number: 4, withdrawn: vec![11], ..Commit::default() }).await.unwrap();
    let (_store, loaded) = restart(database, store).await;
    assert_eq!(loaded.silences, []);
}

pub(super) async fn api_keys(database: &dyn Database) {
    let store = begin(database).await;
    let all = [1, 2, 1 << 53].map(api_key);
    store.commit(&Commit { number: 1, keys: all.to_vec(), ..Commit::default() }).await.unwrap();
    let (store, loaded) = restart(database, store).await;
    assert_eq!(loaded.keys, all);

    // A key that is created and revoked together does not exist.
    let bare = StoredKey { roles: None, expires: None, used: None, ..api_key(2) };
    let second = Commit { number: 2, keys: vec![bare.clone(), api_key(5)], revoked: vec![1, 5, 77], ..Commit::default() };
    store.commit(&second).await.unwrap();
    let (store, loaded) = restart(database, store).await;
    assert_eq!(loaded.keys, [bare, all[2].clone()]);

    store.commit(&Commit { number: 3, revoked: vec![2, 1 << 53], ..Commit::default() }).await.unwrap();
    let (_store, loaded) = restart(database, store).await;
    assert_eq!(loaded.keys, []);
}

fn key(key: &str) -> NotificationKey {
    NotificationKey(key.to_owned())
}
