//! The metrics of a service over a range, as the page draws them.

use history::MetricBucket;
use model::{MetricHistoryView, MetricPoint};
use storage::history_reader::MetricSeries;

/// The most points: the charts are small.
pub(super) const METRIC_POINTS: u32 = 120;

/// The most charts.
const MOST_METRICS: usize = 16;

/// The metrics of all nodes together.
pub(super) fn views(series: &MetricSeries) -> Vec<MetricHistoryView> {
    let point = |(at, bucket): (i64, MetricBucket)| {
        let MetricBucket { minimum, mean, maximum, .. } = bucket;
        MetricPoint { at, minimum, mean, maximum }
    };
    let merged = series.merged().into_iter().take(MOST_METRICS);
    merged
        .map(|(key, buckets)| MetricHistoryView {
            name: key.name,
            unit: key.unit,
            points: buckets.into_iter().map(point).collect(),
        })
        .collect()
}
