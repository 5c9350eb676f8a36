use super::choice;
use super::{Archive, Buckets};
use crate::storage::history::{Bucket, Tier};
use crate::storage::model::NodeId;
use crate::storage::store::StoreError;
use std::collections::BTreeMap;
use std::ops::Range;

/// How some nodes were over time, in even steps.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// From which tier the points are made.
    pub tier: Tier,
    /// Milliseconds from one point to the next.
    pub step: i64,
    /// By node, in the order of time. Times of which nothing is known have no point.
    pub nodes: BTreeMap<NodeId, Vec<Point>>,
}

/// How a node was during one step.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// Its beginning, in milliseconds since 1970.
    pub at: i64,
    pub bucket: Bucket,
}

impl Archive {
    /// The history of these nodes, in so many points or fewer. `time` and `now` are in milliseconds since 1970.
    ///
    /// A step is a whole number of the buckets of the tier that answers, so there can be fewer points than asked for.
    pub async fn series(&self, nodes: &[NodeId], time: Range<i64>, points: u32, now: i64) -> Result<Series, StoreError> {
        let length = (time.end - time.start).max(1);
        let wanted = (length / i64::from(points.max(1))).max(1);
        let tier = choice::tier(time.start, time.end, wanted, now, &self.retention);
        let bucket = tier.bucket().unwrap_or(1);
        let step = wanted.div_euclid(bucket).max(1).saturating_mul(bucket);
        let step = if length.div_euclid(step) > i64::from(points) { step + bucket } else { step };
        let start = time.start.div_euclid(bucket) * bucket;
        let buckets = self.buckets(tier, Some(nodes), start..time.end).await?;
        Ok(Series { tier, step, nodes: in_steps(buckets, start, step) })
    }
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
