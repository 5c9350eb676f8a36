//! Ten thousand samples a second, while charts are viewed.

use crate::Spread;
use crate::year::Chance;
use history::Sample;
use history::{NodeId, Retention};
use model::{ServiceId, State};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use storage::HistoryReader;
use storage::sqlite::SqliteStore;
use storage::writer;
use storage::writer::Start;
use storage::{Commit, FormerIds, NodeChange, NodeRecord};
use tokio::time::{MissedTickBehavior, interval};

const NODES: u32 = 10_000;
const COMMITS_PER_SECOND: u32 = 20;
const MEASURED: Duration = Duration::from_secs(90);

pub(crate) async fn measure(folder: &Path) {
    let store = Arc::new(SqliteStore::beside(folder));
    let Start { writer, history, .. } =
        writer::start(store, Retention::default(), Duration::from_secs(10), false, FormerIds::default()).await.unwrap();
    let looking = tokio::spawn(look(Arc::clone(&history)));

    let mut commits = Vec::new();
    let mut chance = Chance(11);
    let mut tick = interval(Duration::from_secs(1) / COMMITS_PER_SECOND);
    tick.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let begun = Instant::now();
    let mut number = 0;
    while begun.elapsed() < MEASURED {
        tick.tick().await;
        let commit = commit(number, &mut chance);
        number += 1;
        let before = Instant::now();
        writer.save(commit).await;
        commits.push(before.elapsed());
    }
    let took = begun.elapsed();
    let health = writer.health().borrow().clone();
    looking.abort();
    let charts = looking.await.err().map(|_| ()).map_or(Vec::new(), |()| CHARTS.lock().unwrap().clone());

    println!(
        "{NODES} nodes, {} samples a commit, {COMMITS_PER_SECOND} commits a second, for {:.0} s",
        NODES / COMMITS_PER_SECOND,
        took.as_secs_f64()
    );
    println!(
        "  {:<44} {:.0}/s, {} waiting, {} dropped",
        "samples stored",
        health.stored_samples as f64 / took.as_secs_f64(),
        health.waiting_samples,
        health.dropped_samples
    );
    println!("  {:<44} {}", "a commit", Spread::of(commits));
    println!("  {:<44} {} of {}", "a chart of the last hour meanwhile", Spread::of(charts.clone()), charts.len());
    writer.close().await;
}

static CHARTS: std::sync::Mutex<Vec<Duration>> = std::sync::Mutex::new(Vec::new());

/// Looks at one chart after the other, twenty a second.
async fn look(history: Arc<HistoryReader>) {
    let mut chance = Chance(13);
    let mut tick = interval(Duration::from_millis(50));
    loop {
        tick.tick().await;
        let node = NodeId(1 + (chance.next() % u64::from(NODES)) as u32);
        let now = chrono::Utc::now().timestamp_millis();
        let before = Instant::now();
        history.series(&[node], now - 3_600_000..now, 60, now).await.unwrap();
        CHARTS.lock().unwrap().push(before.elapsed());
    }
}

/// The next five hundred nodes, each checked once a second.
fn commit(number: u32, chance: &mut Chance) -> Commit {
    let share = NODES / COMMITS_PER_SECOND;
    let first = 1 + (number % COMMITS_PER_SECOND) * share;
    let at = chrono::Utc::now().timestamp_millis();
    let is_new = number < COMMITS_PER_SECOND;
    let sample = |node| Sample {
        node,
        at,
        state: State::Operational,
        elapsed: Some(90_000 + (chance.next() % 60_000) as u32),
        previous: State::Operational,
        held: if is_new { 0 } else { 1_000 },
        maintenance: false,
    };
    let samples: Vec<Sample> = (first..first + share).map(NodeId).map(sample).collect();
    let record = |id: u32| NodeRecord {
        id: NodeId(id),
        service: ServiceId::new(format!("service-{id}")),
        node: format!("host-{id}"),
        folded: 0,
        status: None,
    };
    let nodes = (first..first + share).map(|id| NodeChange { record: record(id), routine: !is_new });
    Commit { number: u64::from(number) + 1, samples, nodes: nodes.collect(), ..Commit::default() }
}
