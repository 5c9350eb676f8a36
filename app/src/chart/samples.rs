//! Histories for the tests.

use super::{Chart, Scale};
use crate::model::{ElapsedView, HistoryPoint, ServiceHistoryView};
use crate::times::Zone;
use chrono::FixedOffset;

/// 25 November 2026, 00:00 in Berlin.
pub(super) const MIDNIGHT: i64 = 1_795_561_200_000;
pub(super) const MINUTE: i64 = 60_000;
pub(super) const HOUR: i64 = 60 * MINUTE;

/// In winter.
pub(super) fn berlin() -> Zone {
    Zone::fixed(FixedOffset::east_opt(3_600).unwrap())
}

/// An operational point of a minute, `minutes` after midnight, in which checks took about this many milliseconds.
pub(super) fn point(minutes: i64, milliseconds: u32) -> HistoryPoint {
    let elapsed = ElapsedView {
        p50: milliseconds * 1_000,
        p95: milliseconds * 1_500,
        p99: milliseconds * 2_000,
        maximum: milliseconds * 2_000,
    };
    let at = MIDNIGHT + minutes * MINUTE;
    HistoryPoint { at, checks: [2, 0, 0, 0], time: [60_000, 0, 0, 0], elapsed: Some(elapsed) }
}

/// A chart of ten minutes from midnight on.
pub(super) fn chart(points: Vec<HistoryPoint>) -> Chart {
    let (from, to) = (MIDNIGHT, MIDNIGHT + 10 * MINUTE);
    let history = ServiceHistoryView { from, to, step: MINUTE, points, ..ServiceHistoryView::default() };
    Chart { history, interval: 30_000, zone: berlin(), scale: Scale::Linear }
}
