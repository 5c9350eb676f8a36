//! Many buckets in one blob.

use super::bucket::Bucket;
use super::bytes::{Corrupt, Reader, Writer};
use super::tier::Tier;
use std::collections::BTreeMap;

/// Buckets of one node within one slot of one tier.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BucketChunk {
    /// By the first instant of each, in milliseconds since 1970.
    buckets: BTreeMap<i64, Bucket>,
}

impl BucketChunk {
    /// Reads what `encode` wrote, given the same tier and slot.
    ///
    /// # Errors
    /// When the bytes are not those of buckets of this tier; those of raw never are.
    pub fn decode(tier: Tier, slot: i64, bytes: &[u8]) -> Result<Self, Corrupt> {
        let mut reader = Reader::new(bytes)?;
        let length = tier.bucket().ok_or(Corrupt::Invalid("buckets, and raw has none"))?;
        let outside = Corrupt::Invalid("a bucket that is not in its slot");
        let mut chunk = Self::default();
        let mut next: i64 = 0;
        while !reader.is_at_end() {
            let skipped = reader.unsigned_32()?;
            let more = reader.unsigned_32()?;
            for place in next + i64::from(skipped)..=next + i64::from(skipped) + i64::from(more) {
                if place >= tier.span() / length {
                    return Err(outside);
                }
                let bucket = Bucket::read(&mut reader, length.unsigned_abs())?;
                chunk.buckets.insert(tier.start(slot).saturating_add(place * length), bucket);
                next = place + 1;
            }
        }
        Ok(chunk)
    }

    /// Writes the buckets of this slot. One that is kept here under an instant at which no bucket of the slot begins does not
    /// belong to it, and is not written.
    ///
    /// Nodes are checked all the time, so buckets come in runs. Before each stands how many buckets are skipped, and how many
    /// more than one follow.
    pub fn encode(&self, tier: Tier, slot: i64) -> Vec<u8> {
        let mut writer = Writer::new();
        let Some(length) = tier.bucket() else { return writer.finish() };
        let begin = tier.start(slot);
        let own: Vec<(i64, &Bucket)> = self
            .buckets
            .range(begin..begin.saturating_add(tier.span()))
            .filter(|&(&start, _)| (start - begin) % length == 0)
            .map(|(&start, bucket)| ((start - begin) / length, bucket))
            .collect();
        let mut next = 0;
        for run in own.chunk_by(|(place, _), (following, _)| place + 1 == *following) {
            writer.unsigned((run[0].0 - next).unsigned_abs());
            writer.unsigned(run.len() as u64 - 1);
            run.iter().for_each(|(_, bucket)| bucket.write(&mut writer, length.unsigned_abs()));
            next = run[0].0 + run.len() as i64;
        }
        writer.finish()
    }

    /// The bucket that begins at this instant, in milliseconds since 1970; an empty one when there was none.
    pub fn bucket_mut(&mut self, start: i64) -> &mut Bucket {
        self.buckets.entry(start).or_default()
    }

    /// The buckets in time order, each with its first instant in milliseconds since 1970.
    pub fn iter(&self) -> impl Iterator<Item = (i64, &Bucket)> {
        self.buckets.iter().map(|(&start, bucket)| (start, bucket))
    }
}

impl IntoIterator for BucketChunk {
    type Item = (i64, Bucket);
    type IntoIter = std::collections::btree_map::IntoIter<i64, Bucket>;

    /// As [`BucketChunk::iter`], by value.
    fn into_iter(self) -> Self::IntoIter {
        self.buckets.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strategies;
    use model::State;
    use proptest::prelude::*;

    const TIERS: [Tier; 3] = [Tier::Minute, Tier::Hour, Tier::Day];

    /// What is stored outlives the program: these bytes, once written, are to be read for ever.
    #[test]
    fn a_chunk_is_written_as_ever() {
        let mut chunk = BucketChunk::default();
        for place in [1, 2, 5] {
            chunk.bucket_mut(14_400_000 + place * 60_000).add_time(State::Down, 60_000, false);
        }
        let bytes = [1, 1, 1, 0b00_01_00_11, 0b00_01_00_11, 2, 0, 0b00_01_00_11];
        assert_eq!(chunk.encode(Tier::Minute, 1), bytes);
        assert_eq!(BucketChunk::decode(Tier::Minute, 1, &bytes), Ok(chunk));
    }

    #[test]
    fn what_is_not_of_the_slot_is_not_written() {
        let mut chunk = BucketChunk::default();
        for start in [-60_000, 1, 14_400_000] {
            chunk.bucket_mut(start).add_check(State::Down, None);
        }
        assert_eq!(chunk.encode(Tier::Minute, 0), [1]);
        assert_eq!(chunk.encode(Tier::Raw, 0), [1]);
    }

    #[track_caller]
    fn check_refused(tier: Tier, bytes: &[u8], expect: &'static str) {
        assert_eq!(BucketChunk::decode(tier, 0, bytes), Err(Corrupt::Invalid(expect)));
    }

    #[test]
    fn bad_bytes_are_refused() {
        let outside = "a bucket that is not in its slot";
        check_refused(Tier::Raw, &[1], "buckets, and raw has none");
        check_refused(Tier::Hour, &[1, 24, 0, 0], outside);
        check_refused(Tier::Hour, &[1, 23, 1, 0, 0], outside);
        check_refused(Tier::Hour, &[1, 23, 0, 0, 0, 0, 0], outside);
        assert_eq!(BucketChunk::decode(Tier::Hour, 0, &[1, 23, 0]), Err(Corrupt::Truncated));
        assert_eq!(BucketChunk::decode(Tier::Hour, 0, &[9, 23, 0]), Err(Corrupt::Version { found: 9 }));
    }

    proptest! {
        #![proptest_config(strategies::config())]

        #[test]
        fn a_chunk_comes_back(
            tier in proptest::sample::select(&TIERS[..]),
            slot in -1_000_000i64..1_000_000,
            buckets in proptest::collection::btree_map(0i64..240, strategies::buckets(), 0..12),
        ) {
            let length = tier.bucket().unwrap();
            let mut chunk = BucketChunk::default();
            for (place, bucket) in buckets {
                *chunk.bucket_mut(tier.start(slot) + place % (tier.span() / length) * length) = bucket;
            }
            prop_assert_eq!(BucketChunk::decode(tier, slot, &chunk.encode(tier, slot)), Ok(chunk));
        }

        #[test]
        fn no_bytes_make_the_reader_panic(
            tier in proptest::sample::select(&Tier::ALL[..]),
            slot in any::<i64>(),
            bytes in strategies::any_bytes(),
        ) {
            if let Ok(chunk) = BucketChunk::decode(tier, slot, &bytes) {
                prop_assert!(chunk.iter().count() < bytes.len());
            }
        }

        #[test]
        fn damage_is_refused_or_read_as_something_else(
            bucket in strategies::buckets(),
            damage in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..4),
        ) {
            let mut chunk = BucketChunk::default();
            *chunk.bucket_mut(60_000) = bucket;
            let mut bytes = chunk.encode(Tier::Minute, 0);
            for (place, byte) in damage {
                let place = place.index(bytes.len());
                bytes[place] = byte;
            }
            if let Ok(read) = BucketChunk::decode(Tier::Minute, 0, &bytes) {
                prop_assert_eq!(BucketChunk::decode(Tier::Minute, 0, &read.encode(Tier::Minute, 0)), Ok(read));
            }
        }
    }
}
