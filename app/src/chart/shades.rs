//! Ranges behind the curves: not watched, unknown, maintenance.

use super::{Chart, is_unknown};
use crate::texts::{chart as texts, states};

/// Why a range is shaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shade {
    /// Without checks: Platus did not run, or did not know the service.
    NotWatched,
    /// Checks could not determine the state.
    Unknown,
    Maintenance,
}

impl Shade {
    pub fn label(self) -> &'static str {
        match self {
            Self::NotWatched => texts::not_watched(),
            Self::Unknown => states::unknown(),
            Self::Maintenance => texts::maintenance(),
        }
    }

    /// The name in the style sheet.
    pub const fn class(self) -> &'static str {
        match self {
            Self::NotWatched => "not-watched",
            Self::Unknown => "unknown",
            Self::Maintenance => "maintenance",
        }
    }
}

/// A shaded range, from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Shaded {
    pub shade: Shade,
    pub from: f64,
    pub to: f64,
}

/// All shaded ranges: those of the lowest layer first.
pub(super) fn shades(chart: &Chart) -> Vec<Shaded> {
    let shaded = |shade, ranges: Vec<(i64, i64)>| {
        let part = move |(from, to): (i64, i64)| Shaded { shade, from: chart.x(from), to: chart.x(to) };
        ranges.into_iter().map(part).collect::<Vec<_>>()
    };
    let mut all = shaded(Shade::Maintenance, maintenance(chart));
    all.extend(shaded(Shade::NotWatched, not_watched(chart)));
    all.extend(shaded(Shade::Unknown, unknown(chart)));
    all
}

/// The times between points that are too far apart, in milliseconds since 1970.
pub(super) fn not_watched(chart: &Chart) -> Vec<(i64, i64)> {
    let history = &chart.history;
    let mut gaps = Vec::new();
    let mut end = history.from;
    for point in &history.points {
        if point.at - end > chart.reach() - history.step {
            gaps.push((end, point.at));
        }
        end = end.max(point.at + history.step);
    }
    if history.to - end > chart.reach() {
        gaps.push((end, history.to));
    }
    gaps
}

fn unknown(chart: &Chart) -> Vec<(i64, i64)> {
    let mut ranges: Vec<(i64, i64)> = Vec::new();
    for point in chart.history.points.iter().filter(|point| is_unknown(point)) {
        let end = (point.at + chart.history.step).min(chart.history.to);
        match ranges.last_mut().filter(|(_, last)| point.at - *last <= chart.reach() - chart.history.step) {
            Some((_, last)) => *last = end,
            None => ranges.push((point.at.max(chart.history.from), end)),
        }
    }
    ranges
}

fn maintenance(chart: &Chart) -> Vec<(i64, i64)> {
    let (from, to) = (chart.history.from, chart.history.to);
    let mut ranges: Vec<(i64, i64)> = Vec::new();
    for (begin, end) in chart.history.maintenance.iter().map(|(begin, end)| ((*begin).max(from), (*end).min(to))) {
        match ranges.last_mut().filter(|(_, last)| begin <= *last) {
            // Patterns over one another would look like another one.
            Some((_, last)) => *last = end.max(*last),
            None if begin < end => ranges.push((begin, end)),
            None => {}
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::super::samples::{MIDNIGHT, MINUTE, chart, point};
    use super::*;

    fn ranges(chart: &Chart) -> Vec<(&'static str, f64, f64)> {
        let tenths = |part: f64| (part * 100.0).round() / 10.0;
        shades(chart).into_iter().map(|shaded| (shaded.shade.label(), tenths(shaded.from), tenths(shaded.to))).collect()
    }

    #[test]
    fn times_without_checks_are_not_watched() {
        let all: Vec<_> = (0..10).map(|minute| point(minute, 9)).collect();
        assert_eq!(ranges(&chart(all.clone())), []);
        assert_eq!(ranges(&chart([&all[..2], &all[6..9]].concat())), [("not watched", 2.0, 6.0)]);
        assert_eq!(ranges(&chart(all[4..6].to_vec())), [("not watched", 0.0, 4.0), ("not watched", 6.0, 10.0)]);
        assert_eq!(ranges(&chart(Vec::new())), [("not watched", 0.0, 10.0)]);
    }

    #[test]
    fn unknown_points_become_one_range() {
        let mut points: Vec<_> = (0..10).map(|minute| point(minute, 9)).collect();
        points[3].time = [10_000, 0, 0, 50_000];
        points[4].time = [0, 0, 0, 60_000];
        points[8].time = [50_000, 0, 0, 10_000];
        assert_eq!(ranges(&chart(points)), [("unknown", 3.0, 5.0)]);
    }

    #[test]
    fn maintenance_is_cut_to_the_range_and_joined() {
        let mut chart = chart((0..10).map(|minute| point(minute, 9)).collect());
        let minutes = |from: i64, to: i64| (MIDNIGHT + from * MINUTE, MIDNIGHT + to * MINUTE);
        chart.history.maintenance = vec![minutes(-9, -5), minutes(-5, 2), minutes(1, 3), minutes(9, 99)];
        assert_eq!(ranges(&chart), [("maintenance", 0.0, 3.0), ("maintenance", 9.0, 10.0)]);
    }
}
