//! The incidents and the transitions of the range.

use super::answers::History;
use super::place::Place;
use super::text::moment;
use crate::address;
use crate::base_path::under_base;
use crate::components::{Icon, IconView, Prose, Shape, hover};
use crate::erased::IntoAny;
use crate::format;
use crate::incidents::{delivery_steps, result_text};
use crate::model::{DeliveryView, IncidentView, NotificationKind, ServiceHistoryView, ServiceView, TransitionView};
use crate::texts::dates::written;
use crate::texts::deliveries as delivery_texts;
use crate::texts::service::colon;
use crate::texts::{service_history as texts, states};
use crate::times::both;
use chrono::{DateTime, FixedOffset};
use leptos::prelude::*;

/// Incidents and transitions that are shown at once; more of them unfold.
const INCIDENTS: usize = 6;
const TRANSITIONS: usize = 10;

/// Incidents with all their steps; others have one line.
const WITH_STEPS: usize = 2;

pub(super) fn lists(history: History, view: ServiceView, place: Place) -> AnyView {
    // The part of the chart shows the error.
    let Ok(history) = history else { return ().into_any() };
    let Some(now) = DateTime::from_timestamp_millis(history.to).map(|now| place.zone.at(now.fixed_offset())) else {
        return ().into_any();
    };
    let has_nodes = view.nodes.len() > 1 && place.node.is_none();
    view! {
        <div class="columns lists">
            {incidents(&history, &place, now, has_nodes)}
            {transitions(&history.transitions, history.truncated, now, has_nodes)}
        </div>
    }
    .into_any()
}

fn incidents(history: &ServiceHistoryView, place: &Place, now: DateTime<FixedOffset>, has_nodes: bool) -> AnyView {
    let incidents = &history.incidents;
    let all = address::with("/incidents", [("service", place.id.to_string())]);
    let item = |(number, incident): (usize, &IncidentView)| {
        let deliveries = history.deliveries.iter().find(|(id, _)| *id == incident.id);
        let deliveries = deliveries.map_or(&[][..], |(_, deliveries)| deliveries);
        incident_item(incident, (number < WITH_STEPS).then_some(deliveries), now, has_nodes)
    };
    let shown: Vec<_> = incidents.iter().enumerate().take(INCIDENTS).map(item).collect();
    let more: Vec<_> = incidents.iter().enumerate().skip(INCIDENTS).map(item).collect();
    let is_empty = incidents.is_empty();
    view! {
        <section class="card incidents" id="incidents" aria-labelledby="incidents-heading">
            <header>
                <h2 id="incidents-heading">{texts::incidents()}</h2>
                <span class="note">{texts::in_range(incidents.len())}</span>
                <span class="end">
                    <a class="link" href=under_base(&all)>
                        {texts::all_incidents()}
                    </a>
                </span>
            </header>
            {is_empty.then(|| view! { <p class="none inside">{texts::no_incidents()}</p> })}
            <ul class="rows">{shown}</ul>
            {(!more.is_empty()).then(|| unfolding(more))}
        </section>
    }
    .into_any()
}

fn unfolding(more: Vec<AnyView>) -> AnyView {
    view! {
        <details class="unfolds">
            <summary>{texts::more(more.len())}</summary>
            <ul class="rows">{more}</ul>
        </details>
    }
    .into_any()
}

/// With the results of its notifications, it is shown with its steps.
fn incident_item(
    incident: &IncidentView,
    deliveries: Option<&[DeliveryView]>,
    now: DateTime<FixedOffset>,
    has_nodes: bool,
) -> AnyView {
    let IncidentView { id, node, since, ended, worst, message, .. } = incident;
    let lasted = format::age((ended.unwrap_or(now) - since).num_milliseconds());
    let when = if ended.is_some() { moment(*since, now) } else { texts::open().to_owned() };
    let text = message.clone().unwrap_or_default();
    let node = has_nodes.then(|| view! { " " <span class="node">{node.clone()}</span> });
    view! {
        <li data-incident=*id>
            <p class="subject">
                <span class=format!("word {worst}")>
                    <Shape state=*worst />
                    {states::state(*worst)}
                </span>
                <a class="row-link" href=under_base(&format!("/incidents/{id}"))>
                    {format!("#{id} ")}
                    <Prose text />
                </a>
                {node}
                <span class="lasted">
                    <b>{lasted}</b>
                    ", "
                    {when}
                </span>
            </p>
            {deliveries.map(|deliveries| steps(incident, deliveries, now))}
        </li>
    }
    .into_any()
}

