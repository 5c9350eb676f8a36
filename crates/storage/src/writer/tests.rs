mod late;
mod metrics;
mod pending_ends;

use super::*;
use crate::history_reader::HistoryReader;
use crate::memory::MemoryStore;
use crate::{
    Answer, Expired, Fold, FormerIds, Incident, IncidentQuery, NodeChange, NodeRecord, Note, Store, StoreError, StoreSnapshot,
    Transition, TransitionQuery,
};
use chrono::{DateTime, FixedOffset, TimeDelta};
use history::{NodeId, Retention, Sample, StoredChunk, Tier};
use model::{ServiceId, State};
use std::future::pending;
use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicU8, Ordering};

/// A store with a mood: it works, is unavailable, or does its work without an answer.
#[derive(Default)]
struct Moody {
    inside: MemoryStore,
    mood: AtomicU8,
}

const WORKS: u8 = 0;
const AWAY: u8 = 1;
const SILENT: u8 = 2;

impl Moody {
    fn be(&self, mood: u8) {
        self.mood.store(mood, Ordering::SeqCst);
    }

    fn answer<'a, T: Send + 'a>(&'a self, work: impl FnOnce() -> Answer<'a, T>) -> Answer<'a, T> {
        match self.mood.load(Ordering::SeqCst) {
            WORKS => work(),
            AWAY => Box::pin(async { Err(StoreError::Away("it is away".to_owned())) }),
            _ => {
                // The memory store has done its work when it returns.
                drop(work());
                Box::pin(pending())
            }
        }
    }
}

impl Store for Moody {
    fn kind(&self) -> &'static str {
        "moody"
    }

    fn place(&self) -> String {
        "here".to_owned()
    }

    fn load(&self) -> Answer<'_, StoreSnapshot> {
        self.answer(|| self.inside.load())
    }

    fn commit<'a>(&'a self, commit: &'a Commit) -> Answer<'a, ()> {
        self.answer(|| self.inside.commit(commit))
    }

    fn fold<'a>(&'a self, fold: &'a Fold) -> Answer<'a, ()> {
        self.answer(|| self.inside.fold(fold))
    }

    fn chunks<'a>(&'a self, tier: Tier, slots: RangeInclusive<i64>, nodes: Option<&'a [NodeId]>) -> Answer<'a, Vec<StoredChunk>> {
        // Reading goes on beside writing, whatever the mood of that.
        self.inside.chunks(tier, slots, nodes)
    }

    fn transitions<'a>(&'a self, query: &'a TransitionQuery) -> Answer<'a, Vec<Transition>> {
        self.inside.transitions(query)
    }

    fn incidents<'a>(&'a self, query: &'a IncidentQuery) -> Answer<'a, Vec<Incident>> {
        self.inside.incidents(query)
    }

    fn incident(&self, id: u64) -> Answer<'_, Option<Incident>> {
        self.inside.incident(id)
    }

    fn notes(&self, incident: u64, limit: usize) -> Answer<'_, Vec<Note>> {
        self.inside.notes(incident, limit)
    }

    fn prune<'a>(&'a self, expired: &'a Expired) -> Answer<'a, bool> {
        self.answer(|| self.inside.prune(expired))
    }

    fn close(&self) -> Answer<'_, ()> {
        self.inside.close()
    }
}

async fn started(store: &Arc<Moody>, may_go_without: bool) -> Result<Start, StartError> {
    started_with(store, may_go_without, FormerIds::default()).await
}

async fn started_with(store: &Arc<Moody>, may_go_without: bool, former_ids: FormerIds) -> Result<Start, StartError> {
    start(Arc::clone(store) as Arc<dyn Store>, Retention::default(), Duration::from_secs(3), may_go_without, former_ids).await
}

fn instant(second: i64) -> DateTime<FixedOffset> {
    // Recent enough to be kept.
    let now = chrono::Utc::now().fixed_offset();
    now - TimeDelta::seconds(3_600) + TimeDelta::seconds(second)
}

