use crate::components::{Header, StaleNotice, StoreAwayNotice, set_icon};
use crate::live::{Clock, LiveBoard, LiveStrips, follow};
use crate::model::{BoardSnapshot, RpcError, Viewer};
use crate::rpc;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::Outlet;

/// What all pages behind the login share: the header, and the living board, which goes on while people walk from page to page.
#[component]
pub fn Frame() -> impl IntoView {
    let viewer = ViewerResource(Resource::new(|| (), |()| rpc::viewer()));
    let first = BoardResource(Resource::new(|| (), |()| rpc::board()));
    let board = LiveBoard::new();
    let clock = Clock::new();
    provide_context(viewer);
    provide_context(first);
    provide_context(board.clone());
    provide_context(clock.clone());
    provide_context(LiveStrips::new());

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
        move |_| set_icon(board.verdict().worst())
    });

    view! {
        <Title text=move || board.verdict().title() />
        <a class="skip" href="#main" rel="external">
            "Skip to the content"
        </a>
        <Header />
        <main id="main" tabindex="-1" class:ticking=move || clock.is_running()>
            <StaleNotice />
            <StoreAwayNotice />
            <Outlet />
        </main>
    }
}

/// Who is logged in.
#[derive(Clone, Copy)]
pub struct ViewerResource(pub Resource<Result<Viewer, RpcError>>);

/// The first snapshot of the board; what comes after is in [`LiveBoard`].
#[derive(Clone, Copy)]
pub struct BoardResource(pub Resource<Result<BoardSnapshot, RpcError>>);
