mod answer;
mod around;
mod details;
mod head;
mod notes;
mod timeline;

use super::failure::Failure;
use super::incidents::ask_again;
use crate::address::use_part;
use crate::base_path::under_base;
use crate::components::{Announced, Announcement, RefusedForm};
use crate::erased::IntoAny;
use crate::forms::INCIDENTS;
use crate::live::{Derived, LiveBoard};
use crate::model::{BoardScope, IncidentDetailView, NodeKey, RpcError};
use crate::resources::{BoardResource, ViewerResource};
use crate::response::set_status;
use crate::rpc;
use crate::texts::incident as texts;
use answer::Answer;
use around::{Around, AroundChart};
use chrono::TimeDelta;
use details::{Details, Notifications};
use head::Head;
use leptos::either::EitherOf3;
use leptos::prelude::*;
use notes::Notes;
use std::sync::Arc;
use timeline::Timeline;

/// How long after the end of an incident its page looks for the results of notifications.
const DELIVERIES: TimeDelta = TimeDelta::minutes(10);

/// Seconds between two questions for these results, at least.
const ASKED_AGAIN: i64 = 10;

/// `/incidents/ID`: one incident.
#[component]
pub fn IncidentPage() -> impl IntoView {
    let BoardResource(first) = expect_context();
    let ViewerResource(viewer) = expect_context();
    let board: LiveBoard = expect_context();
    let part = use_part("/incidents/");
    let number = Derived::new(move || part.with(|part| part.parse::<u64>().ok()));
    let asked = number.clone();
    // Created here and not inside of a `Suspense`, which drops its content when it waits again.
    let incident = ArcResource::new(move || asked.get(), |number| of_number(number, rpc::incident));
    let around = Around::new(move || number.get(), |number| of_number(number, rpc::incident_history));
    let refused = RefusedForm::of_page();
    let notice = refused.notice();
    provide_context(refused);
    let announcement = Announcement::default();
    provide_context(announcement.clone());
    view! {
        <div class="incident-page">
            {notice} <Announced announcement />
            <Suspense fallback=|| {
                view! { <p class="loading">{texts::loading()}</p> }
            }>
                {move || {
                    let (board, first, viewer) = (board.clone(), first.clone(), viewer.clone());
                    let (incident, around) = (incident.clone(), around.clone());
                    Suspend::new(async move {
                        match (first.await, viewer.await, incident.await) {
                            (_, _, Err(RpcError::Gone)) => {
                                set_status(404);
                                EitherOf3::A(view! { <Missing /> })
                            }
                            (Ok(snapshot), Ok(viewer), Ok(view)) => {
                                board.load(snapshot);
                                EitherOf3::B(view! { <Incident view around may_act=viewer.operator /> })
                            }
                            (Err(error), ..) | (_, Err(error), _) | (.., Err(error)) => {
                                EitherOf3::C(view! { <Failure what=texts::not_loaded() error /> })
                            }
                        }
                    })
                }}
            </Suspense>
        </div>
    }
    .into_any()
}

/// What `ask` answers about the incident with this number, which the address may lack.
async fn of_number<T, F>(number: Option<u64>, ask: impl FnOnce(u64) -> F) -> Result<T, RpcError>
where
    F: Future<Output = Result<T, RpcError>>,
{
    match number {
        Some(number) => ask(number).await,
        None => Err(RpcError::Gone),
    }
}

/// In place of an incident that does not exist, or that the viewer may not see.
#[component]
fn Missing() -> impl IntoView {
    view! {
        <section class="page-message">
            <h1>{texts::no_such_incident()}</h1>
            <p>{texts::gone_or_hidden()}</p>
            <p>
                <a class="button primary" href=under_base(INCIDENTS)>
                    {texts::all_incidents()}
                </a>
            </p>
        </section>
    }
    .into_any()
}

#[component]
fn Incident(view: IncidentDetailView, around: Around, may_act: bool) -> impl IntoView {
    let board: LiveBoard = expect_context();
    let number = view.incident.id;
    // Its document has these rows only while the incident is open.
    board.want(BoardScope::Service(view.incident.service.clone()));
    let key = NodeKey { service: view.incident.service.clone(), node: view.incident.node.clone() };
    let answer = Answer::new(Arc::new(view));
    let of_node = Derived::new({
        let board = board.clone();
        move || board.with(|board| board.rows().find(|row| row.key() == key).cloned()).flatten()
    });
    // The row of the node, for as long as it is in this incident.
    let row = Derived::new({
        let of_node = of_node.clone();
        move || of_node.get().filter(|row| row.incident == Some(number))
    });
    // Nothing is published when a notification is delivered. The checks of the node say when to look for one.
    let checks = Derived::new({
        let answer = answer.clone();
        move || {
            let ended = answer.get().incident.ended;
            let checked = of_node.with(|row| row.as_ref().map(|row| row.checked));
            checked.filter(|checked| ended.is_none_or(|ended| *checked - ended < DELIVERIES)).map(|at| at.timestamp() / ASKED_AGAIN)
        }
    });
    let changes = Derived::new({
        let row = row.clone();
        move || (row.with(|row| row.as_ref().map(|row| (row.state, row.message.clone()))), board.suppressions(), checks.get())
    });
    ask_again(changes, answer.clone(), move || rpc::incident(number));
    view! {
        <Head answer=answer.clone() row may_act />
        <div class="columns">
            <div class="stack">
                <AroundChart answer=answer.clone() around />
                <Timeline answer=answer.clone() />
                <Notes answer=answer.clone() may_act />
            </div>
            <aside>
                <Notifications answer=answer.clone() />
                <Details answer />
            </aside>
        </div>
    }
    .into_any()
}
