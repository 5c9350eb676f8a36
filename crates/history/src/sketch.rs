//! A histogram of values. Every quantile is accurate to within two percent.
//!
//! In the manner of Masson, Rim and Lee, "`DDSketch`: A Fast and Fully-Mergeable Quantile Sketch with Relative-Error
//! Guarantees", PVLDB 12(12), 2019: values are counted in bins that grow with the values, so that merging is adding. The
//! limits of the bins are whole numbers here instead of powers of a real one: every machine puts a value into the same bin,
//! and small values each have one of their own.

use super::bits::{BitReader, BitWriter, width};
use super::bytes::{Corrupt, Reader, Writer};
use std::cmp::Ordering;

/// Counts of values from 0 to `u32::MAX` in bins two percent wide. It never has more than 498 bins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sketch {
    /// The bins that are not empty, in order, each with its count.
    bins: Vec<(u16, u32)>,
}

impl Sketch {
    pub const fn new() -> Self {
        Self { bins: Vec::new() }
    }

    pub fn add(&mut self, value: u32) {
        self.add_many(value, 1);
    }

    /// Adds the same value a number of times.
    pub fn add_many(&mut self, value: u32, count: u32) {
        if count == 0 {
            return;
        }
        let bin = bin(value);
        match self.bins.binary_search_by_key(&bin, |&(kept, _)| kept) {
            Ok(place) => self.bins[place].1 = self.bins[place].1.saturating_add(count),
            Err(place) => self.bins.insert(place, (bin, count)),
        }
    }

    /// Adds all that was added to the other: the result is the same as if it had been added here.
    pub fn merge(&mut self, other: &Self) {
        let mut merged = Vec::with_capacity(self.bins.len() + other.bins.len());
        let (mut ours, mut theirs) = (self.bins.as_slice(), other.bins.as_slice());
        while let ([our, our_rest @ ..], [their, their_rest @ ..]) = (ours, theirs) {
            match our.0.cmp(&their.0) {
                Ordering::Less => {
                    merged.push(*our);
                    ours = our_rest;
                }
                Ordering::Greater => {
                    merged.push(*their);
                    theirs = their_rest;
                }
                Ordering::Equal => {
                    merged.push((our.0, our.1.saturating_add(their.1)));
                    (ours, theirs) = (our_rest, their_rest);
                }
            }
        }
        merged.extend_from_slice(ours);
        merged.extend_from_slice(theirs);
        self.bins = merged;
    }

    /// How many values were added.
    pub fn count(&self) -> u64 {
        self.bins.iter().map(|&(_, count)| u64::from(count)).sum()
    }

    /// The value that the part `q` of all values does not exceed, within two percent and one: 0.5 gives the median. `q` is
    /// taken to lie within 0 to 1. None when nothing was added.
    pub fn quantile(&self, q: f64) -> Option<u32> {
        let last = self.count().checked_sub(1)?;
        let rank = (q.clamp(0.0, 1.0) * last as f64) as u64;
        let mut passed = 0;
        let found = self.bins.iter().find(|&&(_, count)| {
            passed += u64::from(count);
            passed > rank
        });
        found.or(self.bins.last()).map(|&(bin, _)| middle(bin))
    }

    /// What the values add up to, within two percent.
    pub fn sum(&self) -> u64 {
        self.bins.iter().fold(0, |sum, &(bin, count)| sum.saturating_add(u64::from(middle(bin)) * u64::from(count)))
    }

    /// Writes the counts, from the bin of the smallest value to that of the largest. Which bins these are is not written: who
    /// keeps a sketch keeps both values as well. There must be at least one value.
    pub fn write(&self, writer: &mut Writer) {
        let cost = |low: u32| self.bins.iter().map(|&(_, count)| u64::from(width(u64::from(count) - 1, low))).sum::<u64>();
        let low = (0..1 << LOW_WIDTH).min_by_key(|&low| cost(low)).unwrap_or_default();
        let mut bits = BitWriter::new(writer);
        bits.plain(low.into(), LOW_WIDTH);
        let mut before = None;
        for &(bin, count) in &self.bins {
            if let Some(before) = before {
                bits.number(u64::from(bin - before) - 1, 0);
            }
            bits.number(u64::from(count) - 1, low);
            before = Some(bin);
        }
        bits.finish();
    }

    /// Reads what `write` wrote of values of which these are the smallest and the largest.
    pub fn read(reader: &mut Reader<'_>, minimum: u32, maximum: u32) -> Result<Self, Corrupt> {
        let mut bits = BitReader::new(reader);
        let low = bits.plain(LOW_WIDTH)? as u32;
        let (mut next, last) = (bin(minimum), bin(maximum));
        let mut bins = Vec::new();
        loop {
            let count = u32::try_from(bits.number(low)? + 1).map_err(|_| Corrupt::Invalid("a count of more than 32 bits"))?;
            bins.push((next, count));
            if next == last {
                return Ok(Self { bins });
            }
            next = u16::try_from(u64::from(next) + bits.number(0)? + 1)
                .ok()
                .filter(|&next| next <= last)
                .ok_or(Corrupt::Invalid("a value larger than the largest"))?;
        }
    }
}

/// How many bits say how many bits of each count are written as they are.
const LOW_WIDTH: u32 = 3;

const BINS: usize = {
    let mut bins = 1;
    let mut lowest = 0;
    while let Some(next) = next_lowest(lowest) {
        lowest = next;
        bins += 1;
    }
    bins
};

