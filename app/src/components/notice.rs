use crate::format;
use crate::live::{LiveBoard, Liveness};
use crate::model::StoreNotice;
use crate::resources::BoardResource;
use crate::texts::layout as texts;
use crate::times::{here, hover};
use leptos::prelude::*;

/// Shows that the page is out of date. It stands before the content, which loses its colours meanwhile.
#[component]
pub fn StaleNotice() -> impl IntoView {
    let liveness = expect_context::<LiveBoard>().liveness;
    view! {
        <Show when=move || liveness.get() == Liveness::Stale>
            <p class="notice stale" role="status">
                {texts::server_out_of_reach()}
            </p>
        </Show>
    }
}

/// Shows that history cannot be saved, and the consequence.
#[component]
pub fn StoreAwayNotice() -> impl IntoView {
    let BoardResource(first) = expect_context();
    let board: LiveBoard = expect_context();
    view! {
        <div aria-live="polite">
            <Suspense>
                {move || {
                    let (board, first) = (board.clone(), first.clone());
                    Suspend::new(async move {
                        if let Ok(snapshot) = first.await {
                            board.load(snapshot);
                        }
                        move || board.store().map(|notice| view! { <StoreAway notice /> })
                    })
                }}
            </Suspense>
        </div>
    }
}

#[component]
fn StoreAway(notice: StoreNotice) -> impl IntoView {
    let StoreNotice { since, dropped_samples } = notice;
    view! {
        <p class="notice" data-notice="store">
            {texts::history_not_saved_since()}
            <time datetime=since.to_rfc3339() title=hover(since)>
                {here(since).format("%H:%M").to_string()}
            </time>
            {texts::checks_continue()}
            {consequence(dropped_samples)}
        </p>
    }
}

/// The consequence for the results of the meantime.
fn consequence(dropped_samples: u64) -> String {
    match dropped_samples {
        0 => texts::results_wait().to_owned(),
        dropped => texts::checks_missing(dropped, &format::thousands(dropped)),
    }
}
