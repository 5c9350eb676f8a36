//! What the laws of this room are tried on.

use super::{Bucket, Sample};
use crate::NodeId;
use crate::bucket::STATES;
use model::State;
use proptest::collection::{SizeRange, vec};
use proptest::prelude::*;

pub fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}

pub fn states() -> impl Strategy<Value = State> {
    proptest::sample::select(&STATES[..])
}

/// Microseconds, short ones as often as long ones.
pub fn elapsed_values(count: impl Into<SizeRange>) -> impl Strategy<Value = Vec<u32>> {
    vec(prop_oneof![(any::<u32>(), 0u32..32).prop_map(|(value, shift)| value >> shift), 100_000u32..140_000], count)
}

/// Samples of one node within some days, not quite in order, most of them as they are when nothing happens.
pub fn samples() -> impl Strategy<Value = Vec<Sample>> {
    let held = prop_oneof![Just(0), Just(60_000), 1u32..200_000, 1u32..20_000_000];
    let at = -100_000_000i64..300_000_000;
    vec(sample(Just(NodeId(1)), at, held), 0..25)
}

/// Samples as no node makes them.
pub fn any_samples() -> impl Strategy<Value = Vec<Sample>> {
    let at = prop_oneof![any::<i64>(), 0i64..1_000_000, Just(i64::MIN), Just(i64::MAX)];
    vec(sample(any::<u32>().prop_map(NodeId), at, prop_oneof![any::<u32>(), 0u32..1_000]), 0..25)
}

fn sample(
    node: impl Strategy<Value = NodeId>,
    at: impl Strategy<Value = i64>,
    held: impl Strategy<Value = u32>,
) -> impl Strategy<Value = Sample> {
    (node, at, states(), any::<Option<u32>>(), states(), held, any::<bool>()).prop_map(
        |(node, at, state, elapsed, previous, held, maintenance)| Sample { node, at, state, elapsed, previous, held, maintenance },
    )
}

/// Buckets of every kind: empty, of one check, of one state, of several.
pub fn buckets() -> impl Strategy<Value = Bucket> {
    let checks = vec((states(), any::<Option<u32>>()), 0..8);
    let same = (states(), elapsed_values(0..80));
    let times = vec((states(), prop_oneof![Just(60_000), any::<u64>(), 1u64..1_000_000], any::<bool>()), 0..4);
    (checks, prop::option::of(same), times).prop_map(|(checks, same, times)| {
        let mut bucket = Bucket::default();
        checks.into_iter().for_each(|(state, elapsed)| bucket.add_check(state, elapsed));
        if let Some((state, values)) = same {
            values.into_iter().for_each(|value| bucket.add_check(state, Some(value)));
        }
        times.into_iter().for_each(|(state, milliseconds, maintenance)| bucket.add_time(state, milliseconds, maintenance));
        bucket
    })
}

/// Arbitrary bytes. Most of them begin like a record.
pub fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![any::<u8>(), 0u8..4, Just(0xff), Just(0x80)];
    (prop_oneof![9 => Just(1u8), 1 => any::<u8>()], vec(byte, 0..200)).prop_map(|(first, rest)| [vec![first], rest].concat())
}
