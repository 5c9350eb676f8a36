use super::answer::Answer;
use crate::address;
use crate::base_path::under_base;
use crate::components::{Icon, IconView, PageTitle, Prose, Shape, SuppressionNote, hover};
use crate::erased::IntoAny;
use crate::format;
use crate::forms::{INCIDENTS, SILENCES};
use crate::live::Derived;
use crate::model::{IncidentView, NodeStatus, State};
use crate::pages::incidents::{Acknowledge, Duration, WithdrawAcknowledgement};
use crate::texts::dates;
use crate::texts::incident as texts;
use crate::texts::incidents as incidents_texts;
use crate::texts::states;
use crate::times::here;
use leptos::prelude::*;
use std::sync::Arc;

/// Part of the address that opens the form to acknowledge the incident.
const ACKNOWLEDGE: &str = "acknowledge";

/// Where the visitor is, the verdict, and what an operator can do.
#[component]
pub fn Head(answer: Answer, row: Derived<Option<Arc<NodeStatus>>>, may_act: bool) -> impl IntoView {
    let first = answer.get_untracked();
    let IncidentView { id, name, service, .. } = first.incident.clone();
    let of_service = address::with(INCIDENTS, [("service", service.to_string())]);
    // The state now; of an incident that has ended, or whose row has not arrived yet, the worst one.
    let state = {
        let (row, answer) = (row.clone(), answer.clone());
        move || row.with(|row| row.as_ref().map(|row| row.state)).unwrap_or_else(|| answer.get().incident.worst)
    };
    let is_open = {
        let answer = answer.clone();
        move || answer.get().incident.ended.is_none()
    };
    let shown_state = {
        let is_open = is_open.clone();
        move || if is_open() { state() } else { State::Operational }
    };
    let message = {
        let (row, answer) = (row.clone(), answer.clone());
        move || {
            let message = row.with(|row| row.as_ref().and_then(|row| row.message.clone()));
            let message = message.or_else(|| answer.get().incident.message.clone());
            message.map(|text| view! { <p class="message"><Prose text /></p> })
        }
    };
    let suppression = {
        let row = row.clone();
        move || {
            row.with(|row| row.as_ref().and_then(|row| Some((row.suppression.as_deref()?.clone(), row.checked))))
                .map(|(suppression, seen)| view! { <p class="note"><SuppressionNote suppression seen /></p> })
        }
    };
    let is_acknowledged = Derived::new({
        let (row, answer) = (row, answer.clone());
        move || match row.get() {
            Some(row) => row.suppression.as_ref().is_some_and(|it| it.kind == crate::model::SuppressionKind::Acknowledgement),
            None => answer.get().incident.acknowledged_by.is_some(),
        }
    });
    let is_asked = address::use_query().with_untracked(|query| query.get(ACKNOWLEDGE).is_some());
    let path = format!("{INCIDENTS}/{id}");
    let silence = address::with(SILENCES, [("new", String::new()), ("service", service.to_string())]);
    let actions = {
        let (is_open, name) = (Derived::new(is_open), name.clone());
        move || {
            (may_act && is_open.get()).then(|| {
                let (name, path) = (name.clone(), path.clone());
                if is_acknowledged.get() {
                    view! { <WithdrawAcknowledgement number=id name path /> }.into_any()
                } else {
                    let numbers = Derived::new(move || vec![id]);
                    view! { <Acknowledge numbers name is_small=false is_asked path /> }.into_any()
                }
            })
        }
    };
    view! {
        <PageTitle text=format!("#{id} {name} · Platus") />
        <nav class="crumbs" aria-label=texts::breadcrumb()>
            <a href=under_base(INCIDENTS)>{incidents_texts::incidents()}</a>
            <IconView icon=Icon::CHEVRON_RIGHT />
            <a href=under_base(&of_service)>{name.clone()}</a>
            <IconView icon=Icon::CHEVRON_RIGHT />
            <span>{format!("#{id}")}</span>
        </nav>
        <div class="page-head">
            <div>
                <h1>{move || view! { <Shape state=shown_state() /> }} <span>{name.clone()}</span></h1>
                <p class="lead">{move || lead(&answer)}</p>
                {message}
                {suppression}
            </div>
            <div class="actions" data-incident=id>
                {actions}
                {may_act
                    .then(|| {
                        view! {
                            <a class="button" href=under_base(&silence)>
                                {incidents_texts::silence()} <span class="visually-hidden">{format!(" {name}")}</span>
                            </a>
                        }
                    })}
            </div>
        </div>
    }
    .into_any()
}

/// `down since 09:31:10, for 24 min.`, or when it ended.
fn lead(answer: &Answer) -> AnyView {
    let view = answer.get();
    let IncidentView { since, ended, worst, .. } = view.incident;
    match ended {
        None => view! {
            <span class=format!("word {worst}")>{states::state(worst)}</span>
            {texts::since()}
            <b title=hover(since)>{here(since).format("%H:%M:%S").to_string()}</b>
            {texts::on_day()}
            {dates::written(here(since), "%-d %B")}
            {texts::lasting()}
            <b>
                <Duration since now=view.now />
            </b>
            {texts::end_of_sentence()}
        }
        .into_any(),
        Some(ended) => view! {
            {texts::resolved()}
            <b title=hover(ended)>{dates::written(here(ended), "%-d %B, %H:%M:%S")}</b>
            {texts::after()}
            <b>{format::duration(view.incident.lasted(ended))}</b>
            {texts::was_in_state()}
            <span class=format!("word {worst}")>{states::state(worst)}</span>
            {texts::end_of_sentence()}
        }
        .into_any(),
    }
}
