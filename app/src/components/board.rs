use super::bar_cursor::BarCursor;
use super::filter_bar::FilterBar;
use super::group::GroupView;
use super::may_act::MayAct;
use super::verdict::VerdictView;
use crate::board::{Arrangement, Board, Filter};
use crate::live::{Derived, LiveBoard, LiveUptimeBars, follow_uptime_bars};
use crate::model::State;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// From this number of rows on, rows are laid out only when they scroll into view.
const MANY_ROWS: u32 = 300;

/// The loaded board: the verdict, the filters, and a table for each group.
#[component]
pub fn BoardView(may_act: bool) -> impl IntoView {
    provide_context(MayAct(may_act));
    let board: LiveBoard = expect_context();
    let uptime_bars: LiveUptimeBars = expect_context();
    // Effects run in the browser only, after the first paint.
    Effect::new({
        let uptime_bars = uptime_bars.clone();
        move |_| follow_uptime_bars(&uptime_bars)
    });
    // Links in notifications name the service.
    let text = RwSignal::new(use_query_map().read_untracked().get("search").unwrap_or_default());
    let state = RwSignal::new(None::<State>);
    let arrangement = Derived::new({
        let board = board.clone();
        move || {
            let filter = Filter::new(&text.read(), state.get());
            board.with(|board| Arrangement::of(board, &filter)).unwrap_or_default()
        }
    });
    let has_services = Derived::new({
        let board = board.clone();
        move || board.with(|board| !Board::is_empty(board)).unwrap_or_default()
    });
    let has_matches = Derived::new({
        let arrangement = arrangement.clone();
        move || arrangement.with(|arrangement| !arrangement.groups.is_empty())
    });
    let cursor = BarCursor::new(board, uptime_bars.clone(), arrangement.clone());
    // The places of rows are known after the next layout.
    Effect::new({
        let (arrangement, cursor) = (arrangement.clone(), cursor.clone());
        move |_| {
            arrangement.with(|_| ());
            uptime_bars.track();
            let cursor = cursor.clone();
            request_animation_frame(move || cursor.settle());
        }
    });
    let clear = move || {
        text.set(String::new());
        state.set(None);
    };
    view! {
        <VerdictView />
        <Show when=move || has_services.get() fallback=NoServices clone:arrangement clone:cursor clone:has_matches>
            <FilterBar text state arrangement=arrangement.clone() />
            <Show
                when={
                    let has_matches = has_matches.clone();
                    move || has_matches.get()
                }
                fallback=move || view! { <NoMatches clear /> }
                clone:arrangement
                clone:cursor
            >
                <Groups arrangement=arrangement.clone() cursor=cursor.clone() />
            </Show>
        </Show>
    }
    .into_any()
}

/// A table for each group, and the cursor in their uptime bars.
#[component]
fn Groups(arrangement: Derived<Arrangement>, cursor: BarCursor) -> impl IntoView {
    let has_many_rows = Derived::new({
        let arrangement = arrangement.clone();
        move || arrangement.with(|arrangement| arrangement.shown() > MANY_ROWS)
    });
    let names = {
        let arrangement = arrangement.clone();
        move || arrangement.with(|arrangement| arrangement.groups.iter().map(|group| group.name.clone()).collect::<Vec<_>>())
    };
    view! {
        <div
            class="groups"
            class:many-rows=move || has_many_rows.get()
            on:pointermove=cursor.listener(BarCursor::hover)
            on:pointerdown=cursor.listener(BarCursor::hover)
            on:pointerleave=cursor.listener(|cursor, _| cursor.leave())
            on:focusin=cursor.listener(BarCursor::focus)
            on:focusout=cursor.listener(BarCursor::blur)
            on:keydown=cursor.listener(BarCursor::press)
        >
            <For each=names key=String::clone children=move |name| view! { <GroupView name arrangement=arrangement.clone() /> } />
            {
                let cursor = cursor.clone();
                move || cursor.tooltip()
            }
        </div>
    }
}

/// No service is configured, or none is visible for this viewer.
#[component]
fn NoServices() -> impl IntoView {
    view! {
        <section class="empty card">
            <h2>"No services"</h2>
            <p>
                "No service is configured, or your roles show none. Add a service to " <code>"services.yaml"</code>
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

/// No row passes the filter.
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
