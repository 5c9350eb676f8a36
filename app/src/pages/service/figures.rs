//! The figures of the service: availability, incidents, response times.

use super::place::Place;
use super::summary::name;
use super::text::split;
use crate::base_path::under_base;
use crate::chart::{PRESETS, Window};
use crate::erased::IntoAny;
use crate::format;
use crate::model::{AvailabilityView, ElapsedView, IncidentFiguresView, RpcError, ServiceFiguresView, ServiceView};
use crate::texts::{service_history as texts, units};
use leptos::prelude::*;

/// Below this known part of the time, availability is doubtful.
const DOUBTFUL: f64 = 0.99;

pub(super) fn figures(answer: Result<ServiceFiguresView, RpcError>, view: &ServiceView, place: &Place) -> AnyView {
    let subject = subject(view, place);
    let subject = subject.as_deref();
    match answer {
        Ok(ServiceFiguresView { availability, incidents, recent, usual }) => view! {
            <div class="key-figures">
                {available(&availability, place, subject)} {of_incidents(&incidents, subject)} {response(recent, usual, subject)}
            </div>
        }
        .into_any(),
        Err(error) => view! {
            <section class="card">
                <header>
                    <h2>{texts::availability()}</h2>
                </header>
                <p class="inside refusal">{error.to_string()}</p>
            </section>
        }
        .into_any(),
    }
}

/// The node that the figures are about, if the service has more than this one.
fn subject(view: &ServiceView, place: &Place) -> Option<String> {
    let node = place.node.as_deref()?;
    let shown = view.nodes.iter().find(|other| other.status.node == node).map(|other| name(&other.status));
    (view.nodes.len() > 1 || shown.is_none()).then(|| shown.unwrap_or_else(|| node.to_owned()))
}

/// The name of the node beside a heading.
fn of_node(subject: Option<&str>) -> Option<AnyView> {
    subject.map(|node| view! { <span class="note">{node.to_owned()}</span> }.into_any())
}

/// A figure: its label, its value with a unit, a note, whether that is a warning, and where it leads.
struct Figure {
    label: String,
    value: Option<String>,
    note: String,
    is_warning: bool,
    href: Option<String>,
    /// What an abbreviation of the label means.
    title: Option<&'static str>,
}

fn figure(Figure { label, value, note, is_warning, href, title }: Figure) -> AnyView {
    let (number, unit) = value.as_deref().map_or_else(|| ("–".to_owned(), String::new()), split);
    let content = view! {
        <small title=title>{label}</small>
        <b>{number} <i>{unit}</i></b>
        <small class:warning=is_warning>{note}</small>
    };
    match href {
        Some(href) => view! { <a class="figure" href=under_base(&href)>{content}</a> }.into_any(),
        None => view! { <div class="figure">{content}</div> }.into_any(),
    }
}

fn available(periods: &[AvailabilityView], place: &Place, subject: Option<&str>) -> AnyView {
    let figures = periods.iter().map(|period| {
        let availability = if place.without_maintenance { period.without_maintenance } else { period.with_maintenance };
        let length = i64::from(period.days) * 86_400_000;
        let preset = PRESETS.into_iter().find(|preset| preset.length == length);
        let is_known = availability.operational.is_some();
        figure(Figure {
            label: format::age(length),
            value: availability.operational.map(format::percent),
            note: if is_known { texts::known_for(&format::percent(availability.known)) } else { texts::no_data().to_owned() },
            is_warning: is_known && availability.known < DOUBTFUL,
            href: preset.map(|preset| place.in_window(Window::Latest(preset)) + "#response"),
            title: None,
        })
    });
    let other = Place { without_maintenance: !place.without_maintenance, ..place.clone() }.address();
    let is_on = if place.without_maintenance { "true" } else { "false" };
    view! {
        <section class="card" aria-label=texts::availability()>
            <header>
                <h2>{texts::availability()}</h2>
                {of_node(subject)}
                <a class="switch end" href=under_base(&other) data-noscroll="" aria-current=is_on>
                    <i aria-hidden="true"></i>
                    {texts::without_maintenance()}
                </a>
            </header>
            <div class="figures">{figures.collect_view()}</div>
        </section>
    }
    .into_any()
}

fn of_incidents(incidents: &IncidentFiguresView, subject: Option<&str>) -> AnyView {
    let duration = |milliseconds: u64| format::age(i64::try_from(milliseconds).unwrap_or(i64::MAX));
    let count = Figure {
        label: texts::count().to_owned(),
        value: Some(incidents.count.to_string()),
        note: texts::open_ones(incidents.open),
        is_warning: incidents.open > 0,
        href: Some("#incidents".to_owned()),
        title: None,
    };
    let mean = Figure {
        label: texts::mttr().to_owned(),
        value: incidents.mean.map(duration),
        note: incidents.longest.map(|longest| texts::longest(&duration(longest))).unwrap_or_default(),
        is_warning: false,
        href: None,
        title: Some(texts::mean_time_to_recovery()),
    };
    view! {
        <section class="card" aria-label=texts::incidents_in_numbers()>
            <header>
                <h2>{texts::incidents_of(&units::days(incidents.days.into()))}</h2>
                {of_node(subject)}
            </header>
            <div class="figures">{figure(count)} {figure(mean)}</div>
        </section>
    }
    .into_any()
}

fn response(recent: Option<ElapsedView>, usual: Option<ElapsedView>, subject: Option<&str>) -> AnyView {
    let of = |label: &str, value: fn(&ElapsedView) -> u32| {
        let text = |elapsed: &ElapsedView| format::elapsed(value(elapsed).into());
        figure(Figure {
            label: label.to_owned(),
            value: recent.as_ref().map(text),
            note: usual.as_ref().map(|usual| texts::usually(&text(usual))).unwrap_or_default(),
            is_warning: false,
            href: None,
            title: None,
        })
    };
    view! {
        <section class="card" aria-label=texts::response_now()>
            <header>
                <h2>{texts::response_of_last_minutes()}</h2>
                {of_node(subject)}
            </header>
            <div class="figures">{of("p50", |elapsed| elapsed.p50)} {of("p95", |elapsed| elapsed.p95)}</div>
        </section>
    }
    .into_any()
}
