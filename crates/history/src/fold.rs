//! From samples to buckets.

use super::bucket::Bucket;
use super::chunk::BucketChunk;
use super::sample::Sample;
use super::tier::Tier;
use model::State;
use std::collections::BTreeMap;

/// What a sample adds to one bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A check, and how many microseconds it took.
    Check { state: State, elapsed: Option<u32> },
    /// Time that the node was in a state, within a maintenance window or outside.
    Time { state: State, milliseconds: u64, maintenance: bool },
}

/// Adds a sample to the chunks of its node, by slot. Every chunk that [`spread`] names must be there already if it was ever
/// stored: one that is missing begins empty. Raw has no buckets, and nothing is added.
pub fn fold_into(chunks: &mut BTreeMap<i64, BucketChunk>, tier: Tier, sample: &Sample) {
    spread(tier, sample, &mut |start, part| {
        chunks.entry(tier.slot(start)).or_default().bucket_mut(start).add(part);
    });
}

/// Which buckets of a tier a sample touches, by their first instants in milliseconds since 1970, and with what. The check
/// counts in the bucket that holds its end; the time before is split where buckets meet. Raw has no buckets.
pub fn spread(tier: Tier, sample: &Sample, into: &mut impl FnMut(i64, Part)) {
    let Some(length) = tier.bucket() else { return };
    let bucket_start = |at: i64| at.div_euclid(length).saturating_mul(length);
    into(bucket_start(sample.at), Part::Check { state: sample.state, elapsed: sample.elapsed });
    let mut from = sample.at.saturating_sub(sample.held.into());
    while from < sample.at {
        let start = bucket_start(from);
        let until = start.saturating_add(length).min(sample.at);
        let milliseconds = until.abs_diff(from);
        into(start, Part::Time { state: sample.previous, milliseconds, maintenance: sample.maintenance });
        from = until;
    }
}

