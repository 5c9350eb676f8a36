//! The metrics that checks report.

use super::series::step;
use super::{HistoryReader, choice, in_time};
use crate::StoreError;
use history::metrics::{self, MetricSample, MetricTail};
use history::{Corrupt, MetricBucket, MetricBuckets, MetricKey, NodeId, Tier};
use model::ServiceId;
use std::collections::BTreeMap;
use std::ops::Range;

/// The metrics of some nodes, in even steps.
#[derive(Clone, Debug, PartialEq)]
pub struct MetricSeries {
    /// Milliseconds from one point to the next.
    pub step: i64,
    /// By node and metric; the points by their beginning, in milliseconds since 1970. A time without values has no point.
    pub nodes: BTreeMap<NodeId, BTreeMap<MetricKey, MetricBuckets>>,
}

impl HistoryReader {
    /// Adds the metrics of a check that ended at this time, in milliseconds since 1970. Those of a node that is not stored yet are ignored.
    pub fn add_metrics<'a>(
        &self,
        service: &ServiceId,
        node: &str,
        at: i64,
        metrics: impl Iterator<Item = (&'a str, &'a str, f64)>,
    ) {
        let id = self.directory.read().get(service).and_then(|nodes| nodes.get(node)).copied();
        if let Some(id) = id {
            self.with_metrics(|tail| tail.add(id, at, metrics));
        }
    }

    /// The metrics of these nodes, in so many points or fewer. `time` and `now` are in milliseconds since 1970.
    pub async fn metrics(&self, nodes: &[NodeId], time: Range<i64>, points: u32, now: i64) -> Result<MetricSeries, StoreError> {
        let length = (time.end - time.start).max(1);
        let tier = choice::tier(time.start, time.end, (length / i64::from(points.max(1))).max(1), now, &self.retention);
        let bucket = tier.bucket().unwrap_or(1);
        let step = step(length, points, bucket);
        let start = time.start.div_euclid(bucket) * bucket;
        let all = self.metric_buckets(tier, nodes, start..time.end).await?;
        let in_steps = |buckets: MetricBuckets| {
            let mut steps = MetricBuckets::new();
            for (at, bucket) in buckets {
                add(&mut steps, start + (at - start).div_euclid(step) * step, &bucket);
            }
            steps
        };
        let of_node = |metrics: BTreeMap<MetricKey, MetricBuckets>| -> BTreeMap<_, _> {
            metrics.into_iter().map(|(key, buckets)| (key, in_steps(buckets))).collect()
        };
        Ok(MetricSeries { step, nodes: all.into_iter().map(|(node, metrics)| (node, of_node(metrics))).collect() })
    }

    /// Works with the metrics that are not folded yet. For the store writer.
    pub(crate) fn with_metrics<T>(&self, work: impl FnOnce(&mut MetricTail) -> T) -> T {
        work(&mut self.metrics.lock())
    }

    /// The buckets of a tier that begin within this time.
    async fn metric_buckets(
        &self,
        tier: Tier,
        nodes: &[NodeId],
        time: Range<i64>,
    ) -> Result<BTreeMap<NodeId, BTreeMap<MetricKey, MetricBuckets>>, StoreError> {
        let slots = tier.slot(time.start)..=tier.slot(time.end - 1);
        // In this order, as for the other history.
        let recent = self.with_metrics(|tail| tail.copy(nodes));
        let ids: Vec<NodeId> = nodes.iter().map(|node| node.of_metrics()).collect();
        let chunks = in_time(self.store.chunks(tier, slots, Some(&ids))).await?;
        let nodes = nodes.to_vec();
        let decoding = tokio::task::spawn_blocking(move || {
            let mut all: BTreeMap<NodeId, BTreeMap<MetricKey, MetricBuckets>> = BTreeMap::new();
            for node in nodes {
                let samples = recent.get(&node).map(Vec::as_slice).unwrap_or_default();
                let own = chunks.iter().filter(|chunk| chunk.node == node.of_metrics());
                let own: BTreeMap<i64, &[u8]> = own.map(|chunk| (chunk.slot, chunk.bytes.as_slice())).collect();
                let metrics = assemble(tier, &own, samples, &time)?;
                if !metrics.is_empty() {
                    all.insert(node, metrics);
                }
            }
            Ok(all)
        });
        let decoded: Result<_, Corrupt> = decoding.await.map_err(|error| StoreError::Away(error.to_string()))?;
        decoded.map_err(|error| StoreError::Unusable(format!("metrics in {} cannot be read: {error}", self.store.place())))
    }
}

impl MetricSeries {
    /// The metrics of all nodes together.
    pub fn merged(&self) -> BTreeMap<MetricKey, MetricBuckets> {
        let mut merged: BTreeMap<MetricKey, MetricBuckets> = BTreeMap::new();
        for (key, buckets) in self.nodes.values().flatten() {
            let known = merged.entry(key.clone()).or_default();
            buckets.iter().for_each(|(at, bucket)| add(known, *at, bucket));
        }
        merged
    }
}

fn assemble(
    tier: Tier,
    chunks: &BTreeMap<i64, &[u8]>,
    samples: &[MetricSample],
    time: &Range<i64>,
) -> Result<BTreeMap<MetricKey, MetricBuckets>, Corrupt> {
    let touched = metrics::slots(tier, samples);
    let slots = chunks.keys().chain(touched.iter().filter(|slot| !chunks.contains_key(slot)));
    let mut all: BTreeMap<MetricKey, MetricBuckets> = BTreeMap::new();
    for slot in slots {
        for (key, buckets) in metrics::read(tier, *slot, chunks.get(slot).copied(), samples)? {
            let within: Vec<_> = buckets.into_iter().filter(|(start, _)| time.contains(start)).collect();
            if !within.is_empty() {
                all.entry(key).or_default().extend(within);
            }
        }
    }
    Ok(all)
}

fn add(buckets: &mut MetricBuckets, at: i64, bucket: &MetricBucket) {
    buckets.entry(at).and_modify(|known| known.merge(bucket)).or_insert(*bucket);
}
