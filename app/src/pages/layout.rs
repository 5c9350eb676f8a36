use super::scope::scope;
use crate::address::Query;
use crate::base_path::path_of;
use crate::components::{
    Header, KeysDialog, PageTitle, RefusedForm, StaleNotice, StoreAwayNotice, ZoneNote, close_menus, percent_links, set_tab_icon,
};
use crate::erased::IntoAny;
use crate::language::in_this_language;
use crate::live::{Clock, FirstSnapshot, LiveBoard, LiveUptimeBars, follow};
use crate::resources::{BoardResource, ViewerResource};
use crate::rpc;
use crate::texts::layout as texts;
use crate::times;
use leptos::prelude::*;
use leptos_router::components::Outlet;
use leptos_router::hooks::use_url;

/// The layout of all pages behind the login: the header, and the live board, which is kept during navigation.
#[component]
pub fn Layout() -> impl IntoView {
    let (board, clock) = live_board();
    close_menus();
    let liveness = board.liveness.clone();
    view! {
        <PageTitle text=in_this_language(move || board.verdict().title()) />
        <a class="skip" href="#main" rel="external">
            {texts::skip_to_content()}
        </a>
        <Header />
        <StaleNotice />
        <main
            id="main"
            tabindex="-1"
            on:click=percent_links()
            class:ticking=move || clock.is_running()
            data-live=move || liveness.get().as_str()
        >
            {move || {
                times::track();
                view! {
                    <StoreAwayNotice />
                    <Outlet />
                }
            }}
            <ZoneNote />
        </main>
        <KeysDialog />
    }
    .into_any()
}

/// The live board of a page, in the context of its parts.
pub(super) fn live_board() -> (LiveBoard, Clock) {
    let viewer = ViewerResource(ArcResource::new(|| (), |()| rpc::viewer()));
    let scope = use_url().with_untracked(|url| scope(&path_of(url.path()), &Query::read(url.search()), &RefusedForm::on_server()));
    let first = BoardResource(ArcResource::new(
        || (),
        move |()| {
            let scope = scope.clone();
            async { rpc::board(scope).await.map(FirstSnapshot::from) }
        },
    ));
    let board = LiveBoard::new();
    let clock = Clock::new();
    provide_context(viewer);
    provide_context(first.clone());
    provide_context(board.clone());
    provide_context(clock.clone());
    provide_context(LiveUptimeBars::new());

    Effect::new({
        let (board, clock) = (board.clone(), clock.clone());
        move |_| {
            if let Some(Ok(snapshot)) = first.0.get() {
                board.load(snapshot);
                follow(&board, &clock);
            }
        }
    });
    Effect::new({
        let board = board.clone();
        move |_| set_tab_icon(board.verdict().worst())
    });
    times::settle();
    (board, clock)
}
