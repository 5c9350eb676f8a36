//! Rollups of one metric of one node within one period.

use super::bytes::{Corrupt, Reader, Writer};

/// All values of a metric within a period. There is at least one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MetricBucket {
    pub count: u32,
    pub minimum: f32,
    pub mean: f32,
    pub maximum: f32,
}

impl MetricBucket {
    /// The bucket of one value.
    pub fn of(value: f32) -> Self {
        Self { count: 1, minimum: value, mean: value, maximum: value }
    }

    /// Adds all values of the other.
    pub fn merge(&mut self, other: &Self) {
        self.minimum = self.minimum.min(other.minimum);
        self.maximum = self.maximum.max(other.maximum);
        let part = f64::from(other.count) / (f64::from(self.count) + f64::from(other.count));
        let mean = f64::from(self.mean) * (1.0 - part) + f64::from(other.mean) * part;
        self.mean = (mean as f32).clamp(self.minimum, self.maximum);
        self.count = self.count.saturating_add(other.count);
    }

    fn is_constant(&self) -> bool {
        self.minimum.to_bits() == self.maximum.to_bits()
    }

    /// Writes the bucket after the one `before` it, and how many `skipped` places are between both. Values that follow each other are
    /// mostly near each other: they share their first bits.
    pub(crate) fn write(&self, writer: &mut Writer, skipped: u64, before: Option<&Self>) {
        writer.unsigned(skipped << 1 | u64::from(self.is_constant()));
        writer.unsigned(self.count.into());
        let mut known = before.map_or(0, |before| before.mean.to_bits());
        let values = if self.is_constant() { &[self.mean][..] } else { &[self.mean, self.minimum, self.maximum] };
        for value in values {
            writer.unsigned((value.to_bits() ^ known).into());
            known = self.mean.to_bits();
        }
    }

    /// Reads what `write` wrote: the bucket, and the number of skipped places.
    pub(crate) fn read(reader: &mut Reader<'_>, before: Option<&Self>) -> Result<(u64, Self), Corrupt> {
        let head = reader.unsigned()?;
        let count = reader.unsigned_32()?;
        let known = before.map_or(0, |before| before.mean.to_bits());
        let mean = f32::from_bits(reader.unsigned_32()? ^ known);
        let mut other = || Ok(f32::from_bits(reader.unsigned_32()? ^ mean.to_bits()));
        let (minimum, maximum) = if head & 1 == 1 { (mean, mean) } else { (other()?, other()?) };
        let is_valid = count > 0 && minimum.is_finite() && maximum.is_finite() && minimum <= mean && mean <= maximum;
        if !is_valid {
            return Err(Corrupt::Invalid("values of a metric that cannot be"));
        }
        Ok((head >> 1, Self { count, minimum, mean, maximum }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_merged_with_their_weights() {
        let mut bucket = MetricBucket::of(2.0);
        bucket.merge(&MetricBucket { count: 3, minimum: 3.0, mean: 6.0, maximum: 9.0 });
        assert_eq!(bucket, MetricBucket { count: 4, minimum: 2.0, mean: 5.0, maximum: 9.0 });
        bucket.merge(&MetricBucket { count: u32::MAX, minimum: -1.0, mean: 0.0, maximum: 0.0 });
        assert_eq!((bucket.count, bucket.minimum, bucket.maximum), (u32::MAX, -1.0, 9.0));
        assert!(bucket.mean.abs() < 0.001);
    }

    #[test]
    fn the_largest_values_have_a_mean() {
        let mut bucket = MetricBucket::of(f32::MAX);
        bucket.merge(&MetricBucket::of(f32::MAX));
        assert_eq!(bucket, MetricBucket { count: 2, ..MetricBucket::of(f32::MAX) });
        bucket.merge(&MetricBucket::of(f32::MIN));
        assert!(bucket.mean.is_finite());
    }
}
