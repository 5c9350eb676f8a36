use crate::format;
use crate::live::{LiveBoard, Liveness};
use crate::model::StoreNotice;
use crate::resources::BoardResource;
use crate::times::{here, hover};
use leptos::prelude::*;

/// Shows that the page is out of date. It stands before the content, which loses its colours meanwhile.
#[component]
pub fn StaleNotice() -> impl IntoView {
    let liveness = expect_context::<LiveBoard>().liveness;
    view! {
        <Show when=move || liveness.get() == Liveness::Stale>
            <p class="notice stale" role="status">
                "The server cannot be reached. The page shows the last known state and reconnects automatically."
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
                    let board = board.clone();
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
            "History cannot be saved since "
            <time datetime=since.to_rfc3339() title=hover(since)>
                {here(since).format("%H:%M").to_string()}
            </time>
            ". Checks and alerts continue. "
            {consequence(dropped_samples)}
        </p>
    }
}

/// The consequence for the results of the meantime.
fn consequence(dropped_samples: u64) -> String {
    match dropped_samples {
        0 => "New results wait in memory and are saved when the store is back.".to_owned(),
        1 => "Buffer full: 1 check will be missing in history. All state changes are kept.".to_owned(),
        dropped => {
            format!("Buffer full: {} checks will be missing in history. All state changes are kept.", format::thousands(dropped))
        }
    }
}
