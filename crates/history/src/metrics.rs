//! The metrics that are not in chunks yet, and how they get there.
//!
//! A node has a chunk of metrics beside its others, under an id of its own. Metrics are not in the journal: they are in memory until they are
//! folded. Each has the number of the commit that follows it, so that folding may be repeated without counting a value twice.

use crate::metric_chunk::{MetricChunk, MetricKey};
use crate::{Corrupt, MetricBucket, NodeId, StoredChunk, Tier};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The tiers that have metrics.
pub const TIERS: [Tier; 3] = [Tier::Minute, Tier::Hour, Tier::Day];

/// Metrics that are kept of one check, the first ones.
const MOST_OF_CHECK: usize = 16;

/// Values in memory. Folding keeps them few; more come together only while the store is unavailable, and are ignored.
const MOST_VALUES: usize = 1_000_000;

/// The metrics of one check of one node.
#[derive(Clone, Debug, PartialEq)]
pub struct MetricSample {
    /// The commit that follows.
    commit: u64,
    /// Milliseconds since 1970.
    at: i64,
    values: Vec<(Arc<MetricKey>, f32)>,
}

/// The newest metrics of every node.
#[derive(Debug, Default)]
pub struct MetricTail {
    nodes: BTreeMap<NodeId, Recent>,
    count: usize,
    last_commit: u64,
}

#[derive(Debug, Default)]
struct Recent {
    keys: BTreeSet<Arc<MetricKey>>,
    samples: Vec<MetricSample>,
}

impl MetricTail {
    /// A commit is stored.
    pub fn committed(&mut self, number: u64) {
        self.last_commit = number;
    }

    /// Adds the metrics of a check, as name, unit and value. Values that are no numbers, or beyond those that can be kept,
    /// are ignored.
    pub fn add<'a>(&mut self, node: NodeId, at: i64, metrics: impl Iterator<Item = (&'a str, &'a str, f64)>) {
        let kept = metrics.filter_map(|(name, unit, value)| Some((name, unit, single(value)?))).take(MOST_OF_CHECK);
        let known: Vec<_> = kept.filter_map(|(name, unit, value)| Some((MetricKey::new(name, unit)?, value))).collect();
        if known.is_empty() || self.count + known.len() > MOST_VALUES {
            return;
        }
        let recent = self.nodes.entry(node).or_default();
        let values: Vec<_> = known.into_iter().map(|(key, value)| (recent.shared(key), value)).collect();
        self.count += values.len();
        recent.samples.push(MetricSample { commit: self.last_commit + 1, at, values });
    }

    /// Values of all nodes together.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The nodes that have metrics here.
    pub fn nodes(&self) -> Vec<NodeId> {
        self.nodes.keys().copied().collect()
    }

    /// A copy of the metrics of these nodes.
    pub fn copy(&self, nodes: &[NodeId]) -> BTreeMap<NodeId, Vec<MetricSample>> {
        nodes.iter().filter_map(|node| Some((*node, self.nodes.get(node)?.samples.clone()))).collect()
    }

    /// Forgets the metrics of a node up to this commit.
    pub fn folded(&mut self, node: NodeId, through: u64) {
        let Some(recent) = self.nodes.get_mut(&node) else { return };
        let count = |samples: &[MetricSample]| samples.iter().map(|sample| sample.values.len()).sum::<usize>();
        let before = count(&recent.samples);
        recent.samples.retain(|sample| sample.commit > through);
        self.count -= before - count(&recent.samples);
        if recent.samples.is_empty() {
            self.nodes.remove(&node);
        }
    }
}

impl Recent {
    /// The same key once for all samples.
    fn shared(&mut self, key: MetricKey) -> Arc<MetricKey> {
        if let Some(known) = self.keys.get(&key) {
            return Arc::clone(known);
        }
        let key = Arc::new(key);
        self.keys.insert(Arc::clone(&key));
        key
    }
}

/// The slots of a tier in which these samples are.
pub fn slots(tier: Tier, samples: &[MetricSample]) -> BTreeSet<i64> {
    samples.iter().map(|sample| tier.slot(sample.at)).collect()
}

/// The chunks of metrics of a node with these samples in them, through this commit. `existing` are the chunks that there are in their slots.
///
/// # Errors
/// When one of them cannot be read.
pub fn fold(node: NodeId, samples: &[MetricSample], through: u64, existing: &[StoredChunk]) -> Result<Vec<StoredChunk>, Corrupt> {
    let own: Vec<MetricSample> = samples.iter().filter(|sample| sample.commit <= through).cloned().collect();
    let mut chunks = Vec::new();
    for tier in TIERS {
        for slot in slots(tier, &own) {
            let bytes = existing.iter().find(|chunk| (chunk.tier, chunk.slot) == (tier, slot)).map(|chunk| chunk.bytes.as_slice());
            let content = read(tier, slot, bytes, &own)?.encode(tier, slot);
            chunks.push(StoredChunk { tier, slot, node: node.of_metrics(), bytes: crate::sealed::seal(through, &content) });
        }
    }
    Ok(chunks)
}

