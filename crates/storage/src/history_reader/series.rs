use super::{Buckets, HistoryReader, choice};
use crate::StoreError;
use history::{Bucket, NodeId, Tier};
use std::collections::BTreeMap;
use std::ops::Range;

/// The history of some nodes, in even steps.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// From which tier the points are made.
    pub tier: Tier,
    /// Milliseconds from one point to the next.
    pub step: i64,
    /// By node, in the order of time. A time without data has no point.
    pub nodes: BTreeMap<NodeId, Vec<Point>>,
}

/// The history of a node during one step.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// Its beginning, in milliseconds since 1970.
    pub at: i64,
    pub bucket: Bucket,
}

impl HistoryReader {
    /// The history of these nodes, in so many points or fewer, and one more where the time begins within a bucket. `time` and `now`
    /// are in milliseconds since 1970.
    ///
    /// A step is a whole number of the buckets of the tier that answers, so there can be fewer points than asked for.
    pub async fn series(&self, nodes: &[NodeId], time: Range<i64>, points: u32, now: i64) -> Result<Series, StoreError> {
        let length = (time.end - time.start).max(1);
        let wanted = (length / i64::from(points.max(1))).max(1);
        let tier = choice::tier(time.start, time.end, wanted, now, &self.retention);
        let bucket = tier.bucket().unwrap_or(1);
        let step = step(length, points, bucket);
        let start = time.start.div_euclid(bucket) * bucket;
        let buckets = self.buckets(tier, Some(nodes), start..time.end).await?;
        Ok(Series { tier, step, nodes: in_steps(buckets, start, step) })
    }
}

impl Series {
    /// The points of all nodes together, in the order of time.
    pub fn merged(&self) -> Vec<Point> {
        let mut merged: BTreeMap<i64, Bucket> = BTreeMap::new();
        for Point { at, bucket } in self.nodes.values().flatten() {
            merged.entry(*at).or_default().merge(bucket);
        }
        merged.into_iter().map(|(at, bucket)| Point { at, bucket }).collect()
    }
}

/// The shortest whole number of buckets by which so many points span a length.
pub(super) fn step(length: i64, points: u32, bucket: i64) -> i64 {
    let in_all = bucket.saturating_mul(points.max(1).into());
    length.saturating_add(in_all - 1).div_euclid(in_all).saturating_mul(bucket)
}

fn in_steps(buckets: Buckets, start: i64, step: i64) -> BTreeMap<NodeId, Vec<Point>> {
    let in_steps = |buckets: BTreeMap<i64, Bucket>| {
        let mut points: Vec<Point> = Vec::new();
        for (at, bucket) in buckets {
            let at = start + (at - start).div_euclid(step) * step;
            match points.last_mut() {
                Some(point) if point.at == at => point.bucket.merge(&bucket),
                _ => points.push(Point { at, bucket }),
            }
        }
        points
    };
    buckets.into_iter().map(|(node, buckets)| (node, in_steps(buckets))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_step_is_no_longer_than_it_has_to_be() {
        assert_eq!(step(100, 10, 1), 10);
        assert_eq!(step(101, 10, 1), 11);
        assert_eq!(step(365, 4, 1), 92);
        assert_eq!(step(1440 * 60, 100, 60), 15 * 60);
        assert_eq!(step(1, 10, 60), 60);
    }

    #[test]
    fn percentiles_of_all_nodes_are_those_of_all_their_checks() {
        let point = |at, elapsed: &[u32]| {
            let mut bucket = Bucket::default();
            elapsed.iter().for_each(|elapsed| bucket.add_check(model::State::Operational, Some(*elapsed)));
            Point { at, bucket }
        };
        let (fast, slow) = (vec![1_000; 90], vec![100_000; 10]);
        let nodes = [(NodeId(1), vec![point(0, &fast), point(60, &fast)]), (NodeId(2), vec![point(60, &slow), point(120, &slow)])];
        let merged = Series { tier: Tier::Minute, step: 60, nodes: nodes.into() }.merged();
        let all = [fast.clone(), slow.clone()].concat();
        assert_eq!(merged, [point(0, &fast), point(60, &all), point(120, &slow)]);
        let elapsed = merged[1].bucket.elapsed.as_ref().unwrap();
        assert!(elapsed.quantile(0.5) <= 1_020 && elapsed.quantile(0.95) >= 98_000);
    }

    proptest! {
        #[test]
        fn points_are_enough_and_not_too_many(length in 1_i64..1 << 40, points in 1_u32..5000, bucket in 1_i64..100_000_000) {
            let step = step(length, points, bucket);
            prop_assert_eq!(step % bucket, 0);
            prop_assert!(step * i64::from(points) >= length);
            prop_assert!((step - bucket) * i64::from(points) < length);
        }
    }
}
