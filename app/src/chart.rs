//! The chart of a service: its scales, its shapes, its texts, its keys. Pure.
//!
//! Shapes have no size in pixels: positions are parts of the width or the height, so that one drawing fits every screen.

mod curves;
mod cursor;
mod drawing;
mod lanes;
mod metric;
mod readout;
mod scale;
mod shades;
mod ticks;
mod window;

#[cfg(test)]
mod samples;

pub use cursor::{Cursor, Press, point_at, selection};
pub use drawing::Drawing;
pub use metric::{METRIC_HEIGHT, METRIC_WIDTH, MetricDrawing, metric_at, metric_x};
pub use readout::{Readout, table_rows};
pub use scale::{Scale, ValueScale};
pub use window::{PRESETS, Preset, Window, WrongRange, instant, points_for, time_in};

use crate::model::{HistoryPoint, ServiceHistoryView, State};
use crate::times::Zone;
use chrono::{DateTime, FixedOffset};

/// The history of a service with what the chart needs to know besides.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    pub history: ServiceHistoryView,
    /// The time between two checks, in milliseconds.
    pub interval: i64,
    /// The time zone of the texts.
    pub zone: Zone,
    pub scale: Scale,
}

impl Chart {
    /// Where a point is, from 0 at the left edge to 1 at the right edge. `None` when there is no such point.
    pub fn x_of(&self, place: usize) -> Option<f64> {
        self.history.points.get(place).map(|point| self.middle(point))
    }

    /// Where p50 and p95 of a point are, from 0 at the top to 1 at the bottom. `None` if nothing was measured.
    pub fn dots_of(&self, place: usize) -> Option<(f64, f64)> {
        let elapsed = self.history.points.get(place)?.elapsed?;
        let scale = ValueScale::of(self.scale, &self.history.points)?;
        Some((1.0 - scale.height(elapsed.p50), 1.0 - scale.height(elapsed.p95)))
    }

    /// The place of the point that contains this time or, in a gap, of the next one. `None` when there is none.
    pub fn place_of(&self, at: i64) -> Option<usize> {
        let next = self.history.points.partition_point(|point| point.at + self.history.step <= at);
        (next < self.history.points.len()).then_some(next)
    }

    /// Where a time is, from 0 at the left edge to 1 at the right edge.
    pub fn x(&self, at: i64) -> f64 {
        let length = (self.history.to - self.history.from).max(1);
        (at - self.history.from) as f64 / length as f64
    }

    /// The middle of a point.
    fn middle(&self, point: &HistoryPoint) -> f64 {
        self.x(point.at + self.history.step / 2).clamp(0.0, 1.0)
    }

    /// The longest time between the begins of two points that belong together, in milliseconds. A service may be checked more seldom
    /// than a point is wide, and one check may be late.
    fn reach(&self) -> i64 {
        (self.history.step + self.history.step / 2).max(self.interval * 2 + self.interval / 2)
    }

    fn time(&self, at: i64) -> Option<DateTime<FixedOffset>> {
        self.zone.instant(at)
    }
}

/// The states in the order of [`HistoryPoint`].
const STATES: [State; 4] = [State::Operational, State::Unhealthy, State::Down, State::Unknown];

/// The worst state of a point that lasted noticeably: for two percent of its time, or one of its checks when it has no time yet.
/// `None` without either.
fn state_of(point: &HistoryPoint) -> Option<State> {
    let all: u64 = point.time.iter().sum();
    let counts = |place: usize| if all > 0 { point.time[place] * 50 >= all } else { point.checks[place] > 0 };
    STATES.into_iter().enumerate().filter(|(place, _)| counts(*place)).map(|(_, state)| state).max()
}

/// Whether the state of a point was unknown most of the time.
fn is_unknown(point: &HistoryPoint) -> bool {
    let all: u64 = point.time.iter().sum();
    if all > 0 {
        point.time[3] * 2 > all
    } else {
        let checks: u64 = point.checks.iter().copied().map(u64::from).sum();
        u64::from(point.checks[3]) * 2 > checks
    }
}
