//! The metrics of one node within one slot of a tier, in one blob.

use super::bytes::{Corrupt, Reader, Writer};
use super::metric_bucket::MetricBucket;
use super::tier::Tier;
use std::collections::BTreeMap;

/// Metrics of one chunk. Names that change all the time would make it large.
pub(crate) const MOST_METRICS: usize = 32;

/// Bytes of the name and of the unit of a metric.
pub(crate) const LONGEST_TEXT: usize = 100;

/// What identifies a metric of a node. Another unit makes it another metric.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MetricKey {
    pub name: String,
    /// As in [`model::Metric`].
    pub unit: String,
}

/// Buckets by the first instant of each, in milliseconds since 1970.
pub type MetricBuckets = BTreeMap<i64, MetricBucket>;

/// Buckets of the metrics of one node within one slot of one tier.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MetricChunk {
    metrics: BTreeMap<MetricKey, MetricBuckets>,
}

impl MetricKey {
    /// `None` if a text is too long to be kept.
    pub fn new(name: &str, unit: &str) -> Option<Self> {
        let is_short = name.len() <= LONGEST_TEXT && unit.len() <= LONGEST_TEXT;
        is_short.then(|| Self { name: name.to_owned(), unit: unit.to_owned() })
    }
}

impl MetricChunk {
    /// Adds the values of a metric. A metric beyond [`MOST_METRICS`] is ignored.
    pub(crate) fn add(&mut self, key: &MetricKey, start: i64, bucket: &MetricBucket) {
        if !self.metrics.contains_key(key) {
            if self.metrics.len() >= MOST_METRICS {
                return;
            }
            self.metrics.insert(key.clone(), MetricBuckets::new());
        }
        if let Some(buckets) = self.metrics.get_mut(key) {
            buckets.entry(start).and_modify(|known| known.merge(bucket)).or_insert(*bucket);
        }
    }

    /// Writes the buckets of this slot.
    pub(crate) fn encode(&self, tier: Tier, slot: i64) -> Vec<u8> {
        let mut writer = Writer::new();
        let Some(length) = tier.bucket() else { return writer.finish() };
        let begin = tier.start(slot);
        for (MetricKey { name, unit }, buckets) in &self.metrics {
            let own = buckets.range(begin..begin.saturating_add(tier.span()));
            let own: Vec<_> = own.filter(|(start, _)| (*start - begin) % length == 0).collect();
            if own.is_empty() {
                continue;
            }
            write_text(&mut writer, name);
            write_text(&mut writer, unit);
            writer.unsigned(own.len() as u64);
            let (mut next, mut before) = (0, None);
            for (start, bucket) in own {
                let place = (start - begin) / length;
                bucket.write(&mut writer, (place - next).unsigned_abs(), before);
                (next, before) = (place + 1, Some(bucket));
            }
        }
        writer.finish()
    }

    /// Reads what `encode` wrote, given the same tier and slot.
    ///
    /// # Errors
    /// When the bytes are not those of metrics of this tier.
    pub(crate) fn decode(tier: Tier, slot: i64, bytes: &[u8]) -> Result<Self, Corrupt> {
        let mut reader = Reader::new(bytes)?;
        let length = tier.bucket().ok_or(Corrupt::Invalid("metrics, and raw has none"))?;
        let (begin, places) = (tier.start(slot), tier.span() / length);
        let mut chunk = Self::default();
        while !reader.is_at_end() {
            let key = MetricKey { name: read_text(&mut reader)?, unit: read_text(&mut reader)? };
            if chunk.metrics.len() >= MOST_METRICS {
                return Err(Corrupt::Invalid("more metrics than a chunk can have"));
            }
            let mut buckets = MetricBuckets::new();
            let (mut next, mut before) = (0_i64, None);
            for _ in 0..reader.unsigned()? {
                let (skipped, bucket) = MetricBucket::read(&mut reader, before.as_ref())?;
                let place = i64::try_from(skipped).ok().and_then(|skipped| next.checked_add(skipped));
                let place = place.filter(|place| *place < places).ok_or(Corrupt::Invalid("a value that is not in its slot"))?;
                buckets.insert(begin.saturating_add(place * length), bucket);
                (next, before) = (place + 1, Some(bucket));
            }
            chunk.metrics.insert(key, buckets);
        }
        Ok(chunk)
    }
}

impl IntoIterator for MetricChunk {
    type Item = (MetricKey, MetricBuckets);
    type IntoIter = std::collections::btree_map::IntoIter<MetricKey, MetricBuckets>;

    fn into_iter(self) -> Self::IntoIter {
        self.metrics.into_iter()
    }
}

fn write_text(writer: &mut Writer, text: &str) {
    writer.unsigned(text.len() as u64);
    text.bytes().for_each(|byte| writer.byte(byte));
}

