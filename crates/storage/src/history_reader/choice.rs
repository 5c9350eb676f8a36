//! Chooses the tier for a query: the coarsest that is fine enough and still kept.

use history::{Retention, Tier};

/// Most buckets that are read for one node. A finer tier would be more exact, but too slow.
const MOST_BUCKETS: i64 = 20_000;

/// The tier for points that are `step` milliseconds apart from `from` to `to`.
pub fn tier(from: i64, to: i64, step: i64, now: i64, retention: &Retention) -> Tier {
    let coarse_first = [(Tier::Day, 86_400_000), (Tier::Hour, 3_600_000), (Tier::Minute, 60_000)];
    let is_fine_enough = |bucket: i64| bucket <= step;
    let is_kept = |tier: Tier| retention.horizon(tier, now) <= from;
    let is_quick = |bucket: i64| (to - from) / bucket <= MOST_BUCKETS;

    let wanted = coarse_first.iter().position(|(_, bucket)| is_fine_enough(*bucket)).unwrap_or(2);
    // Where the wanted tier is no longer kept, the next coarser one has data.
    let affordable = (0..=wanted).rev().find(|index| is_kept(coarse_first[*index].0) && is_quick(coarse_first[*index].1));
    coarse_first[affordable.unwrap_or(0)].0
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000;
    const HOUR: i64 = 60 * MINUTE;
    const DAY: i64 = 24 * HOUR;

    #[track_caller]
    fn check(age: i64, length: i64, points: i64, expected: Tier) {
        let now = 1_000 * DAY;
        let from = now - age;
        assert_eq!(tier(from, from + length, length / points, now, &Retention::default()), expected);
    }

    #[test]
    fn the_coarsest_tier_that_is_fine_enough_answers() {
        check(90 * DAY, 90 * DAY, 90, Tier::Day);
        check(90 * DAY, 90 * DAY, 91, Tier::Hour);
        check(DAY, DAY, 24, Tier::Hour);
        check(DAY, DAY, 100, Tier::Minute);
        check(HOUR, HOUR, 3600, Tier::Minute);
    }

    #[test]
    fn what_is_kept_no_longer_is_answered_more_coarsely() {
        check(20 * DAY, DAY, 1440, Tier::Hour);
        check(500 * DAY, DAY, 24, Tier::Day);
    }

    #[test]
    fn no_query_reads_a_million_buckets() {
        check(400 * DAY, 400 * DAY, 2_000, Tier::Hour);
        check(14 * DAY, 14 * DAY, 1_000, Tier::Hour);
    }
}