/// The metrics of a slot, from its chunk, if there is one, and the samples that are not in it.
pub fn read(tier: Tier, slot: i64, bytes: Option<&[u8]>, samples: &[MetricSample]) -> Result<MetricChunk, Corrupt> {
    let (through, mut chunk) = match bytes {
        Some(bytes) => {
            let (through, content) = crate::sealed::open(bytes)?;
            (through, MetricChunk::decode(tier, slot, content)?)
        }
        None => (0, MetricChunk::default()),
    };
    let Some(length) = tier.bucket() else { return Ok(chunk) };
    for sample in samples.iter().filter(|sample| sample.commit > through && tier.slot(sample.at) == slot) {
        let start = sample.at.div_euclid(length) * length;
        for (key, value) in &sample.values {
            chunk.add(key, start, &MetricBucket::of(*value));
        }
    }
    Ok(chunk)
}

/// The nearest number that can be kept. A number beyond all of these has none: the largest one would be wrong by any factor.
fn single(value: f64) -> Option<f32> {
    let single = value as f32;
    single.is_finite().then_some(single)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NODE: NodeId = NodeId(7);

    fn tail(values: &[(i64, f64)]) -> MetricTail {
        let mut tail = MetricTail::default();
        values.iter().for_each(|(at, value)| tail.add(NODE, *at, [("load", "", *value)].into_iter()));
        tail
    }

    fn hours(chunks: &[StoredChunk]) -> Vec<MetricBucket> {
        let chunk = chunks.iter().find(|chunk| chunk.tier == Tier::Hour).unwrap();
        let read = read(Tier::Hour, chunk.slot, Some(&chunk.bytes), &[]).unwrap();
        read.into_iter().flat_map(|(_, buckets)| buckets.into_values()).collect()
    }

    #[test]
    fn folding_again_counts_nothing_twice() {
        let mut tail = tail(&[(1_000, 1.0), (61_000, 3.0)]);
        let samples = tail.copy(&[NODE]).remove(&NODE).unwrap();
        let once = fold(NODE, &samples, 1, &[]).unwrap();
        assert_eq!(
            once.iter().map(|chunk| (chunk.tier, chunk.node)).collect::<Vec<_>>(),
            TIERS.map(|tier| (tier, NODE.of_metrics()))
        );
        let expected = MetricBucket { count: 2, minimum: 1.0, mean: 2.0, maximum: 3.0 };
        assert_eq!(hours(&once), [expected]);
        assert_eq!(hours(&fold(NODE, &samples, 1, &once).unwrap()), [expected]);

        // What comes after the fold began belongs to the next one.
        tail.committed(1);
        tail.add(NODE, 62_000, [("load", "", 5.0)].into_iter());
        let samples = tail.copy(&[NODE]).remove(&NODE).unwrap();
        assert_eq!(hours(&fold(NODE, &samples, 1, &once).unwrap()), [expected]);
        assert_eq!(hours(&fold(NODE, &samples, 2, &once).unwrap())[0].count, 3);
        tail.folded(NODE, 1);
        assert_eq!((tail.count(), tail.nodes()), (1, vec![NODE]));
        tail.folded(NODE, 2);
        assert_eq!((tail.count(), tail.nodes()), (0, vec![]));
    }

    #[test]
    fn only_the_first_metrics_of_a_check_are_kept_and_only_numbers() {
        let names: Vec<String> = (0..20).map(|number| number.to_string()).collect();
        let mut tail = MetricTail::default();
        let value = |name: &str| match name {
            "1" => f64::NAN,
            "2" => -1e300,
            _ => 1e30,
        };
        tail.add(NODE, 0, names.iter().map(|name| (name.as_str(), "", value(name))));
        assert_eq!(tail.count(), MOST_OF_CHECK);
        let samples = tail.copy(&[NODE]).remove(&NODE).unwrap();
        assert!(samples[0].values.iter().all(|(key, value)| key.name != "1" && key.name != "2" && *value == 1e30));
    }

    #[test]
    fn read_and_folded_are_the_same() {
        let tail = tail(&[(1_000, 1.0), (3_700_000, 3.0)]);
        let samples = tail.copy(&[NODE]).remove(&NODE).unwrap();
        let direct = read(Tier::Hour, 0, None, &samples).unwrap();
        let chunk = fold(NODE, &samples, 1, &[]).unwrap().into_iter().find(|chunk| chunk.tier == Tier::Hour).unwrap();
        assert_eq!(read(Tier::Hour, 0, Some(&chunk.bytes), &samples), Ok(direct));
    }
}
