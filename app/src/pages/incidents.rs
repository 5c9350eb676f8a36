mod acknowledge;
mod again;
mod answer;
mod chart;
mod duration;
mod export;
mod filters;
mod heads;
mod lead;
mod listed;
mod open_list;
mod resolved;
mod row;
mod storm;

pub(super) use acknowledge::{Acknowledge, WithdrawAcknowledgement};
pub(super) use again::ask_again;
pub(super) use duration::Duration;

use super::failure::Failure;
use crate::address::use_query;
use crate::components::{Announced, Announcement, PageTitle, RefusedForm, address_notice};
use crate::erased::IntoAny;
use crate::incidents::ListAddress;
use crate::live::{Derived, LiveBoard};
use crate::model::{BoardScope, IncidentStatus, IncidentsRequest, IncidentsView};
use crate::resources::{BoardResource, ViewerResource};
use crate::rpc;
use crate::texts::incidents as texts;
use crate::times;
use answer::Answer;
use chart::DaysChart;
use export::Export;
use filters::Filters;
use lead::Lead;
use leptos::either::Either;
use leptos::prelude::*;
use open_list::OpenList;
use resolved::Resolved;
use std::sync::Arc;

/// `/incidents`: open incidents, live, and past ones.
#[component]
pub fn IncidentsPage() -> impl IntoView {
    let BoardResource(first) = expect_context();
    let ViewerResource(viewer) = expect_context();
    let board: LiveBoard = expect_context();
    board.want(BoardScope::Incidents);
    let query = use_query();
    let address = Derived::new(move || query.with(|query| ListAddress::read(|name| query.get(name))));
    // Created here and not inside of a `Suspense`, which drops its content when it waits again.
    let incidents = ArcResource::new(
        {
            let address = address.clone();
            move || {
                let zone = times::shown().name().map(str::to_owned);
                IncidentsRequest { zone, ..address.with(ListAddress::request) }
            }
        },
        rpc::incidents,
    );
    let refused = RefusedForm::of_page();
    let notice = refused.notice();
    provide_context(refused);
    let announcement = Announcement::default();
    provide_context(announcement.clone());
    view! {
        <PageTitle text=format!("{} · Platus", texts::incidents()) />
        <div class="incidents-page">
            {notice} <Announced announcement />
            <Suspense fallback=|| {
                view! {
                    <h1>{texts::incidents()}</h1>
                    <p class="loading">{texts::loading()}</p>
                }
            }>
                {move || {
                    let (board, first, viewer) = (board.clone(), first.clone(), viewer.clone());
                    let (incidents, address) = (incidents.clone(), address.get());
                    Suspend::new(async move {
                        match (first.await, viewer.await, incidents.await) {
                            (Ok(snapshot), Ok(viewer), Ok(view)) => {
                                board.load(snapshot);
                                board.covering(BoardScope::Incidents).await;
                                Either::Left(view! { <Incidents view address may_act=viewer.operator /> })
                            }
                            (Err(error), ..) | (_, Err(error), _) | (.., Err(error)) => {
                                Either::Right(view! { <Failure what=texts::not_loaded() error /> })
                            }
                        }
                    })
                }}
            </Suspense>
        </div>
    }
    .into_any()
}

#[component]
fn Incidents(view: IncidentsView, address: ListAddress, may_act: bool) -> impl IntoView {
    let board: LiveBoard = expect_context();
    let answer = Answer::new(Arc::new(view));
    let open = Derived::new(move || {
        board.with(|board| board.rows().filter_map(|row| row.incident).collect::<Vec<_>>()).unwrap_or_default()
    });
    let request = address.request();
    ask_again(open, answer.clone(), move || rpc::incidents(request.clone()));
    let status = address.filter.status;
    let shows = |wanted: IncidentStatus| status.is_none_or(|status| status == wanted);
    let address = address.as_shown(answer.get_untracked().problem.as_ref());
    let problems = address_notice(address.problems.clone());
    let address = Arc::new(address);
    view! {
        <div class="page-head">
            <div>
                <h1>{texts::incidents()}</h1>
                <Lead answer=answer.clone() address=Arc::clone(&address) />
            </div>
            <Export answer=answer.clone() address=Arc::clone(&address) />
        </div>
        {problems}
        <DaysChart answer=answer.clone() address=Arc::clone(&address) />
        <Filters answer=answer.clone() address=Arc::clone(&address) />
        {shows(IncidentStatus::Open)
            .then(|| {
                view! {
                    <OpenList answer=answer.clone() address=Arc::clone(&address) status=IncidentStatus::Open may_act />
                }
            })}
        {shows(IncidentStatus::Acknowledged)
            .then(|| {
                view! {
                    <OpenList
                        answer=answer.clone()
                        address=Arc::clone(&address)
                        status=IncidentStatus::Acknowledged
                        may_act
                    />
                }
            })}
        {shows(IncidentStatus::Resolved).then(|| view! { <Resolved answer address /> })}
    }
    .into_any()
}
