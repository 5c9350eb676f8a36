//! What is stored under a former id of a service becomes its own.

use super::events::{incidents_within, transitions_within};
use super::{Database, fold, restart, start, stored};
use crate::storage::records::{change, chunk, ended, incident, message, node, note, sample, silence, transition};
use history::Tier;
use model::ServiceId;
use storage::{Commit, Fold, FormerIds, Incident, NodeRecord, Notification, Silence, SilenceKind, StoreSnapshot};

/// `shop` has two nodes, one of which has gone, and `mail` one.
fn before() -> Commit {
    let of = |id, service: &str| NodeRecord { service: ServiceId::new(service), ..node(id) };
    let names = |id, services: &[&str]| Silence {
        services: services.iter().map(|service| ServiceId::new(*service)).collect(),
        ..silence(id, SilenceKind::Silence)
    };
    Commit {
        number: 4,
        samples: vec![sample(1, 0), sample(2, 5), sample(3, 9)],
        nodes: vec![change(of(1, "shop")), change(NodeRecord { status: None, ..of(2, "shop") }), change(of(3, "mail"))],
        transitions: vec![transition(1, 1, 1), transition(2, 3, 2)],
        incidents: vec![
            Incident { opened_as: None, ..incident(1, 1, 1) },
            ended(2, 2, 2, 3),
            Incident { opened_as: None, ..incident(3, 3, 3) },
        ],
        notifications: ["shop", "mail"]
            .map(|service| Notification { service: ServiceId::new(service), opened_as: None, ..message(service, 1) })
            .into(),
        silences: vec![names(1, &["shop"]), names(2, &["mail"]), names(3, &["mail", "store", "shop"]), names(4, &[])],
        notes: vec![note(1, 1)],
        ..Commit::default()
    }
}

fn former_ids() -> FormerIds {
    FormerIds::new([(ServiceId::new("store"), vec![ServiceId::new("market"), ServiceId::new("shop")])])
}

/// The commit that renames, if there is something to rename.
fn rename(loaded: &mut StoreSnapshot) -> Option<Commit> {
    former_ids().decide_for(loaded).apply(loaded)
}

pub(super) async fn everything(database: &dyn Database) {
    let (store, mut loaded) = stored(database, &[before()]).await;
    fold(&*store, Fold { chunks: vec![chunk(Tier::Hour, 1, 1, b"history")], ..Fold::default() }).await;
    let commit = rename(&mut loaded).unwrap();
    store.commit(&commit).await.unwrap();
    let (store, after) = restart(database, store).await;
    assert_eq!(after, loaded);

    let services: Vec<_> = after.nodes.iter().map(|record| (record.id.0, record.service.as_str())).collect();
    assert_eq!(services, [(1, "store"), (2, "store"), (3, "mail")]);
    let opened_as: Vec<_> = after.open_incidents.iter().map(|it| (it.id, it.opened_as.as_ref().map(ServiceId::as_str))).collect();
    assert_eq!(opened_as, [(1, Some("shop")), (3, None)], "receivers know the incident by the former id");
    let pending: Vec<_> =
        after.notifications.iter().map(|it| (it.key.0.as_str(), it.service.as_str(), it.opened_as.is_some())).collect();
    assert!(pending.contains(&("shop", "store", true)) && pending.contains(&("mail", "mail", false)), "{pending:?}");
    let named: Vec<Vec<_>> = after.silences.iter().map(|it| it.services.iter().map(ServiceId::as_str).collect()).collect();
    assert_eq!(named, [vec!["store"], vec!["mail"], vec!["mail", "store"], vec![]]);
    // What is stored by the number of the node needs no change.
    assert_eq!(store.chunks(Tier::Hour, 1..=1, None).await.unwrap(), [chunk(Tier::Hour, 1, 1, b"history")]);
    assert_eq!(store.transitions(&transitions_within(0, 9)).await.unwrap().len(), 2);
    assert_eq!(store.incidents(&incidents_within(0, 9)).await.unwrap().len(), 3);
    assert_eq!(store.notes(1, 9).await.unwrap(), [note(1, 1)]);
    assert_eq!(rename(&mut after.clone()), None, "there is nothing left to rename");
}

/// A process ends before its commit is stored, or before it learns that it is.
pub(super) async fn interrupted(database: &dyn Database) {
    let (store, mut lost) = stored(database, &[before()]).await;
    rename(&mut lost).unwrap();
    drop(store);
    let (store, mut loaded) = start(database).await;
    let commit = rename(&mut loaded).unwrap();
    assert_eq!(loaded, lost);
    store.commit(&commit).await.unwrap();
    drop(store);
    let (store, mut after) = start(database).await;
    assert_eq!(after, loaded);
    assert_eq!(rename(&mut after), None);
    store.commit(&commit).await.unwrap();
    assert_eq!(restart(database, store).await.1, loaded);
}
