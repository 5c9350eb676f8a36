//! Numbers as few bits, for the counts of a sketch: they are many and small, and a byte is too much for each.
//!
//! The code is exponential Golomb: a number takes one bit when it is 0 and two more at each doubling, so that no single
//! large one among small ones makes the record long.

use super::bytes::{Corrupt, Reader, Writer};

/// Numbers come from counts of 32 bits: a longer one is no number of ours.
const LONGEST: u32 = 32;

/// How many bits `value` takes with `low` plain bits.
pub fn width(value: u64, low: u32) -> u32 {
    2 * ((value >> low) + 1).ilog2() + 1 + low
}

/// Writes bits, the highest of each byte first.
pub struct BitWriter<'a> {
    writer: &'a mut Writer,
    /// Of which the lowest `waiting` bits are not written yet.
    bits: u64,
    waiting: u32,
}

impl<'a> BitWriter<'a> {
    pub fn new(writer: &'a mut Writer) -> Self {
        Self { writer, bits: 0, waiting: 0 }
    }

    /// Writes a number of at most 32 bits, of which the lowest `low` are written as they are: those of which nothing can be
    /// foretold.
    pub fn number(&mut self, value: u64, low: u32) {
        let high = (value >> low) + 1;
        let length = high.ilog2();
        self.plain(0, length);
        self.plain(high, length + 1);
        self.plain(value, low);
    }

    /// Writes the lowest bits of a number, 33 at most.
    pub fn plain(&mut self, value: u64, width: u32) {
        self.bits = self.bits << width | lowest(value, width);
        self.waiting += width;
        while self.waiting >= 8 {
            self.waiting -= 8;
            self.writer.byte((self.bits >> self.waiting) as u8);
        }
    }

    /// Fills the last byte up, with zeros.
    pub fn finish(mut self) {
        self.plain(0, (8 - self.waiting) % 8);
    }
}

/// Reads what a [`BitWriter`] wrote, and no byte beyond.
pub struct BitReader<'a, 'b> {
    reader: &'a mut Reader<'b>,
    /// Of which the lowest `waiting` bits are not read yet.
    bits: u64,
    waiting: u32,
}

impl<'a, 'b> BitReader<'a, 'b> {
    pub fn new(reader: &'a mut Reader<'b>) -> Self {
        Self { reader, bits: 0, waiting: 0 }
    }

    /// Reads a number, of which the lowest `low` bits were written as they are.
    pub fn number(&mut self, low: u32) -> Result<u64, Corrupt> {
        let mut length = 0;
        loop {
            self.await_bits(1)?;
            let rest = lowest(self.bits, self.waiting);
            let zeros = rest.leading_zeros() + self.waiting - u64::BITS;
            length += zeros;
            self.waiting -= zeros;
            if length > LONGEST {
                return Err(Corrupt::Invalid("a count of more than 32 bits"));
            }
            if rest != 0 {
                break;
            }
        }
        let high = self.plain(length + 1)? - 1;
        Ok(high << low | self.plain(low)?)
    }

    /// Reads a number of so many bits, 33 at most.
    pub fn plain(&mut self, width: u32) -> Result<u64, Corrupt> {
        self.await_bits(width)?;
        self.waiting -= width;
        Ok(lowest(self.bits >> self.waiting, width))
    }

    fn await_bits(&mut self, width: u32) -> Result<(), Corrupt> {
        while self.waiting < width {
            self.bits = self.bits << 8 | u64::from(self.reader.byte()?);
            self.waiting += 8;
        }
        Ok(())
    }
}

fn lowest(value: u64, width: u32) -> u64 {
    value & ((1 << width) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strategies;
    use proptest::prelude::*;

    #[test]
    fn small_numbers_are_short() {
        assert_eq!([0, 1, 2, 3, 6, 7].map(|value| width(value, 0)), [1, 3, 3, 5, 5, 7]);
        assert_eq!([0, 15, 16, 47, 48].map(|value| width(value, 4)), [5, 5, 7, 7, 9]);
    }

    #[test]
    fn too_long_a_number_is_refused() {
        let mut reader = Reader::new(&[1, 0, 0, 0, 0, 0, 0xff]).unwrap();
        assert_eq!(BitReader::new(&mut reader).number(0), Err(Corrupt::Invalid("a count of more than 32 bits")));
    }

    proptest! {
        #![proptest_config(strategies::config())]

        #[test]
        fn numbers_come_back(values in proptest::collection::vec((any::<u32>(), 0u32..32, 0u32..8), 0..30)) {
            let values: Vec<_> = values.into_iter().map(|(value, shift, low)| (u64::from(value >> shift), low)).collect();
            let mut writer = Writer::new();
            let mut bits = BitWriter::new(&mut writer);
            for &(value, low) in &values {
                bits.number(value, low);
            }
            bits.finish();
            let bytes = writer.finish();
            let expect: u32 = values.iter().map(|&(value, low)| width(value, low)).sum();
            prop_assert_eq!(bytes.len(), 1 + expect.div_ceil(8) as usize);
            let mut reader = Reader::new(&bytes).unwrap();
            let mut bits = BitReader::new(&mut reader);
            for (value, low) in values {
                prop_assert_eq!(bits.number(low), Ok(value));
            }
            prop_assert!(reader.is_at_end());
        }
    }
}
