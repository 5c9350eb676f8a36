//! The small chart of a metric, on the same time axis as the chart of the service.

use super::curves::{line, surface};
use crate::model::{MetricHistoryView, MetricPoint, ServiceHistoryView};

/// The size of the drawing, which is stretched to the size of the chart.
pub const METRIC_WIDTH: f64 = 300.0;
pub const METRIC_HEIGHT: f64 = 60.0;

/// A metric as paths.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MetricDrawing {
    /// The means.
    pub line: String,
    /// The surface from the lowest to the highest values.
    pub band: String,
    /// Of the whole range.
    pub lowest: f32,
    pub highest: f32,
    /// The values at the lower and the upper edge.
    scale: (f64, f64),
}

impl MetricDrawing {
    /// `interval` is the time between two checks, in milliseconds.
    pub fn of(history: &ServiceHistoryView, metric: &MetricHistoryView, interval: i64) -> Self {
        let values = || metric.points.iter();
        let lowest = values().map(|point| point.minimum).fold(f32::INFINITY, f32::min);
        let highest = values().map(|point| point.maximum).fold(f32::NEG_INFINITY, f32::max);
        if lowest > highest {
            return Self::default();
        }
        let scale = scale(f64::from(lowest), f64::from(highest));
        let mut drawing = Self { lowest, highest, scale, ..Self::default() };
        for piece in pieces(history, metric, interval) {
            let places = |value: fn(&MetricPoint) -> f32| -> Vec<(f64, f64)> {
                let y = |point: &MetricPoint| height(f64::from(value(point)), scale);
                piece.iter().map(|point| (metric_x(history, point.at) * METRIC_WIDTH, y(point))).collect()
            };
            line(&mut drawing.line, &places(|point| point.mean));
            surface(&mut drawing.band, &places(|point| point.minimum), &places(|point| point.maximum));
        }
        drawing
    }

    /// The line of a limit through the whole drawing, if it fits in the scale.
    pub fn limit(&self, value: f64) -> Option<String> {
        let (bottom, top) = self.scale;
        (bottom < top && bottom <= value && value <= top).then(|| format!("M0 {:.1}H{METRIC_WIDTH}", height(value, self.scale)))
    }
}

/// Where a value is, from the upper edge.
fn height(value: f64, (bottom, top): (f64, f64)) -> f64 {
    (1.0 - (value - bottom) / (top - bottom)) * METRIC_HEIGHT
}

/// The point of a metric at a time: the one that contains it.
pub fn metric_at(history: &ServiceHistoryView, metric: &MetricHistoryView, at: i64) -> Option<MetricPoint> {
    let next = metric.points.partition_point(|point| point.at + history.metric_step <= at);
    metric.points.get(next).filter(|point| point.at <= at).copied()
}

/// Where the middle of a point is, from 0 at the left edge to 1 at the right edge.
pub fn metric_x(history: &ServiceHistoryView, at: i64) -> f64 {
    let length = (history.to - history.from).max(1) as f64;
    ((at + history.metric_step / 2 - history.from) as f64 / length).clamp(0.0, 1.0)
}

/// From zero, if that is near; a constant value is in the middle.
fn scale(lowest: f64, highest: f64) -> (f64, f64) {
    if lowest == highest {
        // One more is the same number if it is large.
        let margin = (lowest.abs() / 10.0).max(1.0);
        return (lowest - margin, highest + margin);
    }
    let is_near_zero = lowest >= 0.0 && lowest <= highest / 2.0;
    (if is_near_zero { 0.0 } else { lowest }, highest)
}