/// A commit in which each of these nodes is seen operational, and the first of them has a transition.
fn commit(number: u64, nodes: &[u32]) -> Commit {
    let at = instant(i64::try_from(number).unwrap());
    let sample = |node: &u32| Sample {
        node: NodeId(*node),
        at: at.timestamp_millis(),
        state: State::Operational,
        elapsed: Some(1_000),
        previous: State::Operational,
        held: 1_000,
        maintenance: false,
    };
    let record = |node: &u32| NodeRecord {
        id: NodeId(*node),
        service: ServiceId::new(format!("s{node}")),
        node: "host".to_owned(),
        folded: 0,
        status: None,
    };
    let transition = |node: &u32| Transition {
        id: number,
        node: NodeId(*node),
        at,
        from: State::Down,
        to: State::Operational,
        message: None,
        lasted: 5,
    };
    Commit {
        number,
        samples: nodes.iter().map(sample).collect(),
        nodes: nodes.iter().map(|node| NodeChange { record: record(node), routine: false }).collect(),
        transitions: nodes.iter().take(1).map(transition).collect(),
        ..Commit::default()
    }
}

/// The checks that history knows of a node.
async fn checks(history: &HistoryReader, node: u32) -> u32 {
    let now = chrono::Utc::now().timestamp_millis();
    let totals = history.totals(Some(&[NodeId(node)]), now - 7_200_000..now, now).await.unwrap();
    totals.get(&NodeId(node)).map_or(0, |total| total.checks.iter().sum())
}

async fn stored_transitions(store: &Moody) -> Vec<u64> {
    let (from, to) = (instant(-100_000), instant(100_000));
    let query = TransitionQuery { nodes: None, from, to, limit: 10_000 };
    let mut ids: Vec<u64> = store.transitions(&query).await.unwrap().iter().map(|transition| transition.id).collect();
    ids.reverse();
    ids
}

async fn until(writer: &StoreWriter, wanted: impl FnMut(&StoreHealth) -> bool) -> StoreHealth {
    let mut health = writer.health();
    let waiting = timeout(Duration::from_secs(3_600), health.wait_for(wanted)).await;
    waiting.expect("in time").expect("the task goes on").clone()
}

#[tokio::test(start_paused = true)]
async fn what_is_saved_is_stored_and_can_be_read_at_once() {
    let store = Arc::new(Moody::default());
    let Start { writer, history, .. } = started(&store, false).await.unwrap();
    writer.save(commit(1, &[1, 2])).await;
    writer.save(commit(2, &[1])).await;
    assert_eq!(stored_transitions(&store).await, [1, 2]);
    assert_eq!((checks(&history, 1).await, checks(&history, 2).await), (2, 1));
    assert_eq!(history.nodes(&ServiceId::new("s2")).into_values().collect::<Vec<_>>(), [NodeId(2)]);
    writer.close().await;
}

