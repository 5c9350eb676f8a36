use super::address_notice::address_notice;
use super::bar_cursor::BarCursor;
use super::board_address::BoardAddress;
use super::filter_bar::FilterBar;
use super::first_run::FirstRun;
use super::group::{ColumnHeads, GroupView};
use super::long_board;
use super::may_act::MayAct;
use super::row_focus::RowFocus;
use super::verdict::VerdictView;
use crate::address::use_query;
use crate::board::{Arrangement, Board, BoardQuery, Density, Filter, Order};
use crate::erased::IntoAny;
use crate::live::{Derived, LiveBoard, LiveUptimeBars, RowDetails, follow_uptime_bars};
use crate::model::ServiceId;
use crate::texts::board as texts;
use leptos::ev::MouseEvent;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, Event};

/// Above this number of rows a board is a long one: rows are laid out only near the screen, and elsewhere they show only their state and
/// their name.
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
        move |_| follow_uptime_bars(&uptime_bars, None)
    });
    let query = use_query();
    let address = BoardAddress::new();
    let focus = RowFocus::default();
    let arrangement = Derived::new({
        let (board, address, focus) = (board.clone(), address.clone(), focus.clone());
        move || {
            focus.keep();
            let BoardQuery { text, state, tag, sort, open, .. } = address.get();
            let filter = Filter::new(&text, None).with_condition(state).with_tag(tag);
            board.with(|board| Arrangement::of(board, &filter, Order { sort, open: Some(&open) })).unwrap_or_default()
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
    let is_long = Derived::new({
        let arrangement = arrangement.clone();
        move || arrangement.with(|arrangement| arrangement.shown() > MANY_ROWS)
    });
    let details = {
        let is_long = is_long.clone();
        RowDetails::new(move || is_long.get(), long_board::is_reported())
    };
    provide_context(details.clone());
    Effect::new({
        let (details, is_long) = (details.clone(), is_long.clone());
        move |_| {
            is_long.get();
            details.update();
        }
    });
    Effect::new({
        let details = details.clone();
        move |_| long_board::follow(&details)
    });
    let cursor = BarCursor::new(board, uptime_bars.clone(), arrangement.clone(), details.clone());
    Effect::new({
        let cursor = cursor.clone();
        move |_| focus.take().iter().for_each(|part| cursor.return_focus(part))
    });
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
    let clear = {
        let address = address.clone();
        move || address.visit(|query| *query = query.unfiltered())
    };
    view! {
        <VerdictView />
        {move || address_notice(query.with(|query| BoardQuery::problems(|key| query.all(key))))}
        <Show when=move || has_services.get() fallback=FirstRun clone:arrangement clone:cursor clone:has_matches clone:address clone:clear clone:is_long clone:details>
            <FilterBar address=address.clone() arrangement=arrangement.clone() />
            <Show
                when={
                    let has_matches = has_matches.clone();
                    move || has_matches.get()
                }
                fallback={
                    let clear = clear.clone();
                    move || view! { <NoMatches clear=clear.clone() /> }
                }
                clone:arrangement
                clone:cursor
                clone:address
                clone:is_long
                clone:details
            >
                <Groups
                    arrangement=arrangement.clone()
                    cursor=cursor.clone()
                    address=address.clone()
                    is_long=is_long.clone()
                    details=details.clone()
                />
            </Show>
        </Show>
    }
    .into_any()
}

/// A table for each group, and the cursor in their uptime bars.
#[component]
fn Groups(
    arrangement: Derived<Arrangement>,
    cursor: BarCursor,
    address: BoardAddress,
    is_long: Derived<bool>,
    details: RowDetails,
) -> impl IntoView {
    let is_comfortable = {
        let address = address.clone();
        move || address.get().density == Density::Comfortable
    };
    let follow = {
        let address = address.clone();
        move |event: MouseEvent| follow_link(&address, &event)
    };
    let names = {
        let arrangement = arrangement.clone();
        move || arrangement.with(|arrangement| arrangement.groups.iter().map(|group| group.name.clone()).collect::<Vec<_>>())
    };
    view! {
        <div
            class="groups"
            class:comfortable=is_comfortable
            class:many-rows=move || is_long.get()
            on:pointermove=cursor.listener(BarCursor::hover)
            on:pointerdown=cursor.listener(BarCursor::hover)
            on:pointerleave=cursor.listener(|cursor, _| cursor.leave())
            on:focusin=cursor.listener(BarCursor::focus)
            on:focusout=cursor.listener(|cursor, _| cursor.leave())
            on:keydown=cursor.listener(BarCursor::press)
            on:click=follow
            on:contentvisibilityautostatechange=move |event: Event| long_board::hear(&details, &event)
        >
            <ColumnHeads />
            <For
                each=names
                key=String::clone
                children=move |name| view! { <GroupView name arrangement=arrangement.clone() address=address.clone() /> }
            />
            {
                let cursor = cursor.clone();
                move || cursor.tooltip()
            }
        </div>
    }
}

/// A click on a tag or on the sign of a service with several nodes changes the board and keeps the rest of the address. There may be
/// thousands of these links, so the board listens for all. A click with a modifier opens the link as any other.
fn follow_link(address: &BoardAddress, event: &MouseEvent) {
    let has_modifier = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok()).filter(|_| !has_modifier);
    let Some(link) = target.and_then(|element| element.closest("a[data-tag], a[data-fold]").ok()?) else { return };
    event.prevent_default();
    if let Some(service) = link.get_attribute("data-fold") {
        address.set(address.get_untracked().toggled(&ServiceId::new(service)));
    } else {
        address.visit(|query| query.tag = link.get_attribute("data-tag"));
    }
}

/// No row passes the filter.
#[component]
fn NoMatches(clear: impl Fn() + 'static) -> impl IntoView {
    view! {
        <section class="empty card">
            <h2>{texts::no_match()}</h2>
            <p>{texts::when_a_node_matches()}</p>
            <button type="button" on:click=move |_| clear()>
                {texts::clear_filter()}
            </button>
        </section>
    }
}