/// The points in pieces without a gap. A service may be checked more seldom than a point is wide, and one check may be late.
fn pieces<'a>(history: &ServiceHistoryView, metric: &'a MetricHistoryView, interval: i64) -> Vec<&'a [MetricPoint]> {
    let step = history.metric_step;
    let reach = (step + step / 2).max(interval * 2 + interval / 2);
    metric.points.chunk_by(|before, point| point.at - before.at <= reach).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history() -> ServiceHistoryView {
        ServiceHistoryView { from: 0, to: 600_000, metric_step: 60_000, ..ServiceHistoryView::default() }
    }

    /// Minute, lowest, mean and highest value.
    fn metric(points: &[(i64, f32, f32, f32)]) -> MetricHistoryView {
        let point = |&(minute, minimum, mean, maximum): &_| MetricPoint { at: minute * 60_000, minimum, mean, maximum };
        MetricHistoryView { name: "load".to_owned(), unit: String::new(), points: points.iter().map(point).collect() }
    }

    #[test]
    fn a_constant_value_is_in_the_middle_however_large_it_is() {
        for value in [0.0, -7.0, 1e16, f32::MAX, f32::MIN] {
            let drawing = MetricDrawing::of(&history(), &metric(&[(0, value, value, value), (1, value, value, value)]), 60_000);
            assert!(drawing.line.ends_with(" 30") || drawing.line.contains("30.0"), "{value}: {}", drawing.line);
            assert!(!drawing.line.contains("NaN") && !drawing.band.contains("NaN"), "{value}: {drawing:?}");
        }
    }

    #[test]
    fn means_are_a_line_in_the_band_of_all_values_and_gaps_are_gaps() {
        let metric = metric(&[(0, 0.0, 5.0, 10.0), (1, 5.0, 5.0, 5.0), (7, 10.0, 10.0, 10.0)]);
        let drawing = MetricDrawing::of(&history(), &metric, 60_000);
        assert_eq!(drawing.line, "M15.0 30.0L45.0 30.0M225.0 0.0h0");
        assert_eq!(drawing.band, "M15.0 0.0L45.0 30.0L45.0 30.0L15.0 60.0Z");
        assert_eq!((drawing.lowest, drawing.highest), (0.0, 10.0));
        // Checks that are as rare as that belong together.
        assert_eq!(MetricDrawing::of(&history(), &metric, 360_000).line.matches('M').count(), 1);
    }

    #[test]
    fn a_constant_value_is_in_the_middle_and_no_value_is_nothing() {
        let constant = metric(&[(0, 7.0, 7.0, 7.0), (1, 7.0, 7.0, 7.0)]);
        assert_eq!(MetricDrawing::of(&history(), &constant, 60_000).line, "M15.0 30.0L45.0 30.0");
        assert_eq!(MetricDrawing::of(&history(), &metric(&[]), 60_000), MetricDrawing::default());
    }

    #[test]
    fn a_limit_is_a_line_where_it_fits_in_the_scale() {
        let drawing = MetricDrawing::of(&history(), &metric(&[(0, 0.0, 5.0, 20.0)]), 60_000);
        let limits = [-1.0, 0.0, 5.0, 20.0, 20.1].map(|value| drawing.limit(value));
        assert_eq!(
            limits.each_ref().map(Option::as_deref),
            [None, Some("M0 60.0H300"), Some("M0 45.0H300"), Some("M0 0.0H300"), None]
        );
        assert_eq!(MetricDrawing::default().limit(0.0), None);
    }

    #[test]
    fn values_far_from_zero_fill_the_height() {
        assert_eq!(scale(90.0, 100.0), (90.0, 100.0));
        assert_eq!(scale(10.0, 100.0), (0.0, 100.0));
        assert_eq!(scale(-10.0, 100.0), (-10.0, 100.0));
    }

    #[test]
    fn a_time_has_the_point_that_contains_it() {
        let (history, metric) = (history(), metric(&[(1, 1.0, 1.0, 1.0), (5, 5.0, 5.0, 5.0)]));
        let mean = |at| metric_at(&history, &metric, at).map(|point| point.mean);
        assert_eq!(
            [59_999, 60_000, 119_999, 120_000, 300_001, 999_999].map(mean),
            [None, Some(1.0), Some(1.0), None, Some(5.0), None]
        );
    }
}
