//! What one check of one node found, and the journal of such samples.

use super::bucket::{STATES, index};
use super::bytes::{Corrupt, Reader, Writer};
use crate::NodeId;
use model::State;

/// One check of one node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    pub node: NodeId,
    /// When the check ended, in milliseconds since 1970.
    pub at: i64,
    /// What was found.
    pub state: State,
    /// How long the service took to answer, in microseconds; absent when nothing was measured.
    pub elapsed: Option<u32>,
    /// The node was in this state during the `held` milliseconds before `at`.
    pub previous: State,
    /// In milliseconds; 0 when it is not known how the node was before: at its first check, or after a gap.
    pub held: u32,
    /// Whether that time was in a maintenance window.
    pub maintenance: bool,
}

/// Writes samples of any nodes, in the order given. Those of one commit are close in time, and were mostly held as long as
/// each other: what is written is how each differs from the one before.
pub fn encode_journal(samples: &[Sample]) -> Vec<u8> {
    let mut writer = Writer::new();
    let (mut node, mut at, mut held) = (0, 0, 0);
    for sample in samples {
        writer.signed(i64::from(sample.node.0) - i64::from(node));
        writer.signed(sample.at.wrapping_sub(at));
        sample.write(&mut writer, i64::from(held));
        (node, at, held) = (sample.node.0, sample.at, sample.held);
    }
    writer.finish()
}

/// Reads what [`encode_journal`] wrote.
///
/// # Errors
/// When the bytes are not those of a journal.
pub fn decode_journal(bytes: &[u8]) -> Result<Vec<Sample>, Corrupt> {
    let mut reader = Reader::new(bytes)?;
    let mut samples = Vec::new();
    let (mut node, mut at, mut held) = (0, 0_i64, 0);
    while !reader.is_at_end() {
        node = i64::from(node)
            .checked_add(reader.signed()?)
            .and_then(|number| u32::try_from(number).ok())
            .ok_or(Corrupt::Invalid("a node number that no node has"))?;
        at = at.wrapping_add(reader.signed()?);
        let sample = Sample::read(&mut reader, NodeId(node), at, i64::from(held))?;
        held = sample.held;
        samples.push(sample);
    }
    Ok(samples)
}

const PREVIOUS: u32 = 2;
const MAINTENANCE: u8 = 1 << 4;
const ELAPSED: u8 = 1 << 5;
/// The sample was held as long as foreseen.
const REGULAR: u8 = 1 << 6;
const UNUSED: u8 = 1 << 7;

impl Sample {
    /// Writes all but the node and the time. Nothing is written of `held` when it is as long as foreseen.
    pub fn write(&self, writer: &mut Writer, foreseen: i64) {
        let mut head = (index(self.state) | index(self.previous) << PREVIOUS) as u8;
        let surprise = i64::from(self.held).wrapping_sub(foreseen);
        head |= if self.maintenance { MAINTENANCE } else { 0 };
        head |= if self.elapsed.is_some() { ELAPSED } else { 0 };
        head |= if surprise == 0 { REGULAR } else { 0 };
        writer.byte(head);
        if let Some(elapsed) = self.elapsed {
            writer.unsigned(elapsed.into());
        }
        if surprise != 0 {
            writer.signed(surprise);
        }
    }

    /// Reads what `write` wrote, given the same `foreseen`.
    pub fn read(reader: &mut Reader<'_>, node: NodeId, at: i64, foreseen: i64) -> Result<Self, Corrupt> {
        let head = reader.byte()?;
        if head & UNUSED != 0 {
            return Err(Corrupt::Invalid("a mark of a sample that means nothing"));
        }
        let elapsed = if head & ELAPSED != 0 { Some(reader.unsigned_32()?) } else { None };
        let surprise = if head & REGULAR != 0 { 0 } else { reader.signed()? };
        let held = u32::try_from(foreseen.wrapping_add(surprise))
            .map_err(|_| Corrupt::Invalid("a sample that was held for longer than can be, or for less than no time"))?;
        Ok(Self {
            node,
            at,
            state: STATES[usize::from(head & 3)],
            elapsed,
            previous: STATES[usize::from(head >> PREVIOUS & 3)],
            held,
            maintenance: head & MAINTENANCE != 0,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strategies;
    use proptest::prelude::*;

    #[track_caller]
    fn check_refused(bytes: &[u8], expect: Corrupt) {
        assert_eq!(decode_journal(bytes), Err(expect));
    }

    #[test]
    fn bad_bytes_are_refused() {
        check_refused(&[], Corrupt::Truncated);
        check_refused(&[0], Corrupt::Version { found: 0 });
        check_refused(&[1, 0], Corrupt::Truncated);
        check_refused(&[1, 1, 0, REGULAR], Corrupt::Invalid("a node number that no node has"));
        check_refused(&[1, 0, 0, REGULAR | UNUSED], Corrupt::Invalid("a mark of a sample that means nothing"));
        let less_than_none = "a sample that was held for longer than can be, or for less than no time";
        check_refused(&[1, 0, 0, 0, 1], Corrupt::Invalid(less_than_none));
        assert_eq!(decode_journal(&[1]), Ok(Vec::new()));
    }

    /// What is stored outlives the program: these bytes, once written, are to be read for ever.
    #[test]
    fn the_journal_is_written_as_ever() {
        let sample = Sample {
            node: NodeId(3),
            at: 1_000,
            state: State::Down,
            elapsed: Some(300),
            previous: State::Unknown,
            held: 5,
            maintenance: true,
        };
        let next = Sample { node: NodeId(2), elapsed: None, previous: State::Operational, maintenance: false, ..sample };
        let last = Sample { at: 999, state: State::Unhealthy, ..next };
        let bytes = [1, 6, 0xd0, 0x0f, 0x37, 0xac, 0x02, 10, 1, 0, 0x43, 0, 1, 0x42];
        assert_eq!(encode_journal(&[sample, next, last]), bytes);
        assert_eq!(decode_journal(&bytes), Ok(vec![sample, next, last]));
    }

    proptest! {
        #![proptest_config(strategies::config())]

        #[test]
        fn a_journal_comes_back(samples in strategies::any_samples()) {
            prop_assert_eq!(decode_journal(&encode_journal(&samples)), Ok(samples));
        }

        #[test]
        fn a_torn_journal_is_refused_or_shorter(samples in strategies::any_samples(), cut in any::<prop::sample::Index>()) {
            let bytes = encode_journal(&samples);
            let cut = cut.index(bytes.len());
            if let Ok(read) = decode_journal(&bytes[..cut]) {
                prop_assert!(read.len() < samples.len() || samples.is_empty());
                prop_assert_eq!(&samples[..read.len()], &read);
            }
        }

        #[test]
        fn no_bytes_make_the_reader_panic(bytes in strategies::any_bytes()) {
            if let Ok(samples) = decode_journal(&bytes) {
                prop_assert!(samples.len() <= bytes.len() / 3);
                prop_assert_eq!(decode_journal(&encode_journal(&samples)), Ok(samples));
            }
        }
    }
}
