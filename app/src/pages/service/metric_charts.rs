//! The metrics of the range, as small charts on the time axis of the chart above.

use super::answers::History;
use super::chart_cursor::ChartCursor;
use super::place::Place;
use super::text::{metric, moment};
use crate::chart::{METRIC_HEIGHT, METRIC_WIDTH, MetricDrawing, metric_at, metric_x};
use crate::erased::IntoAny;
use crate::model::{MetricHistoryView, ServiceHistoryView, ServiceView, Threshold};
use crate::texts::service_history as history_texts;
use crate::texts::service_metrics as texts;
use leptos::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub(super) fn metrics(history: History, view: ServiceView, place: Place) -> AnyView {
    // The part of the chart shows the error.
    let Ok(history) = history else { return ().into_any() };
    if history.metrics.is_empty() {
        return ().into_any();
    }
    let interval = (view.settings.interval * 1_000.0) as i64;
    let history = Arc::new(history);
    let chart = |number: usize| {
        let thresholds = history.metrics.get(number).map(|of_metric| thresholds(&view, &place, of_metric)).unwrap_or_default();
        small_chart(&history, number, interval, thresholds)
    };
    let charts = (0..history.metrics.len()).map(chart).collect_view();
    view! {
        <section class="card" id="metrics" aria-labelledby="metric-charts-heading">
            <header>
                <h2 id="metric-charts-heading">{texts::metrics_in_range()}</h2>
                <span class="note">{texts::mean_between_extremes()}</span>
            </header>
            <div class="small-charts inside">{charts}</div>
            <details class="numbers">
                <summary>{history_texts::numbers_as_table()}</summary>
                {table(&history, &place)}
            </details>
        </section>
    }
    .into_any()
}

/// The thresholds for warnings and for alarms.
type Thresholds = (Option<Threshold>, Option<Threshold>);

/// Those of the latest checks. None if the nodes have different ones: the chart has the values of all.
fn thresholds(view: &ServiceView, place: &Place, of_metric: &MetricHistoryView) -> Thresholds {
    let nodes = view.nodes.iter().filter(|node| place.node.as_ref().is_none_or(|only| *only == node.status.node));
    let latest = nodes.filter_map(|node| {
        let mut metrics = node.detail.as_ref()?.metrics.iter();
        let metric = metrics.find(|metric| (&metric.name, &metric.unit) == (&of_metric.name, &of_metric.unit))?;
        Some((metric.warning, metric.critical))
    });
    let all: Vec<Thresholds> = latest.collect();
    all.first().filter(|first| all.iter().all(|other| other == *first)).copied().unwrap_or_default()
}

/// The values of a metric with which its check is not content, as `written`. None for a threshold without limits.
fn values_of(threshold: Threshold, written: impl Fn(f64) -> String) -> Option<String> {
    let Threshold { min, max, inside } = threshold;
    let (min, max) = (min.map(&written), max.map(&written));
    // Plugins mean by `10` from 0 to 10: that it is no less than the least that there is says nothing.
    let has_lower = threshold.limits().next() == threshold.min;
    Some(match (inside, min.as_deref(), max.as_deref()) {
        (_, None, None) => return None,
        (false, Some(min), Some(max)) if has_lower => texts::outside(min, max),
        (false, _, Some(max)) => texts::above(max),
        (false, Some(min), None) => texts::below(min),
        (true, Some(min), Some(max)) => texts::within(min, max),
        (true, Some(min), None) => texts::at_or_above(min),
        (true, None, Some(max)) => texts::at_or_below(max),
    })
}

