//! The scale of the response times.

use super::ticks::nice_step;
use crate::format::with_mark;
use crate::model::HistoryPoint;

/// How response times are spread over the height.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scale {
    /// From zero to 1.25 × p99 of the range; longer ones are clipped.
    #[default]
    Linear,
    /// From the shortest to the longest.
    Logarithmic,
}

impl Scale {
    /// The scale with this name in the address.
    pub fn named(name: Option<&str>) -> Self {
        if name == Some("log") { Self::Logarithmic } else { Self::Linear }
    }
}

/// A scale for some points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ValueScale {
    scale: Scale,
    /// Microseconds.
    bottom: f64,
    /// Microseconds, more than `bottom`.
    pub top: f64,
}

/// About this many lines divide the height.
const LINES: f64 = 5.0;

impl ValueScale {
    /// `None` when nothing was measured.
    pub fn of(scale: Scale, points: &[HistoryPoint]) -> Option<Self> {
        let p99 = p99(points)?;
        match scale {
            Scale::Linear => {
                let top = (p99 * 1.25).max(1.0);
                let step = nice_step(top / LINES);
                Some(Self { scale, bottom: 0.0, top: (top / step).ceil() * step })
            }
            Scale::Logarithmic => {
                let elapsed = || points.iter().filter_map(|point| point.elapsed);
                let shortest = elapsed().map(|elapsed| elapsed.p50).min()?.max(1);
                let longest = elapsed().map(|elapsed| elapsed.maximum).max()?.max(1);
                let bottom = below(f64::from(shortest));
                Some(Self { scale, bottom, top: above(f64::from(longest)).max(bottom * 10.0) })
            }
        }
    }

    /// Where a response time is, from 0 at the bottom to 1 at the top. Longer ones are at the top.
    pub fn height(&self, microseconds: u32) -> f64 {
        let value = f64::from(microseconds);
        let part = match self.scale {
            Scale::Linear => value / self.top,
            Scale::Logarithmic => (value.max(self.bottom) / self.bottom).ln() / (self.top / self.bottom).ln(),
        };
        part.clamp(0.0, 1.0)
    }

    /// Whether a response time is beyond the scale.
    pub fn clips(&self, microseconds: u32) -> bool {
        f64::from(microseconds) > self.top
    }

    /// The lines of the scale in microseconds, from the bottom to the top.
    pub fn lines(&self) -> Vec<f64> {
        match self.scale {
            Scale::Linear => {
                let step = nice_step(self.top / LINES);
                let count = (self.top / step).round() as u32;
                (0..=count).map(|line| f64::from(line) * step).collect()
            }
            Scale::Logarithmic => {
                let mut lines = vec![self.bottom];
                let mut next = self.bottom;
                while next < self.top {
                    next = above(next * 1.01);
                    lines.push(next);
                }
                lines
            }
        }
    }

    /// The lines with their texts: numbers of one unit, which the highest one names.
    pub fn labels(&self) -> Vec<(f64, String)> {
        let lines = self.lines();
        let last = lines.len().saturating_sub(1);
        let (divisor, unit) = match self.top {
            top if top >= 2_000_000.0 => (1_000_000.0, "s"),
            top if top >= 1_000.0 => (1_000.0, "ms"),
            _ => (1.0, "µs"),
        };
        let label = |(place, line): (usize, f64)| {
            let text = number(line / divisor);
            (line, if place == last { format!("{text} {unit}") } else { text })
        };
        lines.into_iter().enumerate().map(label).collect()
    }
}

/// A number with at most three decimal places.
fn number(value: f64) -> String {
    let thousandths = (value * 1_000.0).round() as i64;
    let (whole, rest) = (thousandths / 1_000, thousandths % 1_000);
    if rest == 0 {
        return whole.to_string();
    }
    let rest = format!("{rest:03}");
    with_mark(&format!("{whole}.{}", rest.trim_end_matches('0')))
}

