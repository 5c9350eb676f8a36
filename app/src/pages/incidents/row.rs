use super::acknowledge::{Acknowledge, WithdrawAcknowledgement};
use super::duration::{Duration, start};
use super::listed::Listed;
use crate::base_path::under_base;
use crate::components::{Icon, IconView, Prose, Shape, SuppressionNote, hover};
use crate::erased::IntoAny;
use crate::format;
use crate::forms::INCIDENTS;
use crate::incidents::OpenIncident;
use crate::live::Derived;
use crate::model::{IncidentView, State, Suppression, SuppressionKind};
use crate::texts::incidents as texts;
use crate::texts::states;
use chrono::{DateTime, FixedOffset};
use leptos::prelude::*;

/// An open incident.
#[component]
pub(super) fn OpenRow(listed: Listed, number: u64, may_act: bool) -> impl IntoView {
    let first = listed.incident_untracked(number)?;
    let name = first.incident.name.clone();
    let open = Derived::new({
        let listed = listed.clone();
        // What has just left the list stays as it was until its row is removed.
        move || listed.incident(number).unwrap_or_else(|| first.clone())
    });
    let is_acknowledged = {
        let open = open.clone();
        move || open.with(OpenIncident::is_acknowledged)
    };
    let acknowledge = {
        let is_acknowledged = is_acknowledged.clone();
        move || {
            may_act.then(|| {
                if is_acknowledged() {
                    view! { <WithdrawAcknowledgement number name=name.clone() /> }.into_any()
                } else {
                    let numbers = Derived::new(move || vec![number]);
                    view! { <Acknowledge numbers name=name.clone() is_small=true /> }.into_any()
                }
            })
        }
    };
    let acknowledge = {
        // Rendered again only when that changes: a user may be typing.
        let is_acknowledged = Derived::new(is_acknowledged);
        move || {
            is_acknowledged.get();
            acknowledge()
        }
    };
    let row = {
        let answer = listed.answer;
        move || {
            let OpenIncident { incident, state, suppression, channels, .. } = open.get();
            let now = answer.get().now;
            view! {
                <Cells incident state now channels suppression is_open=true />
            }
        }
    };
    Some(
        view! {
            <li class="incident" data-incident=number>
                {row}
                <div class="act">{acknowledge}</div>
            </li>
        }
        .into_any(),
    )
}

fn sign(icon: Icon, text: String) -> AnyView {
    view! { <span class="sign"><IconView icon /> {text}</span> }.into_any()
}

/// The cells of an incident, open or past.
#[component]
pub(super) fn Cells(
    incident: IncidentView,
    /// The present state, or the worst one of a past incident.
    state: State,
    now: DateTime<FixedOffset>,
    channels: Option<u32>,
    suppression: Option<Suppression>,
    is_open: bool,
) -> impl IntoView {
    let IncidentView { id, name, node, since, ended, message, acknowledged_by, .. } = incident;
    let lasted = match ended {
        Some(ended) => {
            let lasted = u64::try_from((ended - since).num_milliseconds()).unwrap_or_default();
            view! { <time datetime=ended.to_rfc3339() title=texts::until_time(&hover(ended))>{format::duration(lasted)}</time> }
                .into_any()
        }
        None => view! { <Duration since now /> }.into_any(),
    };
    let acknowledged = match acknowledged_by {
        Some(author) => view! { <span class="sign"><IconView icon=Icon::CHECK />{author}</span> }.into_any(),
        None if is_open => view! { <span class="absent">{texts::not_acknowledged()}</span> }.into_any(),
        None => view! { <span class="absent">"–"</span> }.into_any(),
    };
    let note = suppression.clone().map(|suppression| {
        view! {
            <span class="note">
                <SuppressionNote suppression seen=now />
            </span>
        }
    });
    let is_suppressed = suppression.is_some_and(|suppression| suppression.kind != SuppressionKind::Acknowledgement);
    let node = (node != name).then(|| view! { <span class="node">{node}</span> });
    view! {
        <span class=format!("word {state}")>
            <Shape state />
            {states::state(state)}
        </span>
        <div class="what">
            <a class="subject" href=under_base(&format!("{INCIDENTS}/{id}"))>
                <strong>{name}</strong>
            </a>
            {node}
            {message.map(|message| view! { <span class="message"><Prose text=message /></span> })}
            {note}
        </div>
        <span class="id">{format!("#{id}")}</span>
        <span class="lasted">
            <span class="visually-hidden">{texts::lasting()}</span>
            {lasted}
        </span>
        <span class="start">
            <span class="visually-hidden">{texts::starting()}</span>
            {start(since, now)}
        </span>
        <span class="acknowledged">{acknowledged}</span>
        <span class="notified">
            {match channels {
                _ if is_suppressed => sign(Icon::BELL_OFF, texts::suppressed().to_owned()),
                Some(0) | None => view! { <span class="absent">"–"</span> }.into_any(),
                Some(channels) => sign(Icon::BELL, texts::channels(channels)),
            }}
        </span>
    }
    .into_any()
}
