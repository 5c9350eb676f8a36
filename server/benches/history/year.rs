//! Makes up a year: 1,000 services, checked every minute, whose history is written as Platus writes it, step by step, and pruned as
//! Platus prunes it.

use history::{NodeId, Retention, StoredChunk};
use history::{Sample, Tier};
use model::{ServiceId, State};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;
use storage::sqlite::SqliteStore;
use storage::{Commit, Expired, Fold, NodeChange, NodeRecord, Store};

pub(crate) const SERVICES: u32 = 1_000;
pub(crate) const DAYS: i64 = 365;

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;
/// History is written this often in the life of Platus; doing it every eight hours leaves the pages of the database as ragged, since
/// every chunk grows in several steps.
const STEP: i64 = DAY / 3;

/// A database with a year in it.
pub(crate) struct Year {
    pub(crate) store: Arc<SqliteStore>,
    /// The end of the year, in milliseconds since 1970: the `now` of whoever looks.
    pub(crate) end: i64,
}

/// Writes a year that ends at the last midnight.
pub(crate) async fn make(folder: &Path) -> Year {
    let begun = Instant::now();
    let store = Arc::new(SqliteStore::beside(folder));
    let loaded = store.load().await.unwrap();
    store.commit(&introduction(loaded.last_commit + 1)).await.unwrap();

    let end = chrono::Utc::now().timestamp_millis().div_euclid(DAY) * DAY;
    let start = end - DAYS * DAY;
    let retention = Retention::default();
    for step in 0..DAYS * 3 {
        let from = start + step * STEP;
        // What would be pruned long before the end is not written at all, or the making of a year would take hours.
        let kept: Vec<Tier> =
            Tier::ALL.into_iter().filter(|tier| from >= retention.horizon(*tier, end) - 2 * tier.span()).collect();
        write(&store, &kept, from).await;
        if step % 30 == 29 {
            prune(&store, &retention, from).await;
        }
    }
    prune(&store, &retention, end).await;
    store.close().await.unwrap();
    let year = Year { store: Arc::new(SqliteStore::beside(folder)), end };
    year.store.load().await.unwrap();

    let bytes: u64 = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().metadata().unwrap().len()).sum();
    println!(
        "a year of {SERVICES} services, checked every minute ({} million checks), made in {:.0} s",
        i64::from(SERVICES) * DAYS * 1440 / 1_000_000,
        begun.elapsed().as_secs_f64()
    );
    println!("  {:<44} {:.2} GiB", "in SQLite, with what retention keeps", bytes as f64 / f64::from(1 << 30));
    println!("  {:<44} {:.0} kB", "of it a service", bytes as f64 / 1e3 / f64::from(SERVICES));
    year
}

fn introduction(number: u64) -> Commit {
    let record = |id| NodeRecord {
        id: NodeId(id),
        service: ServiceId::new(format!("service-{id}")),
        node: format!("host-{id}.example.com"),
        folded: 0,
        status: None,
    };
    let nodes = (1..=SERVICES).map(|id| NodeChange { record: record(id), routine: false });
    Commit { number, nodes: nodes.collect(), ..Commit::default() }
}

/// Adds eight hours of every service to these tiers.
async fn write(store: &Arc<SqliteStore>, tiers: &[Tier], from: i64) {
    let through = from.unsigned_abs();
    let halves = [1..=SERVICES / 2, SERVICES / 2 + 1..=SERVICES].map(|nodes| {
        let (store, tiers) = (Arc::clone(store), tiers.to_vec());
        tokio::spawn(async move {
            let nodes: Vec<NodeId> = nodes.map(NodeId).collect();
            for nodes in nodes.chunks(100) {
                let mut existing: BTreeMap<(Tier, NodeId), Vec<StoredChunk>> = BTreeMap::new();
                for tier in &tiers {
                    let slots = tier.slot(from - MINUTE)..=tier.slot(from + STEP);
                    for chunk in store.chunks(*tier, slots, Some(nodes)).await.unwrap() {
                        existing.entry((*tier, chunk.node)).or_default().push(chunk);
                    }
                }
                let mut chunks = Vec::new();
                for node in nodes {
                    let samples: Vec<history::tail::Recent> =
                        samples(*node, from).map(|sample| history::tail::Recent { commit: through, sample }).collect();
                    for tier in &tiers {
                        let existing = existing.remove(&(*tier, *node)).unwrap_or_default();
                        chunks.extend(history::folding::fold_tier(*tier, *node, &samples, through, &existing).unwrap());
                    }
                }
                store.fold(&Fold { chunks, ..Fold::default() }).await.unwrap();
            }
        })
    });
    for half in halves {
        half.await.unwrap();
    }
}

/// Latencies of some 120 ms with a spread of a quarter, a bad quarter of an hour now and then.
fn samples(node: NodeId, from: i64) -> impl Iterator<Item = Sample> {
    let mut chance = Chance(from.unsigned_abs() ^ (u64::from(node.0) << 40));
    let mut trouble = 0;
    let mut previous = State::Operational;
    (0..STEP / MINUTE).map(move |minute| {
        if chance.next().is_multiple_of(5_000) {
            trouble = 15;
        }
        let state = if trouble > 0 { State::Down } else { State::Operational };
        trouble = (trouble - 1).max(0);
        // The sum of four even numbers is near enough to a normal one.
        let normal = (0..4).map(|_| (chance.next() % 1_000) as f64 / 1_000.0 - 0.5).sum::<f64>() * 1.73;
        let elapsed = (120_000.0 * (normal * 0.25).exp()) as u32;
        let at = from + minute * MINUTE + i64::from(node.0 * 60) + (chance.next() % 8) as i64;
        let sample = Sample { node, at, state, elapsed: Some(elapsed), previous, held: 60_000, maintenance: false };
        previous = state;
        sample
    })
}

async fn prune(store: &SqliteStore, retention: &Retention, now: i64) {
    for tier in Tier::ALL {
        let expired = Expired::Chunks { tier, before: tier.slot(retention.horizon(tier, now)) };
        while store.prune(&expired).await.unwrap() {}
    }
}

/// Numbers that look random (xorshift), the same in every run.
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 |= 1;
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}