/// First seen, confirmed, notified, acknowledged, recovered.
fn steps(incident: &IncidentView, deliveries: &[DeliveryView], now: DateTime<FixedOffset>) -> AnyView {
    let time = |time: DateTime<FixedOffset>| {
        let (time, now) = both(time, now);
        let is_today = time.date_naive() == now.date_naive();
        written(time, if is_today { "%H:%M:%S" } else { "%-d %b %H:%M:%S" })
    };
    let step = |name: &'static str, detail: String, is_done: bool| {
        view! {
            <li class:todo=!is_done>
                <b>{name}</b>
                " "
                <span>{detail}</span>
            </li>
        }
    };
    let acknowledged = match &incident.acknowledged_by {
        Some(user) => Some(step(texts::acknowledged(), texts::by_user(user), true)),
        // Nothing is known of it after the incident.
        None if incident.ended.is_some() => None,
        None => Some(step(texts::acknowledged(), texts::not_yet().to_owned(), false)),
    };
    let opened: Vec<_> =
        delivery_steps(deliveries).into_iter().filter(|delivery| delivery.kind == NotificationKind::Opened).collect();
    let notified = opened.first().map(|first| {
        let results = opened.iter().map(|it| delivery_texts::results(result_text(it.result), &it.channels()));
        let results = results.collect::<Vec<_>>().join("; ");
        step(delivery_texts::notified(), format!("{}, {results}", time(first.at)), true)
    });
    let recovered = match incident.ended {
        Some(ended) => step(texts::recovered(), time(ended), true),
        None => step(texts::recovered(), texts::not_yet().to_owned(), false),
    };
    view! {
        <ol class="steps">
            {step(texts::first_seen(), time(incident.since), true)} {step(texts::confirmed(), time(incident.opened), true)}
            {notified} {acknowledged} {recovered}
        </ol>
    }
    .into_any()
}

fn transitions(transitions: &[TransitionView], truncated: bool, now: DateTime<FixedOffset>, has_nodes: bool) -> AnyView {
    let item = |transition: &TransitionView| transition_item(transition, now, has_nodes);
    let shown: Vec<_> = transitions.iter().take(TRANSITIONS).map(item).collect();
    let more: Vec<_> = transitions.iter().skip(TRANSITIONS).map(item).collect();
    let number = transitions.len();
    let count = if truncated { texts::latest_in_range(number) } else { texts::in_range(number) };
    view! {
        <section class="card transitions" aria-labelledby="transitions-heading">
            <header>
                <h2 id="transitions-heading">{texts::transitions()}</h2>
                <span class="note">{count}</span>
            </header>
            {transitions.is_empty().then(|| view! { <p class="none inside">{texts::no_transitions()}</p> })}
            <ul class="rows">{shown}</ul>
            {(!more.is_empty()).then(|| unfolding(more))}
        </section>
    }
    .into_any()
}

fn transition_item(transition: &TransitionView, now: DateTime<FixedOffset>, has_nodes: bool) -> AnyView {
    let TransitionView { at, node, from, to, lasted, message } = transition;
    let before = texts::after(&format::age(i64::try_from(*lasted).unwrap_or(i64::MAX)));
    let node = has_nodes.then(|| format!("{node}, "));
    let message = message.clone().map(|message| view! { {colon()} <Prose text=message /> });
    view! {
        <li>
            <time datetime=at.to_rfc3339() title=hover(*at)>
                {moment(*at, now)}
            </time>
            <span class="change">
                <span class="visually-hidden">{states::state(*from)}</span>
                <Shape state=*from />
                <IconView icon=Icon::CHEVRON_RIGHT />
                <span class=format!("word {to}")>
                    <Shape state=*to />
                    {states::state(*to)}
                </span>
            </span>
            <span class="note">{node} {before} {message}</span>
        </li>
    }
    .into_any()
}
