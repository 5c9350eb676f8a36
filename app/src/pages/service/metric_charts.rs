//! The metrics of the range, as small charts on the time axis of the chart above.

use super::answers::History;
use super::chart_cursor::ChartCursor;
use super::place::Place;
use super::text::{metric, moment};
use crate::chart::{METRIC_HEIGHT, METRIC_WIDTH, MetricDrawing, metric_at, metric_x};
use crate::erased::IntoAny;
use crate::model::{MetricHistoryView, ServiceHistoryView, ServiceView};
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
    let charts = (0..history.metrics.len()).map(|number| small_chart(&history, number, interval)).collect_view();
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

/// One metric: its latest value, or that at the cursor.
fn small_chart(history: &Arc<ServiceHistoryView>, number: usize, interval: i64) -> AnyView {
    let Some(of_metric) = history.metrics.get(number) else { return ().into_any() };
    let cursor: ChartCursor = expect_context();
    let MetricDrawing { line, band, lowest, highest } = MetricDrawing::of(history, of_metric, interval);
    let written = {
        let unit = of_metric.unit.clone();
        move |value: f32| {
            let (number, unit) = metric(f64::from(value), &unit);
            if unit.is_empty() { number } else { format!("{number} {unit}") }
        }
    };
    let (lowest, highest) = (written(lowest), written(highest));
    let latest = of_metric.points.last().map(|point| written(point.mean)).unwrap_or_default();
    let label = texts::metric_from_to(&of_metric.name, &lowest, &highest, &latest);
    let at_cursor = {
        let history = Arc::clone(history);
        move || metric_at(&history, history.metrics.get(number)?, cursor.time()?)
    };
    let value = {
        let at_cursor = at_cursor.clone();
        move || at_cursor().map_or_else(|| latest.clone(), |point| written(point.mean))
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
                    <path class="band" d=band />
                    <path class="mean" d=line />
                </svg>
                {mark}
            </div>
            <p class="note">{texts::from_to(&lowest, &highest)}</p>
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