impl Bucket {
    /// Adds what a sample adds to this bucket.
    pub fn add(&mut self, part: Part) {
        match part {
            Part::Check { state, elapsed } => self.add_check(state, elapsed),
            Part::Time { state, milliseconds, maintenance } => self.add_time(state, milliseconds, maintenance),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bucket::STATES;
    use crate::{NodeId, strategies};
    use proptest::prelude::*;

    type Chunks = BTreeMap<i64, BucketChunk>;

    const TIERS: [Tier; 3] = [Tier::Minute, Tier::Hour, Tier::Day];

    fn folded(tier: Tier, samples: &[Sample]) -> Chunks {
        let mut chunks = Chunks::new();
        samples.iter().for_each(|sample| fold_into(&mut chunks, tier, sample));
        chunks
    }

    /// As the chunks are between two steps of folding: stored.
    fn stored(tier: Tier, chunks: &Chunks) -> Chunks {
        let decoded =
            |(&slot, chunk): (&i64, &BucketChunk)| (slot, BucketChunk::decode(tier, slot, &chunk.encode(tier, slot)).unwrap());
        chunks.iter().map(decoded).collect()
    }

    fn buckets(chunks: &Chunks) -> impl Iterator<Item = (i64, &Bucket)> {
        chunks.values().flat_map(BucketChunk::iter)
    }

    #[track_caller]
    fn check_spread(tier: Tier, at: i64, held: u32, expect: &[(i64, Option<u64>)]) {
        let (state, previous, maintenance) = (State::Down, State::Unknown, true);
        let sample = Sample { node: NodeId(1), at, state, elapsed: Some(5), previous, held, maintenance };
        let mut found = Vec::new();
        spread(tier, &sample, &mut |start, part| found.push((start, part)));
        let part = |time: Option<u64>| match time {
            None => Part::Check { state, elapsed: Some(5) },
            Some(milliseconds) => Part::Time { state: previous, milliseconds, maintenance },
        };
        assert_eq!(found, expect.iter().map(|&(start, time)| (start, part(time))).collect::<Vec<_>>());
    }

    #[test]
    fn time_is_split_where_buckets_meet() {
        check_spread(Tier::Minute, 90_000, 20_000, &[(60_000, None), (60_000, Some(20_000))]);
        check_spread(Tier::Minute, 60_000, 60_000, &[(60_000, None), (0, Some(60_000))]);
        check_spread(Tier::Minute, 60_001, 60_000, &[(60_000, None), (0, Some(59_999)), (60_000, Some(1))]);
        let three = [(120_000, None), (-60_000, Some(1)), (0, Some(60_000)), (60_000, Some(60_000)), (120_000, Some(5))];
        check_spread(Tier::Minute, 120_005, 120_006, &three);
        check_spread(Tier::Hour, 60_000, 60_001, &[(0, None), (-3_600_000, Some(1)), (0, Some(60_000))]);
        check_spread(Tier::Day, 86_400_000, 0, &[(86_400_000, None)]);
        check_spread(Tier::Raw, 60_000, 60_000, &[]);
    }

    proptest! {
        #![proptest_config(strategies::config())]

        #[test]
        fn nothing_is_lost(samples in strategies::samples()) {
            for tier in TIERS {
                let chunks = folded(tier, &samples);
                for state in STATES {
                    let checks: u64 = buckets(&chunks).map(|(_, bucket)| u64::from(bucket.checks[super::super::index(state)])).sum();
                    let expect = samples.iter().filter(|sample| sample.state == state).count();
                    prop_assert_eq!(checks, expect as u64);
                    for with in [false, true] {
                        let time: u64 = buckets(&chunks).map(|(_, bucket)| bucket.time_in(state, with)).sum();
                        let counts = |sample: &&Sample| sample.previous == state && (with || !sample.maintenance);
                        prop_assert_eq!(time, samples.iter().filter(counts).map(|sample| u64::from(sample.held)).sum::<u64>());
                    }
                }
                let measured: u64 = buckets(&chunks).filter_map(|(_, bucket)| bucket.elapsed.as_ref()).map(|all| all.sketch.count()).sum();
                prop_assert_eq!(measured, samples.iter().filter(|sample| sample.elapsed.is_some()).count() as u64);
            }
        }

        #[test]
        fn folding_in_two_steps_is_folding_at_once(samples in strategies::samples(), cut in any::<proptest::sample::Index>()) {
            let cut = cut.index(samples.len() + 1);
            for tier in TIERS {
                let mut chunks = stored(tier, &folded(tier, &samples[..cut]));
                samples[cut..].iter().for_each(|sample| fold_into(&mut chunks, tier, sample));
                prop_assert_eq!(stored(tier, &chunks), folded(tier, &samples));
            }
        }

        #[test]
        fn a_coarse_tier_is_the_sum_of_a_fine_one(samples in strategies::samples()) {
            for (fine, coarse) in [(Tier::Minute, Tier::Hour), (Tier::Hour, Tier::Day)] {
                let mut chunks = Chunks::new();
                for (start, bucket) in buckets(&folded(fine, &samples)) {
                    let length = coarse.bucket().unwrap();
                    let chunk = chunks.entry(coarse.slot(start)).or_default();
                    chunk.bucket_mut(start.div_euclid(length) * length).merge(bucket);
                }
                prop_assert_eq!(chunks, folded(coarse, &samples));
            }
        }

        #[test]
        fn one_state_at_a_time_fills_no_bucket_over(steps in proptest::collection::vec((1u32..200_000, strategies::states()), 1..60)) {
            let mut at = 1_000_000_000_000;
            let mut previous = State::Unknown;
            let mut samples = Vec::new();
            for (held, state) in steps {
                at += i64::from(held);
                samples.push(Sample { node: NodeId(1), at, state, elapsed: None, previous, held, maintenance: false });
                previous = state;
            }
            let chunks = folded(Tier::Minute, &samples);
            let last = buckets(&chunks).count() - 1;
            for (place, (_, bucket)) in buckets(&chunks).enumerate() {
                let time: u64 = bucket.time.iter().sum();
                prop_assert!(time == 60_000 || time < 60_000 && (place == 0 || place == last));
            }
        }

        #[test]
        fn no_sample_is_too_far(samples in strategies::any_samples()) {
            for sample in samples {
                // The longest time that a sample can be held has seventy thousand minutes, which take too long to try often.
                for tier in [Tier::Hour, Tier::Day] {
                    folded(tier, &[sample]);
                }
            }
        }
    }
}
