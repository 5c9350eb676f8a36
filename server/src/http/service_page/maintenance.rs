//! Maintenance beside a chart.

use crate::http::Context;
use chrono::DateTime;
use model::ServiceSettings;
use std::ops::Range;
use storage::history_reader::Point;

/// When a service was under maintenance, in milliseconds since 1970: what is known exactly, and the points that contain maintenance of
/// which nothing else is left, because a user entered it or the configuration has changed since.
pub fn ranges(context: &Context, service: &ServiceSettings, time: &Range<i64>, points: &[Point], step: i64) -> Vec<(i64, i64)> {
    let instant = |at: i64| DateTime::from_timestamp_millis(at).unwrap_or_default().fixed_offset();
    let known = context.maintenance.ranges(&service.id, &service.group, &(instant(time.start)..instant(time.end)));
    let known = known.into_iter().map(|range| (range.start.timestamp_millis(), range.end.timestamp_millis()));
    with_points(known.collect(), time, points, step)
}

fn with_points(mut ranges: Vec<(i64, i64)>, time: &Range<i64>, points: &[Point], step: i64) -> Vec<(i64, i64)> {
    let maintained = points.iter().filter(|point| point.bucket.maintenance.iter().any(|time| *time > 0));
    let maintained = maintained.map(|point| (point.at.max(time.start), (point.at + step).min(time.end)));
    let unknown: Vec<_> = maintained.filter(|(from, to)| from < to && !overlaps(&ranges, *from, *to)).collect();
    ranges.extend(unknown);
    ranges.sort_unstable();
    let mut joined: Vec<(i64, i64)> = Vec::new();
    for (from, to) in ranges {
        match joined.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => joined.push((from, to)),
        }
    }
    joined
}

/// Whether one of these ranges, which are in order and do not overlap, has a part of this time.
fn overlaps(ranges: &[(i64, i64)], from: i64, to: i64) -> bool {
    let after = ranges.partition_point(|(_, end)| *end <= from);
    ranges.get(after).is_some_and(|(begin, _)| *begin < to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use history::Bucket;

    #[track_caller]
    fn check(known: &[(i64, i64)], maintained: &[i64], expected: &[(i64, i64)]) {
        let point = |at: &i64| Point { at: *at, bucket: Bucket { maintenance: [0, 0, 0, 1], ..Bucket::default() } };
        let points: Vec<_> = maintained.iter().map(point).chain([Point { at: 90, bucket: Bucket::default() }]).collect();
        assert_eq!(with_points(known.to_vec(), &(5..100), &points, 10), expected);
    }

    #[test]
    fn points_with_maintenance_add_what_is_not_known_exactly() {
        check(&[], &[], &[]);
        check(&[(12, 18)], &[10], &[(12, 18)]);
        check(&[(12, 18), (60, 80)], &[0, 10, 20, 30, 70], &[(5, 10), (12, 18), (20, 40), (60, 80)]);
    }
}