/// An estimate of the duration in microseconds that one percent of all checks exceed. Percentiles cannot be averaged; each point says
/// which share of its checks is below which duration.
fn p99(points: &[HistoryPoint]) -> Option<f64> {
    let mut shares: Vec<(u32, f64)> = Vec::new();
    for point in points {
        let Some(elapsed) = point.elapsed else { continue };
        let checks = f64::from(point.checks.iter().fold(0_u32, |sum, count| sum.saturating_add(*count)).max(1));
        let of_point = [(elapsed.p50, 0.5), (elapsed.p95, 0.45), (elapsed.p99, 0.04), (elapsed.maximum, 0.01)];
        shares.extend(of_point.map(|(value, share)| (value, share * checks)));
    }
    shares.sort_by_key(|(value, _)| *value);
    let all: f64 = shares.iter().map(|(_, share)| share).sum();
    let mut below = 0.0;
    let reaches = |(value, share): &(u32, f64)| {
        below += share;
        // A rounding error must not lead to the next value.
        (below >= all * 0.989_999).then_some(f64::from(*value))
    };
    shares.iter().find_map(reaches)
}

/// The next of 1, 2, 5, 10, 20, 50… that is not below `value`.
fn above(value: f64) -> f64 {
    let power = 10_f64.powf(value.log10().floor());
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|digit| digit * power).find(|step| *step >= value * 0.999_999).unwrap_or(power * 10.0)
}

/// The next of 1, 2, 5, 10, 20, 50… that is not above `value`.
fn below(value: f64) -> f64 {
    let power = 10_f64.powf(value.log10().floor());
    [5.0, 2.0].into_iter().map(|digit| digit * power).find(|step| *step <= value * 1.000_001).unwrap_or(power)
}

#[cfg(test)]
mod tests {
    use super::super::samples::point;
    use super::*;
    use crate::language::{Language, in_language};

    fn labels(scale: ValueScale) -> Vec<String> {
        scale.labels().into_iter().map(|(_, label)| label).collect()
    }

    #[test]
    fn a_linear_scale_begins_at_zero_and_ends_above_the_p99() {
        // p99 is 200 ms: 1.25 × 200 ms are 250 ms.
        let scale = ValueScale::of(Scale::Linear, &[point(0, 100)]).unwrap();
        assert_eq!(labels(scale), ["0", "50", "100", "150", "200", "250 ms"]);
        assert_eq!((scale.height(0), scale.height(125_000), scale.height(900_000)), (0.0, 0.5, 1.0));
        assert!(scale.clips(250_001) && !scale.clips(250_000));
    }

    #[test]
    fn a_rare_peak_does_not_flatten_the_chart() {
        let mut points: Vec<_> = (0..300).map(|minute| point(minute, 100)).collect();
        points[7] = point(7, 4_000);
        let scale = ValueScale::of(Scale::Linear, &points).unwrap();
        assert_eq!(scale.top, 250_000.0);
    }

    #[test]
    fn a_logarithmic_scale_has_all_values() {
        let scale = ValueScale::of(Scale::Logarithmic, &[point(0, 30), point(1, 4_000)]).unwrap();
        let in_french = in_language(Language::French, || labels(scale));
        assert_eq!(in_french[2..5], ["0,1", "0,2", "0,5"]);
        assert_eq!(labels(scale), ["0.02", "0.05", "0.1", "0.2", "0.5", "1", "2", "5", "10 s"]);
        assert!(!scale.clips(8_000_000));
        let (low, middle, high) = (scale.height(20_000), scale.height(447_214), scale.height(10_000_000));
        assert!(low == 0.0 && (middle - 0.5).abs() < 1e-4 && high == 1.0, "{low} {middle} {high}");
    }

    #[test]
    fn very_short_times_have_their_own_unit() {
        let mut short = point(0, 1);
        short.elapsed = Some(crate::model::ElapsedView { p50: 40, p95: 60, p99: 80, maximum: 90 });
        assert_eq!(labels(ValueScale::of(Scale::Linear, &[short]).unwrap()), ["0", "20", "40", "60", "80", "100 µs"]);
    }

    #[test]
    fn without_measurements_there_is_no_scale() {
        let nothing = HistoryPoint { elapsed: None, ..point(0, 1) };
        for scale in [Scale::Linear, Scale::Logarithmic] {
            assert_eq!(ValueScale::of(scale, std::slice::from_ref(&nothing)), None);
        }
    }
}
