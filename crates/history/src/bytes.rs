//! Numbers as few bytes: seven bits a byte, the lowest first (LEB128), signed ones folded so that small ones stay short.

use thiserror::Error;

/// The first byte of every record. A new way of writing gets a new one, so that what is stored is never read wrongly.
const VERSION: u8 = 1;

/// Why stored bytes cannot be read. They were damaged, or written by a newer program; none of them can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Corrupt {
    #[error("the record ends in the middle of a value")]
    Truncated,
    #[error("the record is of version {found}, and this program knows version {VERSION} only: is it older than the data?", VERSION = VERSION)]
    Version { found: u8 },
    #[error("the record holds {0}")]
    Invalid(&'static str),
}

/// Writes one record.
pub struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    pub fn new() -> Self {
        Self { bytes: vec![VERSION] }
    }

    pub fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    pub fn unsigned(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }

    pub fn signed(&mut self, value: i64) {
        self.unsigned(((value << 1) ^ (value >> 63)) as u64);
    }

    pub fn finish(self) -> Vec<u8> {
        self.bytes
    }
}

/// Reads one record, and trusts none of it.
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// # Errors
    /// When there is no version, or not ours.
    pub fn new(bytes: &'a [u8]) -> Result<Self, Corrupt> {
        let mut reader = Self { rest: bytes };
        match reader.byte()? {
            VERSION => Ok(reader),
            found => Err(Corrupt::Version { found }),
        }
    }

    /// Whether all was read. Records hold no number of entries, which would only be one more thing to distrust.
    pub fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    pub fn byte(&mut self) -> Result<u8, Corrupt> {
        let (&first, rest) = self.rest.split_first().ok_or(Corrupt::Truncated)?;
        self.rest = rest;
        Ok(first)
    }

    pub fn unsigned(&mut self) -> Result<u64, Corrupt> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if (bits << shift) >> shift != bits {
                break;
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(Corrupt::Invalid("a number of more than 64 bits"))
    }

    pub fn unsigned_32(&mut self) -> Result<u32, Corrupt> {
        u32::try_from(self.unsigned()?).map_err(|_| Corrupt::Invalid("a number of more than 32 bits where there is none"))
    }

    pub fn signed(&mut self) -> Result<i64, Corrupt> {
        let folded = self.unsigned()?;
        Ok((folded >> 1) as i64 ^ -((folded & 1) as i64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strategies;
    use proptest::prelude::*;

    #[track_caller]
    fn check_length(value: u64, expect: usize) {
        let mut writer = Writer::new();
        writer.unsigned(value);
        let bytes = writer.finish();
        assert_eq!(bytes.len(), 1 + expect);
        assert_eq!(Reader::new(&bytes).unwrap().unsigned(), Ok(value));
    }

    #[test]
    fn small_numbers_are_short() {
        check_length(0, 1);
        check_length(127, 1);
        check_length(128, 2);
        check_length(16_383, 2);
        check_length(16_384, 3);
        check_length(u64::from(u32::MAX), 5);
        check_length(u64::MAX, 10);
    }

    #[track_caller]
    fn check_refused(bytes: &[u8], expect: Corrupt) {
        assert_eq!(Reader::new(bytes).and_then(|mut reader| reader.unsigned()), Err(expect));
    }

    #[test]
    fn bad_bytes_are_refused() {
        check_refused(&[], Corrupt::Truncated);
        check_refused(&[2, 0], Corrupt::Version { found: 2 });
        check_refused(&[1], Corrupt::Truncated);
        check_refused(&[1, 0x80], Corrupt::Truncated);
        let too_long = Corrupt::Invalid("a number of more than 64 bits");
        check_refused(&[1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02], too_long);
        check_refused(&[1, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00], too_long);
        assert!(Reader::new(&[1, 0x80, 0x80, 0x80, 0x80, 0x10]).unwrap().unsigned_32().is_err());
    }

    #[test]
    fn an_error_says_what_to_do() {
        let expect = "the record is of version 7, and this program knows version 1 only: is it older than the data?";
        assert_eq!(Corrupt::Version { found: 7 }.to_string(), expect);
    }

    proptest! {
        #![proptest_config(strategies::config())]

        #[test]
        fn numbers_come_back(values in proptest::collection::vec((any::<u64>(), any::<i64>(), any::<u8>()), 0..20)) {
            let mut writer = Writer::new();
            for &(unsigned, signed, byte) in &values {
                writer.unsigned(unsigned);
                writer.byte(byte);
                writer.signed(signed);
            }
            let bytes = writer.finish();
            let mut reader = Reader::new(&bytes).unwrap();
            for (unsigned, signed, byte) in values {
                prop_assert_eq!(reader.unsigned(), Ok(unsigned));
                prop_assert_eq!(reader.byte(), Ok(byte));
                prop_assert_eq!(reader.signed(), Ok(signed));
            }
            prop_assert!(reader.is_at_end());
        }
    }
}
