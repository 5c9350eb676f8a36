use super::age::exact;
use crate::live::{LiveBoard, Liveness};
use crate::model::StoreNotice;
use crate::pages::BoardResource;
use crate::phrase;
use leptos::prelude::*;

/// Says that the page is not up to date, so that nobody takes an old picture for the present.
#[component]
pub fn StaleNotice() -> impl IntoView {
    let liveness = expect_context::<LiveBoard>().liveness;
    view! {
        <Show when=move || liveness.get() == Liveness::Stale>
            <p class="notice">
                "The server cannot be reached. You see what was known last; the page connects again by itself."
            </p>
        </Show>
    }
}

/// Says that history is not saved now, and what that means.
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
            <time datetime=since.to_rfc3339() title=exact(since)>
                {since.format("%H:%M").to_string()}
            </time>
            ". Checks and alerts go on. "
            {fate(dropped_samples)}
        </p>
    }
}

/// What becomes of what happens meanwhile.
fn fate(dropped_samples: u64) -> String {
    match dropped_samples {
        0 => "What happens meanwhile waits in memory, and is saved when the store is back.".to_owned(),
        1 => "More waits than may wait: 1 check will be missing in history. Changes of state are all kept.".to_owned(),
        dropped => format!(
            "More waits than may wait: {} checks will be missing in history. Changes of state are all kept.",
            phrase::thousands(dropped)
        ),
    }
}
