use super::HistoryReader;
use crate::StoreError;
use history::{Bucket, NodeId, Tier};
use std::collections::BTreeMap;
use std::ops::Range;

impl HistoryReader {
    /// The history of each node within a time, added up. `time` and `now` are in milliseconds since 1970.
    ///
    /// Whole days come from the tier of days, the hours that are left from that of hours, and the rest from minutes. Where a tier is
    /// kept no longer, the edge is moved to the nearest one that the next coarser tier knows.
    pub async fn totals(
        &self,
        nodes: Option<&[NodeId]>,
        time: Range<i64>,
        now: i64,
    ) -> Result<BTreeMap<NodeId, Bucket>, StoreError> {
        let mut totals: BTreeMap<NodeId, Bucket> = BTreeMap::new();
        for (tier, piece) in pieces(self.covered(time, now)) {
            for (node, buckets) in self.buckets(tier, nodes, piece).await? {
                let total = totals.entry(node).or_default();
                for bucket in buckets.values() {
                    total.merge(bucket);
                }
            }
        }
        Ok(totals)
    }

    /// The part of a time for which [`HistoryReader::totals`] has data; empty when there is none.
    pub fn covered(&self, time: Range<i64>, now: i64) -> Range<i64> {
        covered(time, self.retention.horizon(Tier::Minute, now), self.retention.horizon(Tier::Hour, now))
    }
}

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// A time with its edges moved to whole minutes, or to whole hours or days where nothing finer is kept: before `minutes_since` there are
/// no minutes, before `hours_since` no hours.
fn covered(time: Range<i64>, minutes_since: i64, hours_since: i64) -> Range<i64> {
    let edge = |at: i64| {
        if at < hours_since {
            nearest(at, DAY)
        } else if at < minutes_since {
            nearest(at, HOUR)
        } else {
            at.div_euclid(MINUTE) * MINUTE
        }
    };
    let start = edge(time.start);
    start..edge(time.end).max(start)
}

/// A time as whole days, hours and minutes, none of them twice.
fn pieces(time: Range<i64>) -> Vec<(Tier, Range<i64>)> {
    let hours = split(time, HOUR);
    let days = hours.whole.clone().map(|hours| split(hours, DAY));
    let minutes = [hours.before, hours.after].map(|piece| (Tier::Minute, piece));
    let mut pieces: Vec<_> = minutes.into_iter().collect();
    if let Some(days) = days {
        pieces.extend([days.before, days.after].map(|piece| (Tier::Hour, piece)));
        pieces.extend(days.whole.map(|days| (Tier::Day, days)));
    }
    pieces.retain(|(_, piece)| !piece.is_empty());
    pieces
}

struct Split {
    before: Range<i64>,
    /// A whole number of units, if there is at least one.
    whole: Option<Range<i64>>,
    after: Range<i64>,
}

fn split(time: Range<i64>, unit: i64) -> Split {
    let first = (time.start + unit - 1).div_euclid(unit) * unit;
    let last = time.end.div_euclid(unit) * unit;
    if first >= last {
        return Split { before: time.clone(), whole: None, after: time.end..time.end };
    }
    Split { before: time.start..first, whole: Some(first..last), after: last..time.end }
}

fn nearest(at: i64, unit: i64) -> i64 {
    (at + unit / 2).div_euclid(unit) * unit
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn whole_days_hours_and_minutes() {
        let from = 10 * DAY + 22 * HOUR + 59 * MINUTE;
        let to = 13 * DAY + HOUR + MINUTE + 1;
        let mut all = pieces(covered(from..to, 0, 0));
        all.sort_by_key(|(_, piece)| piece.start);
        let expected = [
            (Tier::Minute, from..10 * DAY + 23 * HOUR),
            (Tier::Hour, 10 * DAY + 23 * HOUR..11 * DAY),
            (Tier::Day, 11 * DAY..13 * DAY),
            (Tier::Hour, 13 * DAY..13 * DAY + HOUR),
            (Tier::Minute, 13 * DAY + HOUR..13 * DAY + HOUR + MINUTE),
        ];
        assert_eq!(all, expected);
    }

    #[test]
    fn edges_move_to_what_is_kept() {
        let all = pieces(covered(5 * DAY + 29 * MINUTE..9 * DAY + 20 * MINUTE, 20 * DAY, 0));
        assert_eq!(all, [(Tier::Day, 5 * DAY..9 * DAY)]);
        let all = pieces(covered(5 * DAY + 13 * HOUR..9 * DAY, 20 * DAY, 20 * DAY));
        assert_eq!(all, [(Tier::Day, 6 * DAY..9 * DAY)]);
    }

    proptest! {
        #[test]
        fn no_minute_is_missing_or_counted_twice(start in 0_i64..20 * DAY, length in 0_i64..10 * DAY) {
            let mut all = pieces(covered(start..start + length, 0, 0));
            all.sort_by_key(|(_, piece)| piece.start);
            let covered: i64 = all.iter().map(|(_, piece)| piece.end - piece.start).sum();
            prop_assert_eq!(covered, (start + length).div_euclid(MINUTE) * MINUTE - start.div_euclid(MINUTE) * MINUTE);
            for pair in all.windows(2) {
                prop_assert_eq!(pair[0].1.end, pair[1].1.start);
            }
        }
    }
}
