//! The chart of the response times and the states, with its ranges, its legend and its numbers as a table.

use super::answers::{Answers, History};
use super::chart_cursor::{ChartCursor, Shown, extent};
use super::place::Place;
use crate::base_path::under_base;
use crate::chart::{Chart, Drawing, PRESETS, Press, Scale, Window, points_for, table_rows};
use crate::components::{Icon, IconView, Shape};
use crate::erased::IntoAny;
use crate::format;
use crate::live::{Clock, Derived};
use crate::model::ServiceView;
use crate::texts::{chart as drawn, service_history as texts, states};
use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::html;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use std::sync::Arc;

pub(super) fn chart(history: History, view: ServiceView, place: Place) -> AnyView {
    let (range, content) = match history {
        Ok(history) => {
            let interval = (view.settings.interval * 1_000.0) as i64;
            let chart = Arc::new(Chart { history, interval, zone: place.zone.clone(), scale: place.scale });
            (Some(other_range(&chart, &place)), loaded(chart, &view.settings.name, &place))
        }
        Err(error) => (None, view! { <p class="inside refusal">{error.to_string()}</p> }.into_any()),
    };
    view! {
        <section class="card response" id="response" aria-labelledby="response-heading">
            <header>
                <h2 id="response-heading">{texts::response_time()}</h2>
                <div class="end">{ranges(&place)} {range} {scales(&place)}</div>
            </header>
            {content}
        </section>
    }
    .into_any()
}

/// Links to the ranges that end now, and out of another one.
fn ranges(place: &Place) -> AnyView {
    let links = PRESETS.map(|preset| {
        let window = Window::Latest(preset);
        let current = (window == place.window).then_some("true");
        view! {
            <a href=under_base(&place.in_window(window)) data-noscroll="" aria-current=current>
                {preset.label()}
            </a>
        }
    });
    view! {
        <nav class="segments wide" aria-label=texts::range()>
            {links.into_iter().collect_view()}
        </nav>
    }
    .into_any()
}

fn scales(place: &Place) -> AnyView {
    let link = |scale, label| {
        let current = (scale == place.scale).then_some("true");
        let href = Place { scale, ..place.clone() }.address();
        view! {
            <a href=under_base(&href) data-noscroll="" aria-current=current>
                {label}
            </a>
        }
    };
    view! {
        <nav class="segments scales" aria-label=texts::scale()>
            {link(Scale::Linear, texts::linear())} {link(Scale::Logarithmic, texts::logarithmic())}
        </nav>
    }
    .into_any()
}

fn loaded(chart: Arc<Chart>, name: &str, place: &Place) -> AnyView {
    let cursor: ChartCursor = expect_context();
    cursor.set_chart(Arc::clone(&chart));
    let Drawing { area, lanes } = Drawing::of(&chart, under_base);
    let label = texts::response_time_of(name, &chart.range(place.window.ends_now()));
    let shown = Derived::new({
        let (cursor, chart) = (cursor.clone(), Arc::clone(&chart));
        move || cursor.shown(&chart)
    });
    view! {
        {readout(shown.clone())}
        <div class="plot">
            {surface(&cursor, shown, label, area, place)} <div class="lanes-box" inner_html=lanes></div>
        </div>
        {foot(&chart, place)}
    }
    .into_any()
}