#[tokio::test(start_paused = true)]
async fn while_the_store_is_away_no_commit_waits_and_all_are_stored_in_order_later() {
    let store = Arc::new(Moody::default());
    let Start { writer, history, .. } = started(&store, false).await.unwrap();
    writer.save(commit(1, &[1])).await;
    store.be(AWAY);
    writer.save(commit(2, &[1])).await;
    let health = until(&writer, |health| health.outage.is_some()).await;
    assert_eq!(health.outage.unwrap().message, "it is away");
    let begun = tokio::time::Instant::now();
    for number in 3..=50 {
        writer.save(commit(number, &[1, 2])).await;
    }
    assert!(begun.elapsed() < Duration::from_millis(10), "no commit waits: {:?}", begun.elapsed());
    assert_eq!(stored_transitions(&store).await, [1]);

    store.be(WORKS);
    let health = until(&writer, |health| health.outage.is_none() && health.waiting_commits == 0).await;
    assert_eq!((health.stored_commits, health.dropped_samples), (50, 0));
    assert_eq!(stored_transitions(&store).await, (1..=50).collect::<Vec<_>>());
    assert_eq!(checks(&history, 1).await, 50);
    writer.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_commit_that_was_given_up_and_happened_all_the_same_counts_once() {
    let store = Arc::new(Moody::default());
    let Start { writer, history, .. } = started(&store, false).await.unwrap();
    store.be(SILENT);
    writer.save(commit(1, &[1])).await;
    until(&writer, |health| health.outage.is_some()).await;
    store.be(WORKS);
    until(&writer, |health| health.stored_commits == 1).await;
    writer.save(commit(2, &[1])).await;
    assert_eq!(stored_transitions(&store).await, [1, 2]);
    assert_eq!(checks(&history, 1).await, 2);
    assert_eq!(store.inside.load().await.unwrap().journal.len(), 2);
    writer.close().await;
}

#[tokio::test(start_paused = true)]
async fn past_the_bound_the_oldest_samples_go_and_nothing_else() {
    let store = Arc::new(Moody::default());
    let Start { writer, history, .. } = started(&store, false).await.unwrap();
    store.be(AWAY);
    let nodes: Vec<u32> = (1..=1_000).collect();
    for number in 1..=300 {
        writer.save(commit(number, &nodes)).await;
    }
    store.be(WORKS);
    let health = until(&writer, |health| health.outage.is_none() && health.waiting_commits == 0).await;
    assert_eq!(health.dropped_samples, 100_000);
    assert_eq!(health.stored_samples, 200_000);
    assert_eq!(stored_transitions(&store).await, (1..=300).collect::<Vec<_>>());
    assert_eq!(store.inside.load().await.unwrap().nodes.len(), 1_000);
    assert_eq!(checks(&history, 7).await, 200);
    writer.close().await;
}

#[tokio::test(start_paused = true)]
async fn history_is_the_same_before_and_after_folding_and_after_a_fold_that_was_given_up() {
    let store = Arc::new(Moody::default());
    let Start { writer, history, .. } = started(&store, false).await.unwrap();
    let nodes: Vec<u32> = (1..=300).collect();
    for number in 1..=10 {
        writer.save(commit(number, &nodes)).await;
    }
    assert_eq!(checks(&history, 300).await, 10);
    assert!(store.inside.load().await.unwrap().journal.len() == 10);

    // The first fold happens and is not answered, so it is done again.
    store.be(SILENT);
    until(&writer, |health| health.outage.is_some()).await;
    assert_eq!(checks(&history, 300).await, 10, "what is folded and still in memory counts once");
    store.be(WORKS);
    until(&writer, |health| health.outage.is_none()).await;
    tokio::time::sleep(Duration::from_secs(1_300)).await;

    let loaded = store.inside.load().await.unwrap();
    assert_eq!(loaded.journal, []);
    assert!(loaded.nodes.iter().all(|record| record.folded == 10));
    for node in [1, 128, 129, 300] {
        assert_eq!(checks(&history, node).await, 10);
    }
    writer.save(commit(11, &nodes)).await;
    writer.close().await;

    let Start { writer, history, loaded, .. } = started(&store, false).await.unwrap();
    assert_eq!(loaded.last_commit, 11);
    assert_eq!(checks(&history, 300).await, 11, "chunks and journal together");
    writer.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_store_that_cannot_be_reached_at_the_start_is_an_error_that_says_what_to_do() {
    let store = Arc::new(Moody::default());
    store.be(AWAY);
    let begun = tokio::time::Instant::now();
    let error = started(&store, false).await.err().unwrap().to_string();
    assert!(begun.elapsed() <= Duration::from_secs(3), "{:?}", begun.elapsed());
    assert!(error.contains("it is away") && error.contains("here") && error.contains("start_without_store"), "{error}");
}
