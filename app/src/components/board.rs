use super::group::GroupView;
use super::pointing::Pointing;
use super::tools::Tools;
use super::verdict::VerdictView;
use crate::board::{Arrangement, Board, Filter};
use crate::live::{LiveBoard, LiveStrips, follow_strips};
use crate::model::State;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// From so many rows on, those out of sight are left to be laid out when they come into sight.
const VAST: u32 = 300;

/// Whether rows offer what an operator may do.
#[derive(Clone, Copy)]
pub(super) struct MayAct(pub bool);

/// The board, once loaded: the verdict, what narrows it down, and a table for each group.
#[component]
pub fn BoardView(may_act: bool) -> impl IntoView {
    provide_context(MayAct(may_act));
    let board: LiveBoard = expect_context();
    let strips: LiveStrips = expect_context();
    let pointing = Pointing::new(board.clone(), strips.clone());
    // Effects run in the browser alone, and after the first paint.
    Effect::new(move |_| follow_strips(&strips));
    // Messages link to the board with the service that they tell of.
    let text = RwSignal::new(use_query_map().read_untracked().get("search").unwrap_or_default());
    let state = RwSignal::new(None::<State>);
    let arrangement = Memo::new({
        let board = board.clone();
        move |_| {
            let filter = Filter::new(&text.read(), state.get());
            board.with(|board| Arrangement::of(board, &filter)).unwrap_or_default()
        }
    });
    let groups =
        move || arrangement.with(|arrangement| arrangement.groups.iter().map(|group| group.name.clone()).collect::<Vec<_>>());
    let has_services = Memo::new(move |_| board.with(|board| !Board::is_empty(board)).unwrap_or_default());
    let has_matches = Memo::new(move |_| arrangement.with(|arrangement| !arrangement.groups.is_empty()));
    let is_vast = Memo::new(move |_| arrangement.with(Arrangement::shown) > VAST);
    // Where rows are is known once they are drawn.
    Effect::new({
        let pointing = pointing.clone();
        move |_| {
            arrangement.track();
            let pointing = pointing.clone();
            request_animation_frame(move || pointing.settle());
        }
    });
    let clear = move || {
        text.set(String::new());
        state.set(None);
    };
    view! {
        <VerdictView />
        <Show when=move || has_services.get() fallback=NoServices clone:pointing>
            <Tools text state arrangement />
            <Show when=move || has_matches.get() fallback=move || view! { <NoMatches clear /> } clone:pointing>
                <div
                    class="groups"
                    class:vast=move || is_vast.get()
                    on:pointermove=pointing.listener(Pointing::hover)
                    on:pointerdown=pointing.listener(Pointing::hover)
                    on:pointerleave=pointing.listener(|pointing, _| pointing.leave())
                    on:focusin=pointing.listener(Pointing::focus)
                    on:focusout=pointing.listener(Pointing::blur)
                    on:keydown=pointing.listener(Pointing::press)
                >
                    <For each=groups key=String::clone children=move |name| view! { <GroupView name arrangement /> } />
                    {
                        let pointing = pointing.clone();
                        move || pointing.bubble()
                    }
                </div>
            </Show>
        </Show>
    }
    .into_any()
}

/// Nothing is configured, or nothing for this viewer.
#[component]
fn NoServices() -> impl IntoView {
    view! {
        <section class="empty card">
            <h2>"There is nothing to show"</h2>
            <p>
                "No service is configured, or none that your roles may see. A service is a few lines in " <code>"services.yaml"</code>
                ":"
            </p>
            <pre>
                <code>
                    "example:\n  type: rest_http\n  role: [dev]\n  properties:\n    host: www.example.com\n  data:\n    type: App\n    name: Example\n    url: /health"
                </code>
            </pre>
        </section>
    }
}

/// The filter lets nothing through.
#[component]
fn NoMatches(clear: impl Fn() + 'static) -> impl IntoView {
    view! {
        <section class="empty card">
            <h2>"No node matches the filter"</h2>
            <p>"A node is shown when each of the words occurs in its type, name, node, state or message."</p>
            <button type="button" on:click=move |_| clear()>
                "Clear the filter"
            </button>
        </section>
    }
}
