mod calendar;
mod drawer;
mod ending;
mod extend;
mod filters;
mod form;
mod list;
mod matches;
mod repetition;
mod rows;
mod selection;
mod services;

use super::failure::Failure;
use super::scope::NEW;
use crate::address::use_query;
use crate::base_path::under_base;
use crate::components::{Icon, IconView, PageTitle, RefusedForm, address_notice};
use crate::erased::IntoAny;
use crate::forms::{SILENCES, action};
use crate::live::{Derived, LiveBoard};
use crate::model::BoardScope;
use crate::resources::{BoardResource, ViewerResource};
use crate::rpc;
use crate::silences::SilencesAddress;
use crate::texts::layout;
use crate::texts::silences as texts;
use drawer::Drawer;
use ending::{Ending, Outcome};
use leptos::either::EitherOf3;
use leptos::prelude::*;
use list::SilenceLists;

/// `/silences`: silences and maintenance, now, later and recurring. Operators enter and end them here.
#[component]
pub fn SilencesPage() -> impl IntoView {
    let BoardResource(first) = expect_context();
    let ViewerResource(viewer) = expect_context();
    let viewer_of_head = viewer.clone();
    let board: LiveBoard = expect_context();
    let query = use_query();
    let address = Derived::new({
        let query = query.clone();
        move || query.with(|query| SilencesAddress::read(|name| query.get(name)))
    });
    // Created here and not inside of a `Suspense`, which drops its content when it waits again.
    let silences = ArcResource::new(
        {
            let board = board.clone();
            move || (board.suppressions(), address.get())
        },
        |(_, address)| async move {
            let silences = rpc::silences(address.0.clone()).await;
            (address, silences)
        },
    );
    let refused = RefusedForm::of_page();
    let notice = refused.notice();
    // A form that was refused opens again.
    let is_refused = refused.reason(action::SILENCE, None).is_some();
    provide_context(refused);
    provide_context(Ending::new());
    let is_new = Derived::new({
        let query = query.clone();
        move || is_refused || query.with(|query| query.get(NEW).is_some())
    });
    view! {
        <PageTitle text=format!("{} · Platus", layout::silences()) />
        <div class="silences-page">
            {notice}
            {move || address_notice(query.with(|query| SilencesAddress::problems(|name| query.get(name))))}
            <div class="page-head">
                <div>
                    <h1>{texts::silences_and_maintenance()}</h1>
                    <p class="lead">
                        {texts::lead()}
                    </p>
                </div>
                <Suspense>
                    {move || {
                        let viewer = viewer_of_head.clone();
                        Suspend::new(async move {
                            viewer.await.is_ok_and(|viewer| viewer.operator).then(|| view! { <NewLinks /> })
                        })
                    }}
                </Suspense>
            </div>
            <Outcome />
            <Suspense>
                {move || {
                    let (board, is_new, first, viewer) = (board.clone(), is_new.clone(), first.clone(), viewer.clone());
                    Suspend::new(async move {
                        match (first.await, viewer.await) {
                            (Ok(snapshot), Ok(viewer)) if viewer.operator => {
                                board.load(snapshot);
                                EitherOf3::A(move || {
                                    let is_new = is_new.get();
                                    if is_new {
                                        board.want(BoardScope::All);
                                    }
                                    (is_new && board.covers(&BoardScope::All))
                                        .then(|| view! { <Drawer may_silence_all=viewer.admin /> })
                                })
                            }
                            (Ok(_), Ok(_)) => EitherOf3::B(()),
                            (Err(error), _) | (_, Err(error)) => {
                                EitherOf3::C(view! { <Failure what=texts::not_loaded() error /> })
                            }
                        }
                    })
                }}
            </Suspense>
            <SilenceLists silences />
        </div>
    }
    .into_any()
}

#[component]
fn NewLinks() -> impl IntoView {
    view! {
        <div class="actions">
            <a class="button" href=under_base(&format!("{SILENCES}?{NEW}&kind=maintenance"))>
                <IconView icon=Icon::WRENCH />
                {texts::schedule_maintenance()}
            </a>
            <a class="button primary" href=under_base(&format!("{SILENCES}?{NEW}"))>
                <IconView icon=Icon::BELL_OFF />
                {texts::new_silence()}
            </a>
        </div>
    }
    .into_any()
}
