//! How many bytes history takes, for services that are checked once a minute and answer in 120 ms, give or take a quarter.
//! Each test prints what it measures, and fails when it grows by more than about a tenth.

use super::fold::fold_into;
use super::metrics::{self, MetricTail};
use super::raw::encode_raw;
use super::{BucketChunk, Sample, Tier, encode_journal};
use crate::NodeId;
use model::State;
use std::collections::BTreeMap;

const DAY: i64 = 86_400_000;
/// Midnight of a day of 2026, at which a slot of every tier begins.
const MIDNIGHT: i64 = 641 * 32 * DAY;

/// Small and always the same: what is measured has to be measured again.
struct Chance(u64);

impl Chance {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Twelve uniform numbers add up to nearly a normal one.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }
}

/// The samples of one node over `days`, from midnight on; checks start a few milliseconds late.
fn samples(node: u32, days: i64) -> Vec<Sample> {
    let mut chance = Chance(node.into());
    let mut before = None;
    let check = |minute: i64| {
        let elapsed = 120_000.0 * (0.25 * chance.normal()).exp();
        let at = MIDNIGHT + minute * 60_000 + (elapsed / 1_000.0 + chance.uniform() * 5.0) as i64;
        let held = before.replace(at).map_or(60_000, |before| (at - before) as u32);
        let state = State::Operational;
        Sample { node: NodeId(node), at, state, elapsed: Some(elapsed as u32), previous: state, held, maintenance: false }
    };
    (0..days * 1_440).map(check).collect()
}

/// Bytes of a bucket, over chunks that are full.
fn bucket_size(tier: Tier, days: i64, nodes: u32) -> f64 {
    let (mut bytes, mut buckets) = (0, 0);
    for node in 0..nodes {
        let mut chunks: BTreeMap<i64, BucketChunk> = BTreeMap::new();
        samples(node, days).iter().for_each(|sample| fold_into(&mut chunks, tier, sample));
        // The first sample was held since the day before, and its chunk is not full.
        for (&slot, chunk) in chunks.iter().filter(|&(&slot, _)| tier.start(slot) >= MIDNIGHT) {
            bytes += chunk.encode(tier, slot).len();
            buckets += chunk.iter().count();
        }
    }
    f64::from(bytes as u32) / f64::from(buckets as u32)
}

#[track_caller]
fn check(what: &str, bytes: f64, most: f64) {
    println!("{what}: {bytes:.2} bytes");
    assert!(bytes <= most, "{what} takes {bytes:.2} bytes, and {most} were enough");
}

/// Measured: 5.58 bytes, its part of what begins a chunk of an hour with it.
#[test]
fn a_raw_sample_is_small() {
    let all: Vec<_> = (0..20).flat_map(|node| samples(node, 1).chunks(60).map(encode_raw).collect::<Vec<_>>()).collect();
    let bytes: usize = all.iter().map(Vec::len).sum();
    check("a raw sample", bytes as f64 / (20.0 * 1_440.0), 6.0);
}

/// A commit has what all nodes found within a second. Measured: 6.55 bytes.
#[test]
fn a_sample_in_the_journal_is_small() {
    let mut all: Vec<_> = (0..1_000).map(|node| Sample { held: 60_003, ..samples(node, 1)[7] }).collect();
    all.sort_by_key(|sample| sample.at);
    check("a sample in the journal", encode_journal(&all).len() as f64 / 1_000.0, 7.0);
}

/// Measured: 4.02 bytes.
#[test]
fn a_minute_is_small() {
    check("a minute of one check", bucket_size(Tier::Minute, 1, 20), 5.0);
}

/// Measured: 23.70 bytes.
#[test]
fn an_hour_is_small() {
    check("an hour of 60 checks", bucket_size(Tier::Hour, 1, 40), 26.0);
}

/// Measured: 52.34 bytes.
#[test]
fn a_day_is_small() {
    check("a day of 1440 checks", bucket_size(Tier::Day, 32, 2), 56.0);
}

/// The metric of a node that is checked once a minute: a load with two decimals, that changes a little from check to check.
fn metric_size(tier: Tier, days: i64) -> f64 {
    let mut chance = Chance(7);
    let mut tail = MetricTail::default();
    for minute in 0..days * 1_440 {
        let load = ((2.0 + 0.5 * chance.normal()).max(0.0) * 100.0).round() / 100.0;
        tail.add(NodeId(1), MIDNIGHT + minute * 60_000, [("load1", "", load)].into_iter());
    }
    let samples = tail.copy(&[NodeId(1)]).remove(&NodeId(1)).unwrap_or_default();
    let chunks = metrics::fold(NodeId(1), &samples, 1, &[]).unwrap();
    let bytes: usize = chunks.iter().filter(|chunk| chunk.tier == tier).map(|chunk| chunk.bytes.len()).sum();
    bytes as f64 / (days * 86_400_000 / tier.bucket().unwrap()) as f64
}

/// Measured: 6.35 bytes.
#[test]
fn a_minute_of_a_metric_is_small() {
    check("a minute of a metric", metric_size(Tier::Minute, 1), 7.0);
}

/// Measured: 15.79 bytes.
#[test]
fn an_hour_of_a_metric_is_small() {
    check("an hour of a metric", metric_size(Tier::Hour, 1), 17.5);
}

/// Measured: 16.28 bytes.
#[test]
fn a_day_of_a_metric_is_small() {
    check("a day of a metric", metric_size(Tier::Day, 32), 18.0);
}
