//! A store that was away at the start, and comes.

use super::*;
use crate::testing::message;
use crate::{LeftHistory, Notification, Silence, SilenceKind};
use model::DeliveryResult;

/// A pending notification about an incident.
fn owed(key: &str, incident: u64) -> Notification {
    Notification { incident, ..message(key) }
}

/// An incident that has not ended.
fn open(id: u64, node: u32) -> Incident {
    Incident {
        id,
        node: NodeId(node),
        since: instant(0),
        opened: instant(0),
        ended: None,
        worst: State::Down,
        message: None,
        notified_channels: Vec::new(),
        opened_as: None,
        deliveries: Vec::new(),
    }
}

#[tokio::test(start_paused = true)]
async fn a_store_that_comes_late_returns_pending_notifications_and_silences() {
    let silence = |id, kind| Silence {
        id,
        kind,
        services: Vec::new(),
        author: "ops".to_owned(),
        comment: String::new(),
        created: instant(0),
        from: instant(0),
        until: None,
        recurrence: None,
    };
    let store = Arc::new(Moody::default());
    let before = started(&store, false).await.unwrap();
    assert!(before.late.is_none());
    before.writer.save(commit(1, &[1])).await;
    let second = Commit {
        number: 2,
        incidents: vec![Incident { ended: Some(instant(1)), ..open(1, 1) }, open(2, 1)],
        notifications: vec![owed("ended", 1), owed("left open", 2)],
        silences: vec![silence(1, SilenceKind::Silence), silence(2, SilenceKind::Acknowledgement { incident: 2 })],
        ..Commit::default()
    };
    before.writer.save(second).await;
    before.writer.close().await;

    store.be(AWAY);
    let Start { writer, late, .. } = started(&store, true).await.unwrap();
    let acknowledged = Commit {
        number: 1,
        silences: vec![silence(9, SilenceKind::Acknowledgement { incident: 1 })],
        incidents: vec![open(1, 1)],
        notifications: vec![owed("of now", 1)],
        ..commit(1, &[1])
    };
    writer.save(acknowledged).await;
    store.be(WORKS);
    let late = late.unwrap().await.unwrap();
    let notifications: Vec<_> = late.notifications.iter().map(|message| message.key.0.as_str()).collect();
    assert_eq!(notifications, ["ended"]);
    assert!(late.notifications[0].incident > u64::from(u32::MAX), "no incident of this process has that number");
    let orders: Vec<_> = late.silences.iter().map(|silence| silence.id).collect();
    assert_eq!(orders, [1], "the incident that was acknowledged is over");
    until(&writer, |health| health.stored_commits == 1).await;

    // A dispatcher begins to send the pending notification.
    writer.save(Commit { number: 2, notifications: late.notifications, ..Commit::default() }).await;
    until(&writer, |health| health.stored_commits == 2).await;
    let mut loaded = store.inside.load().await.unwrap();
    loaded.notifications.sort_by(|a, b| a.key.0.cmp(&b.key.0));
    let stored: Vec<_> =
        loaded.notifications.iter().map(|message| (message.key.0.as_str(), message.incident, message.given_up.is_some())).collect();
    assert_eq!(stored, [("ended", 1, false), ("left open", 2, true), ("of now", 3, false)]);
    let left_open = store.inside.incident(2).await.unwrap().unwrap();
    assert_eq!(left_open.deliveries.iter().map(|delivery| delivery.result).collect::<Vec<_>>(), [DeliveryResult::Dropped]);
    let acknowledged: Vec<_> = loaded.silences.iter().filter(|silence| silence.id == 9).map(|it| it.kind).collect();
    assert_eq!(acknowledged, [SilenceKind::Acknowledgement { incident: 3 }]);
    writer.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_store_that_comes_late_gets_everything_with_its_own_ids() {
    let store = Arc::new(Moody::default());
    let before = started(&store, false).await.unwrap();
    before.writer.save(commit(1, &[1, 2])).await;
    before.writer.save(Commit { number: 2, incidents: vec![open(1, 2)], ..Commit::default() }).await;
    before.writer.close().await;

    store.be(AWAY);
    let Start { writer, history, loaded, .. } = started(&store, true).await.unwrap();
    assert_eq!(loaded, StoreSnapshot::default());
    // This process does not know the numbers: its node 1 is the service s2, which the store knows as 2, and its node 2 is new.
    let mut first = commit(1, &[1, 2]);
    first.nodes[0].record.service = ServiceId::new("s2");
    first.nodes[1].record.service = ServiceId::new("s9");
    first.incidents = vec![open(1, 1)];
    writer.save(first).await;
    store.be(WORKS);
    until(&writer, |health| health.outage.is_none() && health.stored_commits == 1).await;

    let loaded = store.inside.load().await.unwrap();
    assert_eq!(loaded.last_commit, 3);
    let nodes: Vec<_> = loaded.nodes.iter().map(|record| (record.id.0, record.service.as_str())).collect();
    assert_eq!(nodes, [(1, "s1"), (2, "s2"), (3, "s9")]);
    assert_eq!(stored_transitions(&store).await, [1, 2]);
    let open: Vec<_> = loaded.open_incidents.iter().map(|incident| (incident.id, incident.node.0)).collect();
    assert_eq!(open, [(2, 2)], "the incident left open is over, and the new one has a number of its own");
    assert_eq!(checks(&history, 2).await, 2);
    writer.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_renamed_service_finds_its_history_in_a_store_that_comes_late() {
    let renamed = || FormerIds::new([(ServiceId::new("new"), vec![ServiceId::new("s1")])]);
    let store = Arc::new(Moody::default());
    let before = started(&store, false).await.unwrap();
    before.writer.save(commit(1, &[1, 2])).await;
    before.writer.close().await;

    store.be(AWAY);
    let Start { writer, history, .. } = started_with(&store, true, renamed()).await.unwrap();
    let mut first = commit(1, &[1]);
    first.nodes[0].record.service = ServiceId::new("new");
    writer.save(first).await;
    store.be(WORKS);
    until(&writer, |health| health.outage.is_none() && health.stored_commits == 1).await;
    let nodes = |loaded: &StoreSnapshot| -> Vec<(u32, String)> {
        loaded.nodes.iter().map(|record| (record.id.0, record.service.as_str().to_owned())).collect()
    };
    let expected = [(1, "new".to_owned()), (2, "s2".to_owned())];
    let loaded = store.inside.load().await.unwrap();
    assert_eq!((nodes(&loaded), loaded.last_commit), (expected.to_vec(), 3));
    assert_eq!(checks(&history, 1).await, 2);
    assert!(history.nodes(&ServiceId::new("s1")).is_empty());
    writer.close().await;

    let Start { writer, loaded, left, .. } = started_with(&store, false, renamed()).await.unwrap();
    assert_eq!((nodes(&loaded), loaded.last_commit, left), (expected.to_vec(), 3, Vec::new()), "there is nothing left to do");
    writer.close().await;
}

#[tokio::test(start_paused = true)]
async fn history_under_both_ids_stays_where_it_is() {
    let store = Arc::new(Moody::default());
    let before = started(&store, false).await.unwrap();
    before.writer.save(commit(1, &[1, 2])).await;
    before.writer.close().await;
    let (former, service) = (ServiceId::new("s1"), ServiceId::new("s2"));
    let former_ids = FormerIds::new([(service.clone(), vec![former.clone()])]);
    let Start { writer, loaded, left, .. } = started_with(&store, false, former_ids).await.unwrap();
    assert_eq!(left, [LeftHistory { former: former.clone(), service: service.clone() }]);
    assert_eq!(loaded.nodes.iter().map(|record| record.service.clone()).collect::<Vec<_>>(), [former, service]);
    assert_eq!(loaded.last_commit, 1);
    writer.close().await;
}
