//! Makes uptime bars from history.

use chrono::{DateTime, FixedOffset, TimeDelta};
use history::{Bucket, index};
use model::{NodeKey, State, UptimeBar, letter};
use storage::history_reader::Point;

/// How much time the bars show, and in how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub bars: u32,
    /// Seconds from one bar to the next.
    pub step: u32,
}

/// A day in half hours.
pub const DAY: Span = Span { bars: 48, step: 1_800 };

/// An hour in minutes.
pub const HOUR: Span = Span { bars: 60, step: 60 };

/// While all history is younger than this, in milliseconds, an hour shows more of it than a day: of a day it would fill less than a quarter.
const YOUNG: i64 = 6 * 3_600_000;

/// A state has to last for this part of what is known of a bar to be seen in it: half a minute of half an hour, a second of a minute.
const NOTICEABLE: u64 = 60;

/// Whether history that begins at `first` is too young for a day, both in milliseconds since 1970. Without history it is not: there is
/// nothing to show.
pub fn is_young(first: Option<i64>, now: i64) -> bool {
    first.is_some_and(|first| first > now - YOUNG)
}

impl Span {
    fn step_milliseconds(self) -> i64 {
        i64::from(self.step) * 1_000
    }

    /// Where the first bar begins, so that the last is the one of now.
    pub fn beginning(self, now: DateTime<FixedOffset>) -> DateTime<FixedOffset> {
        let step = self.step_milliseconds();
        let into = now.timestamp_millis().rem_euclid(step);
        now - TimeDelta::milliseconds(into + step * (i64::from(self.bars) - 1))
    }

    /// Where the last bar ends.
    pub fn end(self, from: DateTime<FixedOffset>) -> DateTime<FixedOffset> {
        from + TimeDelta::milliseconds(self.step_milliseconds() * i64::from(self.bars))
    }

    /// The bars of a node from `from` on, given points that are `step` apart, both in milliseconds. Points longer than a bar, of a
    /// history that is not kept any finer, fill several.
    pub fn strip(self, key: NodeKey, points: &[Point], step: i64, from: i64) -> UptimeBar {
        let (bars, length) = (usize::try_from(self.bars).unwrap_or_default(), self.step_milliseconds());
        let mut states = vec![None; bars];
        let mut elapsed = vec![None; bars];
        let mut whole = Bucket::default();
        for Point { at, bucket } in points {
            let first = (at - from).div_euclid(length);
            let end = (at + step - from + length - 1).div_euclid(length);
            for bar in (first.max(0)..end).filter_map(|bar| usize::try_from(bar).ok()).filter(|bar| *bar < bars) {
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
            elapsed: if is_measured { elapsed } else { Vec::new() },
        }
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

/// Whole seconds. Any time above zero is at least one second.
fn seconds(milliseconds: u64) -> u32 {
    let rounded = (milliseconds + 500) / 1_000;
    u32::try_from(rounded.max(u64::from(milliseconds > 0))).unwrap_or(u32::MAX)
}

/// Rounded down to three figures. More are not visible, and cost bytes.
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
            let from = DAY.beginning(now);
            assert_eq!(from.to_rfc3339(), first);
            assert_eq!((from.offset(), DAY.end(from) - from), (now.offset(), TimeDelta::days(1)));
            assert!(DAY.end(from) > now);
        }
        let now = DateTime::parse_from_rfc3339("2026-07-30T16:29:59.999+02:00").unwrap();
        let from = HOUR.beginning(now);
        assert_eq!((from.to_rfc3339().as_str(), HOUR.end(from) - from), ("2026-07-30T15:30:00+02:00", TimeDelta::hours(1)));
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
        let strip = DAY.strip(key(), &points, 1_800_000, 7_200_000);
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
        let strip = DAY.strip(key(), &points, 3_600_000, from);
        assert_eq!(strip.states, format!("doo{}h", "-".repeat(44)));
        assert_eq!(strip.elapsed, []);
    }

    #[test]
    fn the_bars_of_a_new_installation_show_an_hour_until_it_has_six() {
        let now = 1_000 * 3_600_000;
        let hours = |hours: i64| Some(now - hours * 3_600_000);
        assert_eq!(
            [None, hours(0), hours(5), hours(6), hours(900)].map(|first| is_young(first, now)),
            [false, true, true, false, false]
        );
    }

    #[test]
    fn an_hour_has_a_bar_for_each_minute() {
        let minute = |at: i64, state| Point { at, bucket: bucket(&[(state, 60)]) };
        let points = [minute(0, Operational), minute(60_000, Down), minute(59 * 60_000, Operational)];
        let strip = HOUR.strip(key(), &points, 60_000, 0);
        assert_eq!(strip.states, format!("od{}o", "-".repeat(57)));
        assert_eq!(strip.time, [60, 0, 0, 120]);
    }

    #[test]
    fn every_duration_counts_and_figures_are_rounded_down() {
        assert_eq!([0, 1, 1_499, 1_500, 86_400_000].map(seconds), [0, 1, 1, 2, 86_400]);
        assert_eq!([0, 999, 1_234, 84_049, u32::MAX].map(three_figures), [0, 999, 1_230, 84_000, 4_290_000_000]);
    }
}
