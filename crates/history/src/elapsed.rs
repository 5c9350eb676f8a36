//! How long many checks took.

use super::bytes::{Corrupt, Reader, Writer};
use super::sketch::Sketch;

/// How long at least one check took, in microseconds. Make it with `new`, `add` and `merge` alone: the fields must agree with
/// each other, or what is written of them cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Elapsed {
    pub minimum: u32,
    pub maximum: u32,
    pub sum: u64,
    /// All of them: how many there were is its count.
    pub sketch: Sketch,
}

impl Elapsed {
    /// That of one check.
    pub fn new(value: u32) -> Self {
        let mut sketch = Sketch::new();
        sketch.add(value);
        Self { minimum: value, maximum: value, sum: value.into(), sketch }
    }

    pub fn add(&mut self, value: u32) {
        self.minimum = self.minimum.min(value);
        self.maximum = self.maximum.max(value);
        self.sum = self.sum.saturating_add(value.into());
        self.sketch.add(value);
    }

    pub fn merge(&mut self, other: &Self) {
        self.minimum = self.minimum.min(other.minimum);
        self.maximum = self.maximum.max(other.maximum);
        self.sum = self.sum.saturating_add(other.sum);
        self.sketch.merge(&other.sketch);
    }

    /// The mean, in microseconds, exact but for what is below one.
    pub fn average(&self) -> u32 {
        u32::try_from(self.sum / self.sketch.count().max(1)).unwrap_or(u32::MAX)
    }

    /// The time in microseconds that the part `q` of the checks did not exceed, within two percent and one. `q` is taken to
    /// lie within 0 to 1.
    pub fn quantile(&self, q: f64) -> u32 {
        self.sketch.quantile(q).unwrap_or(self.minimum).max(self.minimum).min(self.maximum)
    }

    /// Whether there is nothing to say but one value.
    pub fn is_of_one(&self) -> bool {
        self.sketch.count() == 1
    }

    /// The sketch knows the sum nearly, so only the difference is written.
    pub fn write(&self, writer: &mut Writer) {
        writer.unsigned(self.minimum.into());
        writer.unsigned(self.maximum.saturating_sub(self.minimum).into());
        self.sketch.write(writer);
        writer.signed(self.sum.wrapping_sub(self.sketch.sum()) as i64);
    }

    /// Reads what `write` wrote.
    pub fn read(reader: &mut Reader<'_>) -> Result<Self, Corrupt> {
        let minimum = reader.unsigned_32()?;
        let maximum = minimum.checked_add(reader.unsigned_32()?).ok_or(Corrupt::Invalid("a time of more than 32 bits"))?;
        let sketch = Sketch::read(reader, minimum, maximum)?;
        let sum = sketch.sum().wrapping_add(reader.signed()? as u64);
        let (least, most, others) = (u128::from(minimum), u128::from(maximum), u128::from(sketch.count()) - 1);
        if !(least * others + most..=most * others + least).contains(&sum.into()) {
            return Err(Corrupt::Invalid("elapsed times whose sum is not that of so many"));
        }
        Ok(Self { minimum, maximum, sum, sketch })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strategies;
    use proptest::prelude::*;

    fn elapsed(values: &[u32]) -> Elapsed {
        let mut elapsed = Elapsed::new(values[0]);
        values[1..].iter().for_each(|&value| elapsed.add(value));
        elapsed
    }

    #[test]
    fn one_value_is_told_exactly() {
        let one = elapsed(&[123_457]);
        assert_eq!((one.average(), one.quantile(0.0), one.quantile(0.99)), (123_457, 123_457, 123_457));
        assert!(one.is_of_one());
        assert!(!elapsed(&[7, 7]).is_of_one());
    }

    proptest! {
        #![proptest_config(strategies::config())]

        #[test]
        fn the_figures_are_right(values in strategies::elapsed_values(1..100), q in 0.0..=1.0) {
            let elapsed = elapsed(&values);
            let sum: u64 = values.iter().map(|&value| u64::from(value)).sum();
            prop_assert_eq!(Some(elapsed.minimum), values.iter().min().copied());
            prop_assert_eq!(Some(elapsed.maximum), values.iter().max().copied());
            prop_assert_eq!(elapsed.sum, sum);
            prop_assert_eq!(u64::from(elapsed.average()), sum / values.len() as u64);
            prop_assert!((elapsed.minimum..=elapsed.maximum).contains(&elapsed.quantile(q)));
            prop_assert!((elapsed.minimum..=elapsed.maximum).contains(&elapsed.average()));
        }

        #[test]
        fn merging_is_adding(one in strategies::elapsed_values(1..60), other in strategies::elapsed_values(1..60)) {
            let mut merged = elapsed(&one);
            merged.merge(&elapsed(&other));
            prop_assert_eq!(merged, elapsed(&[one, other].concat()));
        }

        #[test]
        fn it_comes_back(values in strategies::elapsed_values(1..100)) {
            let elapsed = elapsed(&values);
            let mut writer = Writer::new();
            elapsed.write(&mut writer);
            let bytes = writer.finish();
            let mut reader = Reader::new(&bytes).unwrap();
            prop_assert_eq!(Elapsed::read(&mut reader), Ok(elapsed));
            prop_assert!(reader.is_at_end());
        }
    }
}