/// The smallest value of each bin.
static LOWEST: [u32; BINS] = {
    let mut all = [0; BINS];
    let mut bin = 1;
    while bin < BINS {
        if let Some(next) = next_lowest(all[bin - 1]) {
            all[bin] = next;
        }
        bin += 1;
    }
    all
};

/// A bin is four percent of its smallest value wide: none of its values is further than two percent from its middle.
const fn next_lowest(lowest: u32) -> Option<u32> {
    match lowest.checked_add(lowest / 25) {
        Some(highest) => highest.checked_add(1),
        None => None,
    }
}

fn bin(value: u32) -> u16 {
    (LOWEST.partition_point(|&lowest| lowest <= value) - 1) as u16
}

fn middle(bin: u16) -> u32 {
    let lowest = LOWEST[usize::from(bin)];
    let highest = LOWEST.get(usize::from(bin) + 1).map_or(u32::MAX, |next| next - 1);
    lowest + (highest - lowest) / 2
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strategies;
    use proptest::prelude::*;

    fn sketch(values: &[u32]) -> Sketch {
        let mut sketch = Sketch::new();
        values.iter().for_each(|&value| sketch.add(value));
        sketch
    }

    fn merged(one: &Sketch, other: &Sketch) -> Sketch {
        let mut merged = one.clone();
        merged.merge(other);
        merged
    }

    #[track_caller]
    fn check_near(estimate: u32, exact: u32) {
        assert!(f64::from(estimate.abs_diff(exact)) <= f64::from(exact) * 0.02 + 1.0, "{estimate} is not near {exact}");
    }

    #[test]
    fn the_bins_cover_every_value() {
        assert_eq!(BINS, 498);
        assert_eq!(&LOWEST[..28], (0..26).chain([27, 29]).collect::<Vec<u32>>());
        for (place, &lowest) in LOWEST.iter().enumerate() {
            let highest = LOWEST.get(place + 1).map_or(u32::MAX, |next| next - 1);
            assert_eq!((usize::from(bin(lowest)), usize::from(bin(highest))), (place, place));
            check_near(middle(place as u16), lowest);
            check_near(middle(place as u16), highest);
        }
    }

    #[test]
    fn an_empty_sketch_has_no_quantile() {
        assert_eq!((Sketch::new().quantile(0.5), Sketch::new().count()), (None, 0));
        let mut sketch = Sketch::new();
        sketch.add_many(5, 0);
        assert_eq!(sketch, Sketch::new());
    }

    #[test]
    fn a_quantile_out_of_range_is_the_nearest() {
        let sketch = sketch(&[1, 2, 3]);
        let quantiles = [-1.0, 0.0, 0.49, 0.5, 1.0, 2.0, f64::NAN].map(|q| sketch.quantile(q));
        assert_eq!(quantiles, [1, 1, 1, 2, 3, 3, 1].map(Some));
    }

    #[test]
    fn counts_stop_at_the_largest() {
        let mut full = Sketch::new();
        full.add_many(9, u32::MAX);
        full.add(9);
        full.merge(&full.clone());
        assert_eq!((full.count(), full.quantile(0.5)), (u32::MAX.into(), Some(9)));
    }

    proptest! {
        #![proptest_config(strategies::config())]

        #[test]
        fn every_quantile_is_near_the_exact_one(mut values in strategies::elapsed_values(1..200), q in 0.0..=1.0) {
            let sketch = sketch(&values);
            values.sort_unstable();
            let exact = values[(q * (values.len() - 1) as f64) as usize];
            check_near(sketch.quantile(q).unwrap(), exact);
            prop_assert_eq!(sketch.count(), values.len() as u64);
        }

        #[test]
        fn the_sum_is_near_the_exact_one(values in strategies::elapsed_values(0..200)) {
            let exact: u64 = values.iter().map(|&value| u64::from(value)).sum();
            prop_assert!(sketch(&values).sum().abs_diff(exact) <= exact / 50 + values.len() as u64);
        }

        #[test]
        fn merging_is_adding_in_any_order(
            one in strategies::elapsed_values(0..60),
            two in strategies::elapsed_values(0..60),
            three in strategies::elapsed_values(0..60),
        ) {
            let all = sketch(&[one.clone(), two.clone(), three.clone()].concat());
            let (one, two, three) = (sketch(&one), sketch(&two), sketch(&three));
            prop_assert_eq!(&merged(&merged(&one, &two), &three), &all);
            prop_assert_eq!(&merged(&one, &merged(&two, &three)), &all);
            prop_assert_eq!(&merged(&three, &merged(&two, &one)), &all);
        }

        #[test]
        fn adding_many_is_adding_often(value in any::<u32>(), count in 0u32..20) {
            let mut many = Sketch::new();
            many.add_many(value, count);
            prop_assert_eq!(many, sketch(&vec![value; count as usize]));
        }

        #[test]
        fn a_sketch_comes_back(counts in proptest::collection::vec((any::<u32>(), 0u32..32, 1u32.., 0u32..32), 1..60)) {
            let mut sketch = Sketch::new();
            let (mut minimum, mut maximum) = (u32::MAX, 0);
            for (value, small, count, few) in counts {
                let value = value >> small;
                sketch.add_many(value, (count >> few).max(1));
                (minimum, maximum) = (minimum.min(value), maximum.max(value));
            }
            let mut writer = Writer::new();
            sketch.write(&mut writer);
            let bytes = writer.finish();
            let mut reader = Reader::new(&bytes).unwrap();
            prop_assert_eq!(Sketch::read(&mut reader, minimum, maximum), Ok(sketch));
            prop_assert!(reader.is_at_end());
        }
    }
}