/// The drawing, and everything that follows the pointer and the keyboard. With JavaScript it is a slider, whose values are the points.
fn surface(cursor: &ChartCursor, shown: Derived<Option<Shown>>, label: String, area: String, place: &Place) -> AnyView {
    let clock: Clock = expect_context();
    let answers: Answers = expect_context();
    let element = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        if let Some(element) = element.get() {
            let wanted = points_for(extent(&element).1);
            // Another number of points is another question to the server; a small difference is not worth it.
            if answers.points.get_untracked().abs_diff(wanted) * 4 > wanted {
                answers.points.set(wanted);
            }
        }
    });
    let navigate = use_navigate();
    let zoom = {
        let (cursor, place) = (cursor.clone(), place.clone());
        move || {
            if let Some(window) = cursor.selected() {
                cursor.leave();
                navigate(&place.in_window(window), NavigateOptions { scroll: false, ..NavigateOptions::default() });
            }
        }
    };
    let is_zoomed = !matches!(place.window, Window::Latest(_));
    let press_key = {
        let (cursor, zoom) = (cursor.clone(), zoom.clone());
        move |event: KeyboardEvent| match cursor.press_key(&event) {
            Some(Press::Zoom) => zoom(),
            // Fails only without a history, and then there is nothing to go back to.
            Some(Press::Back) if is_zoomed => drop(window().history().and_then(|history| history.back())),
            _ => {}
        }
    };
    let [pressed, moved, released, cancelled, left, blurred] = std::array::from_fn(|_| cursor.clone());
    let is_slider = move || clock.is_running();
    let slider = move |value: &'static str| {
        let is_slider = is_slider.clone();
        move || is_slider().then_some(value)
    };
    let role = {
        let slider = slider("slider");
        move || slider().unwrap_or("img")
    };
    let [of_now, of_last, of_text] = std::array::from_fn(|_| shown.clone());
    let (now, last) = (slider("0"), slider("0"));
    let now = move || of_now.with(|shown| shown.as_ref().map(|shown| shown.at.to_string())).or_else(|| now().map(str::to_owned));
    let last =
        move || of_last.with(|shown| shown.as_ref().map(|shown| shown.last.to_string())).or_else(|| last().map(str::to_owned));
    let text = slider(texts::arrow_keys());
    let text = move || {
        let spoken = of_text.with(|shown| {
            shown.as_ref().map(|shown| match &shown.selection {
                Some((_, _, text)) => texts::selected(text),
                None => shown.readout.spoken(),
            })
        });
        spoken.or_else(|| text().map(str::to_owned))
    };
    view! {
        <div
            class="surface"
            node_ref=element
            role=role
            tabindex=slider("0")
            aria-label=label
            aria-valuemin=slider("0")
            aria-valuemax=last
            aria-valuenow=now
            aria-valuetext=text
            on:pointerdown=move |event: PointerEvent| pressed.press_pointer(&event)
            on:pointermove=move |event: PointerEvent| moved.move_pointer(&event)
            on:pointerup=move |_| released.release_pointer()
            on:pointercancel=move |_| cancelled.leave()
            on:pointerleave=move |_| left.leave_pointer()
            on:blur=move |_| blurred.leave_pointer()
            on:keydown=press_key
        >
            <div class="drawing" inner_html=area></div>
        </div>
        {move || shown.get().map(|shown| overlay(shown, zoom.clone()))}
    }
    .into_any()
}

/// The line at the cursor with its dots, the numbers on the freer side, and the selection.
fn overlay(shown: Shown, zoom: impl Fn() + 'static) -> AnyView {
    let percent = |part: f64| format!("{:.2}%", part * 100.0);
    let Shown { readout, x, dots, selection, .. } = shown;
    let side = if x > 0.5 { "tip before" } else { "tip after" };
    let dots = dots.map(|(p50, p95)| {
        view! {
            <i class="dot" style:left=percent(x) style:top=percent(p50)></i>
            <i class="dot small" style:left=percent(x) style:top=percent(p95)></i>
        }
    });
    let tip = selection.is_none().then(|| {
        view! {
            <div class=side style:left=percent(x)>
                <b>{readout.time.clone()}</b>
                <dl>
                    {readout.elapsed.iter().map(|(name, value)| view! { <dt>{*name}</dt><dd>{value.clone()}</dd> }).collect_view()}
                </dl>
                {state_line(&readout)}
            </div>
        }
    });
    let brush = selection.as_ref().map(|(from, to, _)| {
        view! { <i class="brush" style:left=percent(*from) style:width=percent(to - from)></i> }
    });
    let choice = selection.map(|(from, to, text)| {
        let (class, edge) = if to > 0.6 { ("tip before choice", from) } else { ("tip after choice", to) };
        view! {
            <div class=class style:left=percent(edge)>
                <b>{text}</b>
                <p>
                    <button type="button" class="primary small" tabindex="-1" on:click=move |_| zoom()>
                        {texts::zoom()}
                    </button>
                    <kbd>{texts::enter_key()}</kbd>
                    <kbd>{texts::escape_key()}</kbd>
                </p>
            </div>
        }
    });
    view! {
        <div class="overlay" aria-hidden="true">
            <i class="line" style:left=percent(x)></i>
            <div class="within">{brush} {dots}</div>
            {choice}
            {tip}
        </div>
    }
    .into_any()
}

