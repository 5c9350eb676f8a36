//! The samples of one node as they were, within one slot.

use super::bytes::{Corrupt, Reader, Writer};
use super::sample::Sample;
use crate::NodeId;

/// Raw samples of one node in time order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawChunk {
    pub samples: Vec<Sample>,
}

impl RawChunk {
    /// Puts a sample where its time says, after those of the same time.
    pub fn add(&mut self, sample: Sample) {
        let place = self.samples.partition_point(|kept| kept.at <= sample.at);
        self.samples.insert(place, sample);
    }
}

/// Writes samples of one node, in the order given. The node is not written: it is in the key of the blob.
///
/// A node is checked at an interval, so what is written of the time is how much the distance to the sample before differs
/// from the distance before that.
pub fn encode_raw(samples: &[Sample]) -> Vec<u8> {
    let mut writer = Writer::new();
    let Some(first) = samples.first() else { return writer.finish() };
    writer.signed(first.at);
    let (mut at, mut distance) = (first.at, 0);
    for sample in samples {
        let next = sample.at.wrapping_sub(at);
        writer.signed(next.wrapping_sub(distance));
        sample.write(&mut writer, next);
        (at, distance) = (sample.at, next);
    }
    writer.finish()
}

/// Reads what [`encode_raw`] wrote of this node.
///
/// # Errors
/// When the bytes are not those of raw samples.
pub fn decode_raw(node: NodeId, bytes: &[u8]) -> Result<Vec<Sample>, Corrupt> {
    let mut reader = Reader::new(bytes)?;
    let mut samples = Vec::new();
    if reader.is_at_end() {
        return Ok(samples);
    }
    let (mut at, mut distance) = (reader.signed()?, 0_i64);
    while !reader.is_at_end() {
        distance = distance.wrapping_add(reader.signed()?);
        at = at.wrapping_add(distance);
        samples.push(Sample::read(&mut reader, node, at, distance)?);
    }
    Ok(samples)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strategies;
    use model::State;
    use proptest::prelude::*;

    fn sample(at: i64, held: u32) -> Sample {
        let node = NodeId(7);
        let state = State::Operational;
        Sample { node, at, state, elapsed: None, previous: state, held, maintenance: false }
    }

    /// What is stored outlives the program: these bytes, once written, are to be read for ever.
    #[test]
    fn raw_is_written_as_ever() {
        let samples = [sample(1_000, 0), sample(1_060, 60), sample(1_121, 61), sample(1_120, 3)];
        let bytes = [1, 0xd0, 0x0f, 0, 0x40, 120, 0x40, 2, 0x40, 123, 0x00, 8];
        assert_eq!(encode_raw(&samples), bytes);
        assert_eq!(decode_raw(NodeId(7), &bytes), Ok(samples.to_vec()));
        assert_eq!(encode_raw(&[]), [1]);
    }

    #[test]
    fn samples_are_kept_in_time_order() {
        let mut chunk = RawChunk::default();
        for (at, held) in [(5, 0), (3, 0), (9, 0), (5, 1)] {
            chunk.add(sample(at, held));
        }
        assert_eq!(chunk.samples, [sample(3, 0), sample(5, 0), sample(5, 1), sample(9, 0)]);
    }

    proptest! {
        #![proptest_config(strategies::config())]

        #[test]
        fn samples_come_back(samples in strategies::any_samples()) {
            let samples: Vec<_> = samples.into_iter().map(|sample| Sample { node: NodeId(7), ..sample }).collect();
            prop_assert_eq!(decode_raw(NodeId(7), &encode_raw(&samples)), Ok(samples));
        }

        #[test]
        fn no_bytes_make_the_reader_panic(bytes in strategies::any_bytes()) {
            if let Ok(samples) = decode_raw(NodeId(7), &bytes) {
                prop_assert!(samples.len() <= bytes.len() / 2);
                prop_assert_eq!(decode_raw(NodeId(7), &encode_raw(&samples)), Ok(samples));
            }
        }
    }
}
