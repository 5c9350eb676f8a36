use super::*;
use crate::Service;
use crate::service_nodes::{Change, ServiceNodes};
use crate::testing::{observation, operational};
use model::State::{Down, Operational};
use model::{NodeStatus, SuppressionKind};
use test_support::noon;

struct Stage {
    events: Events,
    services: [Arc<Service>; 2],
    nodes: Vec<ServiceNodes>,
}

impl Stage {
    fn new() -> Self {
        let services = [operational("a", &["dev"]), operational("b", &[])].map(Arc::new);
        let nodes = services.iter().map(|_| ServiceNodes::default()).collect();
        Self { events: Events::new(&Services::new(services.clone()), noon()), services, nodes }
    }

    fn observe(&mut self, service: usize, nodes: &[(&str, model::State)]) {
        let observations = nodes.iter().map(|(node, state)| observation(node, *state)).collect();
        let outcome = self.nodes[service].record(&self.services[service], Ok(observations), noon());
        let changes = outcome.changes.into_iter().map(|change| match change {
            Change::Row(report) => RowChange::Row(Row::new(&self.services[service], report)),
            Change::Removed(key) => RowChange::Removed(key),
        });
        self.events.publish(changes.collect());
    }

    fn rows(&self) -> Vec<String> {
        let (_, rows) = self.events.rows();
        rows.iter().map(|row| format!("{}/{} {}", row.status.service, row.status.node, row.status.state)).collect()
    }

    fn replayed(&self, seen: Position) -> Option<Vec<u64>> {
        match self.events.subscribe(Some(seen)).start {
            Start::Replay(missed) => Some(all(missed, &self.events).iter().map(|event| event.sequence).collect()),
            Start::Now(_) | Start::Resync(_) => None,
        }
    }
}

fn all(mut missed: Missed, events: &Events) -> Vec<Arc<PublishedEvent>> {
    std::iter::from_fn(|| events.next_missed(&mut missed)).collect::<Result<_, _>>().unwrap()
}

#[test]
fn every_service_has_a_row_before_its_first_check() {
    assert_eq!(Stage::new().rows(), ["a/host unknown", "b/host unknown"]);
}

#[test]
fn rows_follow_the_changes() {
    let mut stage = Stage::new();
    stage.observe(0, &[("host", Operational), ("other", Down)]);
    assert_eq!(stage.rows(), ["a/host operational", "a/other down", "b/host unknown"]);
    stage.observe(0, &[("other", Operational)]);
    assert_eq!(stage.rows(), ["a/other operational", "b/host unknown"]);
    stage.observe(1, &[("other", Down)]);
    assert_eq!(stage.rows(), ["a/other operational", "b/other down"]);
    assert_eq!(stage.events.now().sequence, 6);
}

#[tokio::test]
async fn a_reader_that_reconnects_misses_nothing_and_gets_nothing_twice() {
    let mut stage = Stage::new();
    stage.observe(0, &[("host", Operational)]);
    let seen = stage.events.now();
    stage.observe(0, &[("host", Down)]);
    let mut subscription = stage.events.subscribe(Some(seen));
    stage.observe(1, &[("host", Down)]);
    let Start::Replay(missed) = subscription.start else { panic!("expected the missed events") };
    let missed: Vec<_> = all(missed, &stage.events).iter().map(|event| event.sequence).collect();
    assert_eq!(missed, [2]);
    assert_eq!(subscription.live.recv().await.unwrap().sequence, 3);
    assert!(subscription.live.try_recv().is_err());
}

#[test]
fn a_reader_that_stops_reading_keeps_no_events() {
    let mut stage = Stage::new();
    let before = stage.events.now();
    for _ in 0..KEPT {
        stage.observe(0, &[("host", Down)]);
    }
    let Start::Replay(mut missed) = stage.events.subscribe(Some(before)).start else { panic!("expected the missed events") };
    assert_eq!(stage.events.next_missed(&mut missed).unwrap().unwrap().sequence, 1);
    let kept: Vec<_> = stage.events.after(0, u64::MAX, KEPT).unwrap().iter().map(Arc::downgrade).collect();
    for _ in 0..KEPT {
        stage.observe(0, &[("host", Down)]);
    }
    let held = kept.iter().filter(|event| event.strong_count() > 0).count();
    assert!(held < 64, "{held} of {KEPT} events are kept");
    let lost = std::iter::from_fn(|| stage.events.next_missed(&mut missed)).find_map(Result::err);
    assert_eq!(lost, Some(Lost), "the rest is no longer kept");
}

