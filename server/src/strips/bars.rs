//! What history comes to in bars.

use chrono::{DateTime, FixedOffset, TimeDelta};
use history::{Bucket, index};
use model::{NodeKey, State, UptimeBar, letter};
use storage::history_reader::Point;

/// How many bars there are.
pub const BARS: usize = 48;

/// Seconds from one bar to the next.
pub const STEP: u32 = 1_800;

const STEP_MILLISECONDS: i64 = STEP as i64 * 1_000;

/// A state has to last for this part of what is known of a bar to be seen in it: half a minute of half an hour.
const NOTICEABLE: u64 = 60;

/// Where the first bar begins, so that the last is the half hour of now.
pub fn beginning(now: DateTime<FixedOffset>) -> DateTime<FixedOffset> {
    let into = now.timestamp_millis().rem_euclid(STEP_MILLISECONDS);
    now - TimeDelta::milliseconds(into + STEP_MILLISECONDS * (BARS as i64 - 1))
}

/// Where the last bar ends.
pub fn end(from: DateTime<FixedOffset>) -> DateTime<FixedOffset> {
    from + TimeDelta::milliseconds(STEP_MILLISECONDS * BARS as i64)
}

/// The bars of a node from `from` on, given points that are `step` apart, both in milliseconds. Points longer than a bar, of a
/// history that is not kept any finer, fill several.
pub fn strip(key: NodeKey, points: &[Point], step: i64, from: i64) -> UptimeBar {
    let mut states = [None; BARS];
    let mut elapsed = [None; BARS];
    let mut whole = Bucket::default();
    for Point { at, bucket } in points {
        let first = (at - from).div_euclid(STEP_MILLISECONDS);
        let end = (at + step - from + STEP_MILLISECONDS - 1).div_euclid(STEP_MILLISECONDS);
        for bar in (first.max(0)..end).filter_map(|bar| usize::try_from(bar).ok()).filter(|bar| *bar < BARS) {
            states[bar] = worst(bucket);
            elapsed[bar] = bucket.elapsed.as_ref().map(|elapsed| three_figures(elapsed.average()));
        }
        for (sum, added) in whole.time.iter_mut().zip(bucket.time).chain(whole.maintenance.iter_mut().zip(bucket.maintenance)) {
            *sum = sum.saturating_add(added);
        }
    }
    let is_measured = elapsed.iter().any(Option::is_some);
    UptimeBar {
        key,
        states: states.into_iter().map(letter).collect(),
        time: State::BY_URGENCY.map(|state| seconds(whole.time_in(state, true))),
        elapsed: if is_measured { elapsed.to_vec() } else { Vec::new() },
    }
}

/// The worst state that lasted noticeably, or, where no time is known yet, that a check found.
fn worst(bucket: &Bucket) -> Option<State> {
    let time = |state| bucket.time_in(state, true);
    let known: u64 = State::BY_URGENCY.into_iter().map(time).sum();
    let lasted = |state: &State| time(*state) > 0 && time(*state).saturating_mul(NOTICEABLE) >= known;
    let found = |state: &State| bucket.checks[index(*state)] > 0;
    State::BY_URGENCY.into_iter().find(lasted).or_else(|| State::BY_URGENCY.into_iter().find(found))
}

/// What lasted at all lasted a second.
fn seconds(milliseconds: u64) -> u32 {
    let rounded = (milliseconds + 500) / 1_000;
    u32::try_from(rounded.max(u64::from(milliseconds > 0))).unwrap_or(u32::MAX)
}

/// More figures cannot be seen, and cost bytes.
fn three_figures(number: u32) -> u32 {
    let mut unit = 1;
    while number / unit >= 1_000 {
        unit *= 10;
    }
    number / unit * unit
}

#[cfg(test)]
mod tests {
    use super::*;
    use State::{Down, Operational, Unhealthy, Unknown};
    use chrono::DateTime;
    use model::ServiceId;

    fn key() -> NodeKey {
        NodeKey { service: ServiceId::new("shop"), node: "a".to_owned() }
    }

    fn bucket(times: &[(State, u64)]) -> Bucket {
        let mut bucket = Bucket::default();
        for (state, seconds) in times {
            bucket.add_time(*state, seconds * 1_000, false);
        }
        bucket
    }

    #[test]
    fn the_last_bar_is_that_of_now() {
        for (now, first) in [
            ("2026-07-30T16:00:00+02:00", "2026-07-29T16:30:00+02:00"),
            ("2026-07-30T16:29:59.999+02:00", "2026-07-29T16:30:00+02:00"),
            ("2026-07-30T16:30:00+05:30", "2026-07-29T17:00:00+05:30"),
        ] {
            let now = DateTime::parse_from_rfc3339(now).unwrap();
            let from = beginning(now);
            assert_eq!(from.to_rfc3339(), first);
            assert_eq!((from.offset(), end(from) - from), (now.offset(), TimeDelta::days(1)));
            assert!(end(from) > now);
        }
    }

    #[test]
    fn a_bar_has_the_worst_state_that_lasted_noticeably() {
        for (times, expected) in [
            (&[][..], None),
            (&[(Operational, 1_800)], Some(Operational)),
            (&[(Operational, 1_770), (Down, 30)], Some(Down)),
            (&[(Operational, 1_771), (Down, 29)], Some(Operational)),
            (&[(Operational, 1_000), (Unhealthy, 700), (Down, 10)], Some(Unhealthy)),
            (&[(Operational, 900), (Unknown, 900)], Some(Unknown)),
            // Of a bar that has just begun, little is much.
            (&[(Operational, 50), (Down, 1)], Some(Down)),
        ] {
            assert_eq!(worst(&bucket(times)), expected, "{times:?}");
        }
        let mut first_check = Bucket::default();
        first_check.add_check(Unhealthy, None);
        assert_eq!(worst(&first_check), Some(Unhealthy));
    }

    #[test]
    fn points_become_bars_and_gaps_stay() {
        let mut measured = bucket(&[(Operational, 1_800)]);
        measured.add_check(Operational, Some(123_456));
        measured.add_check(Operational, Some(123_458));
        let points = [
            Point { at: 7_200_000, bucket: measured },
            Point { at: 7_200_000 + 2 * 1_800_000, bucket: bucket(&[(Down, 60), (Operational, 1_740)]) },
        ];
        let strip = strip(key(), &points, 1_800_000, 7_200_000);
        assert_eq!(strip.states, format!("o-d{}", "-".repeat(45)));
        assert_eq!(strip.time, [60, 0, 0, 3_540]);
        assert_eq!((strip.elapsed.len(), strip.elapsed[0], strip.elapsed[2]), (48, Some(123_000), None));
    }

    #[test]
    fn a_coarser_history_fills_several_bars_and_nothing_beyond_them() {
        let hour = |at: i64, state| Point { at, bucket: bucket(&[(state, 3_600)]) };
        // The time begins in the middle of an hour, and ends in one.
        let from = 1_800_000;
        let points = [hour(0, Down), hour(3_600_000, Operational), hour(24 * 3_600_000, Unhealthy)];
        let strip = strip(key(), &points, 3_600_000, from);
        assert_eq!(strip.states, format!("doo{}h", "-".repeat(44)));
        assert_eq!(strip.elapsed, []);
    }

    #[test]
    fn what_lasted_at_all_is_told_and_figures_are_cut() {
        assert_eq!([0, 1, 1_499, 1_500, 86_400_000].map(seconds), [0, 1, 1, 2, 86_400]);
        assert_eq!([0, 999, 1_234, 84_049, u32::MAX].map(three_figures), [0, 999, 1_230, 84_000, 4_290_000_000]);
    }
}
