use super::answer::Answer;
use crate::address;
use crate::base_path::under_base;
use crate::components::{Icon, IconView, Prose, Shape, hover};
use crate::erased::IntoAny;
use crate::format;
use crate::forms::INCIDENTS;
use crate::incidents::{ChannelDeliveries, by_channel, kind_text, result_text, short_time};
use crate::model::{DeliveryResult, DeliveryView, IncidentDetailView, IncidentStatus, IncidentView};
use crate::texts::deliveries as delivery_texts;
use crate::texts::incident as texts;
use crate::texts::states;
use crate::times::both;
use chrono::{DateTime, FixedOffset, TimeDelta};
use leptos::prelude::*;

/// The channels that are notified, with the results.
#[component]
pub fn Notifications(answer: Answer) -> impl IntoView {
    let content = move || {
        let view = answer.get();
        let IncidentDetailView { incident, channels, channel_names, deliveries, now, .. } = &*view;
        let groups = by_channel(channel_names, deliveries).into_iter().map(|group| channel(group, *now)).collect_view();
        view! {
            <p>{if *channels == 0 { texts::no_channel().to_owned() } else { texts::channels(*channels) }}</p>
            <ul class="channels">{groups}</ul>
            <p class="hint">{consequence(incident.status())}</p>
        }
    };
    view! {
        <section class="card" aria-labelledby="notifications-heading">
            <h2 id="notifications-heading">{texts::notifications()}</h2>
            {content}
        </section>
    }
    .into_any()
}

/// A channel with the results of its notifications, in order.
fn channel(group: ChannelDeliveries, now: DateTime<FixedOffset>) -> AnyView {
    let ChannelDeliveries { channel, deliveries } = group;
    let has_none = deliveries.is_empty();
    let results = deliveries.into_iter().map(|delivery| result(delivery, now)).collect_view();
    view! {
        <li>
            {channel.map(|channel| view! { <p class="name">{channel}</p> })}
            {has_none.then(|| view! { <p class="detail">{delivery_texts::no_result()}</p> })} <ul class="deliveries">{results}</ul>
        </li>
    }
    .into_any()
}

fn result(delivery: DeliveryView, now: DateTime<FixedOffset>) -> AnyView {
    let DeliveryView { at, kind, result, reason, .. } = delivery;
    let icon = match result {
        DeliveryResult::Delivered => Icon::CHECK,
        DeliveryResult::Dropped => Icon::X,
        DeliveryResult::Suppressed => Icon::BELL_OFF,
    };
    let word = match result {
        DeliveryResult::Delivered => "delivered",
        DeliveryResult::Dropped => "dropped",
        DeliveryResult::Suppressed => "suppressed",
    };
    let (local, now) = both(at, now);
    view! {
        <li data-result=word>
            <span class="kind">{kind_text(kind)}</span>
            <span class="result">
                <IconView icon />
                {result_text(result)}
            </span>
            <time datetime=local.to_rfc3339() title=hover(at)>
                {short_time(local, now)}
            </time>
            {reason.map(|reason| view! { <p class="detail"><Prose text=delivery_texts::written_reason(reason) /></p> })}
        </li>
    }
    .into_any()
}

fn consequence(status: IncidentStatus) -> &'static str {
    match status {
        IncidentStatus::Open => texts::ends_when_operational(),
        IncidentStatus::Acknowledged => texts::only_the_recovery(),
        IncidentStatus::Resolved => texts::has_ended(),
    }
}

/// What the incident is about.
#[component]
pub fn Details(answer: Answer) -> impl IntoView {
    let content = move || {
        let view = answer.get();
        let IncidentDetailView { incident, roles, related, now, .. } = &*view;
        let IncidentView { id, service, group, name, node, since, opened, ended, worst, .. } = incident.clone();
        let roles = roles.as_ref().map(|roles| if roles.is_empty() { texts::admin_only().to_owned() } else { roles.join(", ") });
        let around = around(incident, ended.unwrap_or(*now));
        let link = format!("{INCIDENTS}/{id}");
        let related = related.iter().map(|other| related_incident(other, incident)).collect_view();
        let has_related = !view.related.is_empty();
        let time =
            |instant: chrono::DateTime<chrono::FixedOffset>| view! { <time datetime=instant.to_rfc3339()>{hover(instant)}</time> };
        view! {
            <dl class="facts">
                <dt>{texts::service()}</dt>
                <dd>
                    <a href=under_base(&address::of_service(&service))>{name}</a>
                    ", "
                    {group}
                </dd>
                <dt>{texts::node()}</dt>
                <dd>{node}</dd>
                <dt>{texts::worst_state()}</dt>
                <dd>
                    <span class=format!("word {worst}")>
                        <Shape state=worst />
                        {states::state(worst)}
                    </span>
                </dd>
                <dt>{texts::first_seen()}</dt>
                <dd>{time(since)}</dd>
                <dt>{texts::opened()}</dt>
                <dd>{time(opened)}</dd>
                {ended.map(|ended| view! { <dt>{texts::ended()}</dt><dd>{time(ended)}</dd> })}
                <dt>{texts::duration()}</dt>
                <dd>{format::duration(incident.lasted(*now))}</dd>
                {roles.map(|roles| view! { <dt>{texts::roles()}</dt><dd>{roles}</dd> })}
                {has_related.then(|| view! { <dt>{texts::related()}</dt><dd><ul>{related}</ul></dd> })}
                <dt>{texts::link()}</dt>
                <dd>
                    <a href=under_base(&link)>{under_base(&link)}</a>
                </dd>
            </dl>
            <p class="hint">
                <a href=under_base(&around)>{texts::checks_around()}</a>
            </p>
        }
    };
    view! {
        <section class="card" aria-labelledby="details-heading">
            <h2 id="details-heading">{texts::details()}</h2>
            {content}
        </section>
    }
    .into_any()
}

/// `#1042 checkout, 6 min later`.
fn related_incident(other: &IncidentView, incident: &IncidentView) -> impl IntoView + use<> {
    let difference = (other.since - incident.since).num_milliseconds();
    let distance = format::duration(difference.unsigned_abs());
    let distance = match difference {
        -999..=999 => texts::at_the_same_time().to_owned(),
        ..-999 => texts::before(&distance),
        _ => texts::later(&distance),
    };
    view! {
        <li>
            <a href=under_base(&format!("{INCIDENTS}/{}", other.id))>{format!("#{} {}", other.id, other.name)}</a>
            ", "
            {distance}
        </li>
    }
}

/// The address of the service with the time of the incident, and as much before it, at least an hour.
fn around(incident: &IncidentView, end: chrono::DateTime<chrono::FixedOffset>) -> String {
    let before = (end - incident.since).clamp(TimeDelta::hours(1), TimeDelta::days(7));
    let parameters = [
        ("node", incident.node.clone()),
        ("from", (incident.since - before).to_rfc3339()),
        ("to", (end + TimeDelta::minutes(10)).to_rfc3339()),
    ];
    address::with(&address::of_service(&incident.service), parameters)
}
