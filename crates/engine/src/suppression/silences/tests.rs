use super::*;
use chrono::TimeDelta;
use storage::testing::incident;
use test_support::noon;

const OPS: Requester<'_> = Requester { user: "ops", is_admin: false };

fn new(kind: SilenceKind, services: &[&str], until: i64) -> NewSilence {
    NewSilence {
        kind,
        services: services.iter().map(|id| ServiceId::new(*id)).collect(),
        author: "ops".to_owned(),
        comment: String::new(),
        from: noon(),
        until: Some(noon() + TimeDelta::minutes(until)),
        recurrence: None,
    }
}

/// Silences whose entries are stored.
fn silences(loaded: &StoreSnapshot) -> Silences {
    let (write_requests, mut entries) = WriteRequests::new();
    tokio::spawn(async move {
        while let Some(submitted) = entries.recv().await {
            submitted.stored.send(()).ok();
        }
    });
    Silences::new(loaded, write_requests)
}

#[tokio::test]
async fn maintenance_lasts_from_its_begin_to_its_end_for_its_services() {
    let silences = silences(&StoreSnapshot::default());
    silences.add(new(SilenceKind::Maintenance, &["db"], 10), OPS, noon()).await.unwrap();
    let maintained =
        |service: &str, minute: i64| silences.is_maintained(&ServiceId::new(service), noon() + TimeDelta::minutes(minute));
    assert!(maintained("db", 0) && maintained("db", 9));
    assert!(!maintained("db", -1) && !maintained("db", 10) && !maintained("web", 5));
}

#[tokio::test]
async fn expired_silences_are_removed_and_numbers_are_not_reused() {
    let silences = silences(&StoreSnapshot::default());
    let first = silences.add(new(SilenceKind::Silence, &[], 10), OPS, noon()).await.unwrap();
    let later = noon() + TimeDelta::minutes(20);
    assert!(silences.all(later).is_empty());
    silences.remove_ended(later, |_| true).await;
    let second = silences.add(new(SilenceKind::Silence, &[], 30), OPS, later).await.unwrap();
    assert!(second.id > first.id && silences.get(first.id).is_none());
    assert_eq!(silences.withdraw(second.id, later).await, Some(second.clone()));
    assert_eq!(silences.withdraw(second.id, later).await, None);
}

#[tokio::test]
async fn a_silence_that_is_extended_ends_later() {
    let silences = silences(&StoreSnapshot::default());
    let (db, later) = (ServiceId::new("db"), noon() + TimeDelta::minutes(60));
    let named = silences.add(new(SilenceKind::Silence, &["db"], 10), OPS, noon()).await.unwrap();
    let of_all = silences.add(new(SilenceKind::Silence, &[], 10), OPS, noon()).await.unwrap();
    let other = silences.add(new(SilenceKind::Silence, &["db"], 30), OPS, noon()).await.unwrap();
    let extended = silences.extend(named.id, later).await.unwrap();
    assert_eq!(*extended, Silence { until: Some(later), ..Silence::clone(&named) });
    assert_eq!(silences.naming(&db, noon() + TimeDelta::minutes(40)).map(|found| found.silence.id), Some(named.id));
    silences.extend(of_all.id, later).await.unwrap();
    assert_eq!(silences.of_all(noon() + TimeDelta::minutes(40)).map(|found| found.silence.id), Some(of_all.id));
    let ids: Vec<_> = silences.all(noon()).iter().map(|silence| silence.id).collect();
    assert_eq!(ids, [named.id, of_all.id, other.id]);
    silences.remove_ended(noon() + TimeDelta::minutes(40), |_| true).await;
    assert!(silences.get(named.id).is_some() && silences.get(other.id).is_none());
    assert_eq!(silences.extend(99, later).await, None);
}

#[tokio::test]
async fn a_repeated_name_counts_once_and_a_withdrawal_frees_the_quota() {
    let silences = silences(&StoreSnapshot::default());
    let repeated = new(SilenceKind::Silence, &["web", "db", "web", "db"], 10);
    let first = silences.add(repeated, OPS, noon()).await.unwrap();
    assert_eq!(first.services, ["web", "db"].map(ServiceId::new));
    while silences.add(new(SilenceKind::Silence, &["db"], 10), OPS, noon()).await.is_ok() {}
    let dev = Requester { user: "dev", is_admin: false };
    let of_dev = NewSilence { author: "dev (key)".to_owned(), ..new(SilenceKind::Silence, &["db"], 10) };
    assert!(silences.add(of_dev, dev, noon()).await.is_ok(), "each user has a quota of their own");
    silences.withdraw(first.id, noon()).await;
    assert!(silences.add(new(SilenceKind::Silence, &["db"], 10), OPS, noon()).await.is_ok());
}

#[tokio::test]
async fn silences_of_a_store_that_connects_late_are_added() {
    let silences = silences(&StoreSnapshot::default()).numbered_from(noon());
    let entered = silences.add(new(SilenceKind::Silence, &["db"], 10), OPS, noon()).await.unwrap();
    let before = Silence { id: 1, services: vec![ServiceId::new("web")], ..Silence::clone(&entered) };
    let changes = silences.changes();
    let repeated = Silence { services: ["web", "web"].map(ServiceId::new).to_vec(), ..before.clone() };
    silences.add_stored(vec![repeated]);
    assert!(changes.has_changed().unwrap());
    assert_eq!(silences.all(noon()), [Arc::new(before), entered]);
}

#[tokio::test]
async fn an_acknowledgement_ends_with_its_incident() {
    let kind = |incident| SilenceKind::Acknowledgement { incident };
    let silence = |id, kind| {
        let NewSilence { services, author, comment, from, until, recurrence, .. } = new(kind, &["db"], 10);
        Silence { id, kind, services, author, comment, created: noon(), from, until, recurrence }
    };
    let loaded = StoreSnapshot {
        silences: vec![silence(1, kind(6)), silence(2, kind(7)), silence(3, SilenceKind::Silence)],
        open_incidents: vec![incident(7)],
        ..StoreSnapshot::default()
    };
    let left: Vec<_> = silences(&loaded).all(noon()).iter().map(|silence| silence.id).collect();
    assert_eq!(left, [2, 3]);
}