fn state_line(readout: &crate::chart::Readout) -> AnyView {
    let checks = readout.checks.clone();
    readout
        .state
        .map(|state| {
            view! {
                <p class="of-state">
                    <span class=format!("word {state}")>
                        <Shape state />
                        {states::state(state)}
                    </span>
                    " "
                    {checks}
                </p>
            }
        })
        .into_any()
}

/// The numbers at the cursor above the chart, where there is no room beside it.
fn readout(shown: Derived<Option<Shown>>) -> AnyView {
    view! {
        <div class="readout" aria-hidden="true">
            {move || match shown.get() {
                None => view! { <span>{texts::touch_the_chart()}</span> }.into_any(),
                Some(Shown { readout, selection, .. }) => {
                    let time = selection.map_or(readout.time.clone(), |(_, _, text)| text);
                    let numbers = readout.elapsed.iter().map(|(name, value)| view! { <span>{*name} " " <b>{value.clone()}</b></span> });
                    view! { <b>{time}</b> {numbers.collect_view()} {state_line(&readout)} }.into_any()
                }
            }}
        </div>
    }
    .into_any()
}

/// Any other range, as a form that works without JavaScript. The server replaces its times by instants, so that the address
/// means the same in every zone.
fn other_range(chart: &Chart, place: &Place) -> AnyView {
    let local = |at: i64| chart.zone.instant(at).map(|time| time.format("%Y-%m-%dT%H:%M").to_string());
    let (from, to) = (local(chart.history.from), local(chart.history.to));
    let hidden =
        |name: &'static str, value: Option<String>| value.map(|value| view! { <input type="hidden" name=name value=value /> });
    let node = hidden("node", place.node.clone());
    let zone = hidden("zone", place.zone.name().map(str::to_owned));
    let scale = hidden("scale", (place.scale == Scale::Logarithmic).then(|| "log".to_owned()));
    view! {
        <details class="popover">
            <summary class="button small">
                {chart.range(place.window.ends_now())} <IconView icon=Icon::CHEVRON_DOWN />
            </summary>
            <form method="get" action=under_base(&crate::address::of_service(&place.id))>
                {node}
                {scale}
                {zone}
                <label>{texts::from()} <input type="datetime-local" name="from" value=from /></label>
                <label>{texts::to()} <input type="datetime-local" name="to" value=to /></label>
                <p class="hint">{texts::times_in(&chart.zone.label())}</p>
                <button type="submit" class="primary">
                    {texts::show()}
                </button>
            </form>
        </details>
    }
    .into_any()
}

/// The legend, and the same numbers as a table.
fn foot(chart: &Chart, place: &Place) -> AnyView {
    let export = place.export(chart.history.from, chart.history.to);
    let width = texts::a_point_is(&format::age(chart.history.step));
    let rows = table_rows(chart);
    view! {
        <div class="legend" aria-hidden="true">
            <span><i class="p50"></i>"p50"</span>
            <span><i class="band"></i>{texts::to_p95()}</span>
            <span><i class="p99"></i>"p99"</span>
            <span><i class="peak"></i>{texts::beyond_scale()}</span>
            <span><i class="not-watched"></i>{drawn::not_watched()}</span>
            <span><i class="maintenance"></i>{drawn::maintenance()}</span>
            <span><i class="unknown"></i>{states::unknown()}</span>
            <span>{width}</span>
        </div>
        <details class="numbers">
            <summary>{texts::numbers_as_table()}</summary>
            <p class="export">
                <a href=under_base(&export) rel="external" download="">
                    <IconView icon=Icon::DOWNLOAD />
                    {texts::csv_of_range()}
                </a>
            </p>
            <div class="scrolls" tabindex="0" role="region" aria-label=texts::numbers()>
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">{texts::time()}</th>
                            <th scope="col">{texts::state()}</th>
                            <th scope="col">{states::operational_label()}</th>
                            <th scope="col">{states::unhealthy_label()}</th>
                            <th scope="col">{states::down_label()}</th>
                            <th scope="col">{states::unknown_label()}</th>
                            <th scope="col">"p50"</th>
                            <th scope="col">"p95"</th>
                            <th scope="col">"p99"</th>
                            <th scope="col">{texts::longest_label()}</th>
                        </tr>
                    </thead>
                    <tbody inner_html=rows></tbody>
                </table>
            </div>
        </details>
    }
    .into_any()
}
