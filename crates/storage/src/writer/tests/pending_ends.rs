use super::*;
use crate::Notification;
use crate::testing::{incident, message};

#[tokio::test(start_paused = true)]
async fn ended_incidents_are_looked_up_for_their_pending_notifications() {
    let store = Arc::new(Moody::default());
    let Start { writer, loaded, .. } = started(&store, false).await.unwrap();
    assert_eq!(loaded.ended_incidents, []);
    let (begin, end) = (instant(0), instant(60));
    let of = |id, ended| Incident { since: begin, opened: begin, ended, ..incident(id) };
    let about = |incident, created| Notification { incident, created, ..message(&format!("about {incident}")) };
    let commit = Commit {
        number: 1,
        // The third one is over, and all of its notifications are delivered.
        incidents: vec![of(1, None), of(2, Some(end)), of(3, Some(end))],
        notifications: vec![about(1, begin), about(2, end)],
        ..Commit::default()
    };
    writer.save(commit).await;
    writer.close().await;
    let Start { writer, loaded, .. } = started(&store, false).await.unwrap();
    assert_eq!(loaded.open_incidents.iter().map(|incident| incident.id).collect::<Vec<_>>(), [1]);
    assert_eq!(loaded.ended_incidents, [of(2, Some(end))]);
    writer.close().await;
}