/// One metric: its latest value, or that at the cursor.
fn small_chart(history: &Arc<ServiceHistoryView>, number: usize, interval: i64, (warning, critical): Thresholds) -> AnyView {
    let Some(of_metric) = history.metrics.get(number) else { return ().into_any() };
    let cursor: ChartCursor = expect_context();
    let drawing = MetricDrawing::of(history, of_metric, interval);
    let written = {
        let unit = of_metric.unit.clone();
        move |value: f64| {
            let (number, unit) = metric(value, &unit);
            if unit.is_empty() { number } else { format!("{number} {unit}") }
        }
    };
    let limits = |threshold: Option<Threshold>| threshold.into_iter().flat_map(Threshold::limits).collect::<Vec<_>>();
    let limits = [("warning", limits(warning)), ("critical", limits(critical))];
    let lines: Vec<_> =
        limits.iter().flat_map(|(class, values)| values.iter().map(|value| (*class, drawing.limit(*value)))).collect();
    let lines = lines.into_iter().filter_map(|(class, line)| Some(view! { <path class=format!("limit {class}") d=line? /> }));
    let lines = lines.collect_view();
    let (lowest, highest) = (written(drawing.lowest.into()), written(drawing.highest.into()));
    let latest = of_metric.points.last().map(|point| written(point.mean.into())).unwrap_or_default();
    let label = texts::metric_from_to(&of_metric.name, &lowest, &highest, &latest);
    let notes: Vec<_> = [(warning, texts::warning as fn(&str) -> String), (critical, texts::critical)]
        .into_iter()
        .filter_map(|(threshold, text)| Some(text(&values_of(threshold?, &written)?)))
        .collect();
    let label = [label].into_iter().chain(notes.iter().cloned()).collect::<Vec<_>>().join("; ");
    let at_cursor = {
        let history = Arc::clone(history);
        move || metric_at(&history, history.metrics.get(number)?, cursor.time()?)
    };
    let value = {
        let at_cursor = at_cursor.clone();
        move || at_cursor().map_or_else(|| latest.clone(), |point| written(point.mean.into()))
    };
    let history = Arc::clone(history);
    let mark = move || {
        at_cursor().map(|point| {
            let left = format!("{:.2}%", metric_x(&history, point.at) * 100.0);
            view! { <i class="line" style:left=left></i> }
        })
    };
    view! {
        <figure>
            <figcaption>
                <span class="name">{of_metric.name.clone()}</span>
                <b>{value}</b>
            </figcaption>
            <div class="small-chart">
                <svg viewBox=format!("0 0 {METRIC_WIDTH} {METRIC_HEIGHT}") preserveAspectRatio="none" role="img" aria-label=label>
                    <path class="band" d=drawing.band />
                    {lines}
                    <path class="mean" d=drawing.line />
                </svg>
                {mark}
            </div>
            <p class="note">{[texts::from_to(&lowest, &highest)].into_iter().chain(notes).collect::<Vec<_>>().join("; ")}</p>
        </figure>
    }
    .into_any()
}

/// The means of all metrics by time.
fn table(history: &ServiceHistoryView, place: &Place) -> AnyView {
    let heads = history.metrics.iter().map(|MetricHistoryView { name, unit, .. }| {
        let unit = (!unit.is_empty()).then(|| format!(" ({unit})"));
        view! { <th scope="col">{name.clone()} {unit}</th> }
    });
    let columns: Vec<BTreeMap<i64, f32>> =
        history.metrics.iter().map(|metric| metric.points.iter().map(|point| (point.at, point.mean)).collect()).collect();
    let times: BTreeSet<i64> = columns.iter().flat_map(|column| column.keys().copied()).collect();
    let now = place.zone.instant(history.to);
    let rows = times.into_iter().rev().filter_map(|at| {
        let time = moment(place.zone.instant(at)?, now?);
        let cells = columns.iter().map(|column| {
            // Without the unit, which is in the head, and so without another one.
            let value = column.get(&at).map(|value| metric(f64::from(*value), "").0);
            view! { <td>{value}</td> }
        });
        Some(view! { <tr><th scope="row">{time}</th>{cells.collect_view()}</tr> })
    });
    view! {
        <div class="scrolls" tabindex="0" role="region" aria-label=texts::numbers()>
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">{history_texts::time()}</th>
                        {heads.collect_view()}
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::{Language, in_language};

    /// What a range is in the words of the page.
    fn said(min: Option<f64>, max: Option<f64>, inside: bool) -> Option<String> {
        values_of(Threshold { min, max, inside }, |value| metric(value, "").0)
    }

    #[test]
    fn a_threshold_says_on_which_side_of_it_values_are_bad() {
        for (min, max, inside, expected) in [
            (Some(0.0), Some(10.0), false, "above 10"),
            (None, Some(10.0), false, "above 10"),
            (Some(10.0), None, false, "below 10"),
            (Some(0.0), None, false, "below 0"),
            (Some(10.0), Some(20.0), false, "outside of 10 to 20"),
            (Some(10.0), Some(20.0), true, "from 10 to 20"),
            (Some(0.0), Some(10.0), true, "from 0 to 10"),
            (Some(10.0), None, true, "at 10 and above"),
            (None, Some(10.0), true, "at 10 and below"),
        ] {
            assert_eq!(said(min, max, inside).as_deref(), Some(expected), "{min:?} {max:?} {inside}");
        }
        assert_eq!(said(None, None, false), None);
        in_language(Language::French, || {
            assert_eq!(said(Some(1.0), Some(2.0), false).as_deref(), Some("en dehors de 1 à 2"));
        });
    }
}
