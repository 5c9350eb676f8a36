//! The response times as paths. A path ends where data are missing; a single point is a dot.

use super::{Chart, ValueScale};
use crate::model::{ElapsedView, HistoryPoint};
use std::fmt::Write;

/// The size of the drawing of the paths, which is stretched to the size of the chart.
pub(super) const WIDTH: f64 = 1_200.0;
pub(super) const HEIGHT: f64 = 240.0;

/// The paths of the response times.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Curves {
    /// The surface between p50 and p95.
    pub band: String,
    pub p50: String,
    pub p99: String,
}

/// A check that took longer than the scale shows.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Peak {
    /// From 0 to 1.
    pub x: f64,
    /// Microseconds.
    pub longest: u32,
}

impl Curves {
    pub fn of(chart: &Chart, scale: &ValueScale) -> Self {
        let mut curves = Self::default();
        for piece in pieces(chart) {
            let places = |value: fn(&ElapsedView) -> u32| {
                let place = move |(x, elapsed): &(f64, ElapsedView)| (x * WIDTH, (1.0 - scale.height(value(elapsed))) * HEIGHT);
                piece.iter().map(place).collect::<Vec<_>>()
            };
            let (p50, p95) = (places(|elapsed| elapsed.p50), places(|elapsed| elapsed.p95));
            line(&mut curves.p99, &places(|elapsed| elapsed.p99));
            line(&mut curves.p50, &p50);
            surface(&mut curves.band, &p50, &p95);
        }
        curves
    }
}

/// The points with measurements in pieces without a gap: where they are, and what was measured.
fn pieces(chart: &Chart) -> Vec<Vec<(f64, ElapsedView)>> {
    let mut pieces: Vec<Vec<(f64, ElapsedView)>> = Vec::new();
    let mut before: Option<&HistoryPoint> = None;
    for point in &chart.history.points {
        let Some(elapsed) = point.elapsed else {
            before = None;
            continue;
        };
        let place = (chart.middle(point), elapsed);
        let continues = before.is_some_and(|before| point.at - before.at <= chart.reach());
        match pieces.last_mut().filter(|_| continues) {
            Some(piece) => piece.push(place),
            None => pieces.push(vec![place]),
        }
        before = Some(point);
    }
    pieces
}

// Writing to a string cannot fail.
pub(super) fn line(path: &mut String, places: &[(f64, f64)]) {
    for (number, (x, y)) in places.iter().enumerate() {
        let command = if number == 0 { 'M' } else { 'L' };
        write!(path, "{command}{x:.1} {y:.1}").ok();
    }
    if places.len() == 1 {
        // A line of no length with round ends.
        path.push_str("h0");
    }
}

pub(super) fn surface(path: &mut String, lower: &[(f64, f64)], upper: &[(f64, f64)]) {
    if lower.len() < 2 {
        return;
    }
    line(path, upper);
    for (x, y) in lower.iter().rev() {
        write!(path, "L{x:.1} {y:.1}").ok();
    }
    path.push('Z');
}

/// Checks beyond the scale, the longest ones when there are many: marks must not cover each other.
pub(super) fn peaks(chart: &Chart, scale: &ValueScale) -> Vec<Peak> {
    /// The least distance between two marks, as a part of the width.
    const APART: f64 = 0.06;
    const MOST: usize = 12;
    let mut all: Vec<_> = chart
        .history
        .points
        .iter()
        .filter_map(|point| Some(Peak { x: chart.middle(point), longest: point.elapsed?.maximum }))
        .filter(|peak| scale.clips(peak.longest))
        .collect();
    all.sort_by_key(|peak| std::cmp::Reverse(peak.longest));
    let mut shown: Vec<Peak> = Vec::new();
    for peak in all {
        if shown.len() < MOST && shown.iter().all(|other| (other.x - peak.x).abs() >= APART) {
            shown.push(peak);
        }
    }
    shown.sort_by(|one, other| one.x.total_cmp(&other.x));
    shown
}

#[cfg(test)]
mod tests {
    use super::super::Scale;
    use super::super::samples::{chart, point};
    use super::*;

    fn curves(points: Vec<HistoryPoint>) -> Curves {
        let chart = chart(points);
        Curves::of(&chart, &ValueScale::of(Scale::Linear, &chart.history.points).unwrap())
    }

    #[test]
    fn paths_end_at_gaps_and_a_lonely_point_is_a_dot() {
        let curves = curves(vec![point(0, 100), point(1, 100), point(5, 100)]);
        assert_eq!(curves.p50, "M60.0 144.0L180.0 144.0M660.0 144.0h0");
        assert_eq!(curves.band, "M60.0 96.0L180.0 96.0L180.0 144.0L60.0 144.0Z");
    }

    #[test]
    fn a_point_without_measurement_is_a_gap() {
        let nothing = HistoryPoint { elapsed: None, ..point(1, 0) };
        let curves = curves(vec![point(0, 100), nothing, point(2, 100)]);
        assert_eq!(curves.p50, "M60.0 144.0h0M300.0 144.0h0");
    }

    #[test]
    fn checks_that_are_rarer_than_points_belong_together() {
        let mut rare = chart(vec![point(0, 100), point(5, 100)]);
        rare.interval = 300_000;
        let scale = ValueScale::of(Scale::Linear, &rare.history.points).unwrap();
        assert_eq!(Curves::of(&rare, &scale).p50, "M60.0 144.0L660.0 144.0");
    }

    #[test]
    fn peaks_beyond_the_scale_have_their_value() {
        let mut points: Vec<_> = (0..10).map(|minute| point(minute, 100)).collect();
        for (place, longest) in [(2, 4_200_000), (3, 900_000), (8, 1_900_000), (9, 251_000)] {
            points[place].checks = [200, 0, 0, 0];
            points[place].elapsed = points[place].elapsed.map(|elapsed| ElapsedView { maximum: longest, ..elapsed });
        }
        let chart = chart(points);
        let scale = ValueScale::of(Scale::Linear, &chart.history.points).unwrap();
        let longest: Vec<_> = peaks(&chart, &scale).into_iter().map(|peak| peak.longest).collect();
        assert_eq!(longest, [4_200_000, 900_000, 1_900_000, 251_000]);
    }
}
