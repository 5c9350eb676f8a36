//! A store that was away at the start, and comes.

use super::*;
use crate::testing::message;
use crate::{Directive, DirectiveKind, Message};

/// An undelivered message about an incident.
fn owed(key: &str, incident: u64) -> Message {
    Message { incident, ..message(key) }
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
        told: Vec::new(),
    }
}

#[tokio::test(start_paused = true)]
async fn a_store_that_comes_late_tells_what_is_owed_and_ordered() {
    let directive = |id, kind| Directive {
        id,
        kind,
        services: Vec::new(),
        author: "ops".to_owned(),
        comment: String::new(),
        created: instant(0),
        from: instant(0),
        until: None,
    };
    let store = Arc::new(Moody::default());
    let before = started(&store, false).await.unwrap();
    assert!(before.late.is_none());
    before.keeper.save(commit(1, &[1])).await;
    let second = Commit {
        number: 2,
        incidents: vec![Incident { ended: Some(instant(1)), ..open(1, 1) }, open(2, 1)],
        messages: vec![owed("ended", 1), owed("left open", 2)],
        directives: vec![directive(1, DirectiveKind::Silence), directive(2, DirectiveKind::Acknowledgement { incident: 2 })],
        ..Commit::default()
    };
    before.keeper.save(second).await;
    before.keeper.close().await;

    store.be(AWAY);
    let Start { keeper, late, .. } = started(&store, true).await.unwrap();
    let acknowledged = Commit {
        number: 1,
        directives: vec![directive(9, DirectiveKind::Acknowledgement { incident: 1 })],
        incidents: vec![open(1, 1)],
        messages: vec![owed("of now", 1)],
        ..commit(1, &[1])
    };
    keeper.save(acknowledged).await;
    store.be(WORKS);
    let late = late.unwrap().await.unwrap();
    let messages: Vec<_> = late.messages.iter().map(|message| message.key.0.as_str()).collect();
    assert_eq!(messages, ["ended"]);
    assert!(late.messages[0].incident > u64::from(u32::MAX), "no incident of this process has that number");
    let orders: Vec<_> = late.directives.iter().map(|directive| directive.id).collect();
    assert_eq!(orders, [1], "the incident that was acknowledged is over");
    until(&keeper, |health| health.stored_commits == 1).await;

    // Somebody begins to send what is owed.
    keeper.save(Commit { number: 2, messages: late.messages, ..Commit::default() }).await;
    until(&keeper, |health| health.stored_commits == 2).await;
    let mut loaded = store.inside.load().await.unwrap();
    loaded.messages.sort_by(|a, b| a.key.0.cmp(&b.key.0));
    let stored: Vec<_> =
        loaded.messages.iter().map(|message| (message.key.0.as_str(), message.incident, message.given_up.is_some())).collect();
    assert_eq!(stored, [("ended", 1, false), ("left open", 2, true), ("of now", 3, false)]);
    let acknowledged: Vec<_> = loaded.directives.iter().filter(|directive| directive.id == 9).map(|it| it.kind).collect();
    assert_eq!(acknowledged, [DirectiveKind::Acknowledgement { incident: 3 }]);
    keeper.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_store_that_comes_late_is_told_all_in_its_own_numbers() {
    let store = Arc::new(Moody::default());
    let before = started(&store, false).await.unwrap();
    before.keeper.save(commit(1, &[1, 2])).await;
    before.keeper.save(Commit { number: 2, incidents: vec![open(1, 2)], ..Commit::default() }).await;
    before.keeper.close().await;

    store.be(AWAY);
    let Start { keeper, archive, loaded, .. } = started(&store, true).await.unwrap();
    assert_eq!(loaded, Loaded::default());
    // This process does not know the numbers: its node 1 is the service s2, which the store knows as 2, and its node 2 is new.
    let mut first = commit(1, &[1, 2]);
    first.nodes[0].record.service = ServiceId::new("s2");
    first.nodes[1].record.service = ServiceId::new("s9");
    first.incidents = vec![open(1, 1)];
    keeper.save(first).await;
    store.be(WORKS);
    until(&keeper, |health| health.trouble.is_none() && health.stored_commits == 1).await;

    let loaded = store.inside.load().await.unwrap();
    assert_eq!(loaded.last_commit, 3);
    let nodes: Vec<_> = loaded.nodes.iter().map(|record| (record.id.0, record.service.as_str())).collect();
    assert_eq!(nodes, [(1, "s1"), (2, "s2"), (3, "s9")]);
    assert_eq!(stored_transitions(&store).await, [1, 2]);
    let open: Vec<_> = loaded.open_incidents.iter().map(|incident| (incident.id, incident.node.0)).collect();
    assert_eq!(open, [(2, 2)], "the incident left open is over, and the new one has a number of its own");
    assert_eq!(checks(&archive, 2).await, 2);
    keeper.close().await;
}