fn read_text(reader: &mut Reader<'_>) -> Result<String, Corrupt> {
    let length = reader.unsigned()?;
    if length > LONGEST_TEXT as u64 {
        return Err(Corrupt::Invalid("a name of a metric that is too long"));
    }
    let bytes: Vec<u8> = (0..length).map(|_| reader.byte()).collect::<Result<_, _>>()?;
    String::from_utf8(bytes).map_err(|_| Corrupt::Invalid("a name of a metric that is no text"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strategies;
    use proptest::prelude::*;

    const TIERS: [Tier; 3] = [Tier::Minute, Tier::Hour, Tier::Day];

    fn key(name: &str, unit: &str) -> MetricKey {
        MetricKey::new(name, unit).unwrap()
    }

    /// What is stored outlives the program: these bytes, once written, are to be read for ever.
    #[test]
    fn a_chunk_is_written_as_ever() {
        let mut chunk = MetricChunk::default();
        let begin = Tier::Minute.start(1);
        chunk.add(&key("rta", "ms"), begin + 60_000, &MetricBucket::of(1.0));
        chunk.add(&key("rta", "ms"), begin + 180_000, &MetricBucket { count: 2, minimum: 1.0, mean: 1.5, maximum: 2.0 });
        let bytes = [
            1, 3, b'r', b't', b'a', 2, b'm', b's', 2, // two buckets
            3, 1, 0x80, 0x80, 0x80, 0xfc, 0x03, // one skipped, constant
            2, 2, 0x80, 0x80, 0x80, 0x02, 0x80, 0x80, 0x80, 0x02, 0x80, 0x80, 0x80, 0xfe, 0x07,
        ];
        assert_eq!(chunk.encode(Tier::Minute, 1), bytes);
        assert_eq!(MetricChunk::decode(Tier::Minute, 1, &bytes), Ok(chunk));
    }

    #[test]
    fn a_metric_beyond_the_limit_is_ignored() {
        let mut chunk = MetricChunk::default();
        for number in 0..=MOST_METRICS {
            chunk.add(&key(&number.to_string(), ""), 0, &MetricBucket::of(1.0));
        }
        assert_eq!(chunk.metrics.len(), MOST_METRICS);
        chunk.add(&key("0", ""), 0, &MetricBucket::of(3.0));
        assert_eq!(chunk.metrics[&key("0", "")][&0].mean, 2.0);
        assert_eq!(MetricKey::new(&"x".repeat(LONGEST_TEXT + 1), ""), None);
    }

    #[track_caller]
    fn check_refused(tier: Tier, bytes: &[u8], expect: &'static str) {
        assert_eq!(MetricChunk::decode(tier, 0, bytes), Err(Corrupt::Invalid(expect)));
    }

    #[test]
    fn bad_bytes_are_refused() {
        check_refused(Tier::Raw, &[1], "metrics, and raw has none");
        check_refused(Tier::Hour, &[1, 101], "a name of a metric that is too long");
        check_refused(Tier::Hour, &[1, 1, 0xff, 0], "a name of a metric that is no text");
        check_refused(Tier::Hour, &[1, 0, 0, 1, 49, 1, 0], "a value that is not in its slot");
        check_refused(Tier::Hour, &[1, 0, 0, 1, 1, 0, 0], "values of a metric that cannot be");
        assert_eq!(MetricChunk::decode(Tier::Hour, 0, &[1, 0, 0, 1]), Err(Corrupt::Truncated));
    }

    prop_compose! {
        fn buckets()(values in (any::<f32>(), any::<f32>(), any::<f32>()), count in 1u32..) -> MetricBucket {
            let finite = |value: f32| if value.is_finite() { value } else { 0.5 };
            let mut values = [finite(values.0), finite(values.1), finite(values.2)];
            values.sort_by(f32::total_cmp);
            // Only a bucket of equal values is written as one value.
            MetricBucket { count, minimum: values[0], mean: values[1], maximum: values[2] }
        }
    }

    proptest! {
        #![proptest_config(strategies::config())]

        #[test]
        fn a_chunk_comes_back(
            tier in proptest::sample::select(&TIERS[..]),
            slot in -1_000_000i64..1_000_000,
            values in proptest::collection::vec(("[a-z]{0,2}", 0i64..240, buckets()), 0..20),
        ) {
            let length = tier.bucket().unwrap();
            let mut chunk = MetricChunk::default();
            for (name, place, bucket) in values {
                chunk.add(&key(&name, "s"), tier.start(slot) + place % (tier.span() / length) * length, &bucket);
            }
            prop_assert_eq!(MetricChunk::decode(tier, slot, &chunk.encode(tier, slot)), Ok(chunk));
        }

        #[test]
        fn no_bytes_make_the_reader_panic(
            tier in proptest::sample::select(&Tier::ALL[..]),
            slot in any::<i64>(),
            bytes in strategies::any_bytes(),
        ) {
            if let Ok(chunk) = MetricChunk::decode(tier, slot, &bytes) {
                prop_assert!(chunk.into_iter().map(|(_, buckets)| buckets.len()).sum::<usize>() < bytes.len());
            }
        }
    }
}