#[test]
fn a_gap_a_foreign_epoch_and_the_future_ask_for_a_resync() {
    let mut stage = Stage::new();
    let before = stage.events.now();
    for _ in 0..KEPT {
        stage.observe(0, &[("host", Down)]);
    }
    assert_eq!(stage.replayed(before).map(|events| events.len()), Some(KEPT), "all of them are still kept");
    stage.observe(0, &[("host", Down)]);
    assert_eq!(stage.replayed(before), None, "one too many");
    let now = stage.events.now();
    assert_eq!(stage.replayed(now), Some(vec![]));
    assert_eq!(stage.replayed(Position { sequence: now.sequence + 1, ..now }), None, "the future");
    assert_eq!(stage.replayed(Position { epoch: now.epoch + 1, ..now }), None, "another process");
}

#[tokio::test]
async fn an_event_carries_the_whole_row_and_the_roles_of_its_service() {
    let mut stage = Stage::new();
    let mut live = stage.events.subscribe(None).live;
    stage.observe(0, &[("host", Down)]);
    let event = live.recv().await.unwrap();
    assert_eq!((event.name(), event.roles.as_ref().unwrap().contains("dev")), ("status", true));
    let status: NodeStatus = serde_json::from_str(event.json(true)).unwrap();
    assert_eq!((status.service.as_str(), status.state, status.retries), ("a", Down, 1));

    stage.observe(0, &[("other", Down)]);
    let event = live.recv().await.unwrap();
    assert_eq!(event.name(), "removed");
    assert_eq!(event.json(true), r#"{"service":"a","node":"host"}"#);
}

#[tokio::test]
async fn a_store_notice_is_for_every_user_and_part_of_the_snapshot() {
    let stage = Stage::new();
    let seen = stage.events.now();
    let notice = StoreNotice { since: noon(), dropped_samples: 3 };
    stage.events.publish_store(Some(notice.clone()));
    assert_eq!((stage.events.snapshot().store, stage.events.snapshot().position.sequence), (Some(notice.clone()), 1));
    stage.events.publish_store(None);
    assert_eq!(stage.events.snapshot().store, None);

    let Start::Replay(missed) = stage.events.subscribe(Some(seen)).start else { panic!("expected the missed events") };
    let missed = all(missed, &stage.events);
    let published: Vec<_> = missed.iter().map(|event| (event.name(), event.roles.is_none(), event.json(true))).collect();
    assert_eq!(published, [("store", true, &*serde_json::to_string(&notice).unwrap()), ("store", true, "null")]);
}

#[test]
fn a_suppression_changes_the_current_rows_that_it_is_about() {
    let suppression = |author: &str| {
        let (kind, author) = (SuppressionKind::Silence, Some(author.to_owned()));
        Some(Box::new(Suppression { kind, author, comment: String::new(), until: Some(noon()) }))
    };
    let authors = |stage: &Stage| -> Vec<String> {
        let (_, rows) = stage.events.rows();
        let author = |row: &Row| row.status.suppression.as_ref().and_then(|suppression| suppression.author.clone());
        rows.iter().map(|row| author(row).unwrap_or_default()).collect()
    };
    let row = |stage: &Stage, id: &str| Arc::clone(&stage.events.rows_of(&ServiceId::new(id))[0]);
    let mut stage = Stage::new();
    stage.observe(0, &[("host", Operational)]);
    let seen = stage.events.now();
    stage.events.suppress(vec![(row(&stage, "b"), suppression("of b"))]);
    assert_eq!((authors(&stage), stage.replayed(seen)), (vec![String::new(), "of b".to_owned()], Some(vec![2])));

    let seen = stage.events.now();
    stage.events.suppress(Vec::new());
    assert_eq!(stage.replayed(seen), Some(Vec::new()), "nothing is new");
    let replaced = row(&stage, "b");
    stage.observe(1, &[("host", Down)]);
    stage.events.suppress(vec![(replaced, suppression("too late"))]);
    assert_eq!((authors(&stage), stage.replayed(seen)), (vec![String::new(); 2], Some(vec![3])), "the row was replaced meanwhile");
    stage.events.suppress(vec![(row(&stage, "a"), suppression("of a"))]);
    stage.events.suppress(vec![(row(&stage, "a"), None)]);
    assert_eq!(authors(&stage), ["", ""]);
}
