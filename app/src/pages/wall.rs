//! `/wall`: the board for a screen that people read from across the room. It fits the screen, is dark in every colour scheme, and nothing on
//! it has to be operated.

use super::layout::live_board;
use super::with_board::WithBoard;
use crate::address;
use crate::base_path::under_base;
use crate::components::{Age, Icon, IconView, PageTitle, Shape, VerdictView, percent_links};
use crate::erased::IntoAny;
use crate::language::in_this_language;
use crate::live::{Clock, Derived, LiveBoard, Liveness, Shared, SharedSignal};
use crate::model::{State, SuppressionKind};
use crate::texts::{layout, states, suppression, wall as texts};
use crate::times;
use crate::wall::{Card, Detail, Group, Latest, Wall};
use leptos::either::Either;
use leptos::prelude::*;
use std::time::Duration;

/// Shapes in the card of several services, which fit one line.
const SHAPES: usize = 14;

/// How often the clock looks whether the minute has changed.
const TICK: Duration = Duration::from_secs(1);

/// How long the pointer stays visible after it has moved.
const POINTER: Duration = Duration::from_secs(3);

#[component]
pub fn WallPage() -> impl IntoView {
    let (board, _) = live_board();
    let title = {
        let board = board.clone();
        move || board.verdict().title()
    };
    let liveness = move || board.liveness.get().as_str();
    let is_idle = SharedSignal::new(false);
    let moved = pointer_watch(is_idle.clone());
    Effect::new({
        let moved = moved.clone();
        move |_| moved()
    });
    view! {
        <PageTitle text=in_this_language(title) />
        <main
            id="main"
            class="wall"
            data-live=liveness
            class:idle=move || is_idle.get()
            on:pointermove=move |_| moved()
            on:click=percent_links()
        >
            {move || {
                times::track();
                view! { <WithBoard render=|_| view! { <WallView /> }.into_any() /> }
            }}
        </main>
    }
    .into_any()
}

/// What to call when the pointer has moved: some time later it is hidden.
fn pointer_watch(is_idle: SharedSignal<bool>) -> impl Fn() + Clone + Send + Sync + 'static {
    let latest: Shared<Option<TimeoutHandle>> = Shared::new(None);
    move || {
        is_idle.set(false);
        let hide = is_idle.clone();
        // Fails only without a window.
        let timer = set_timeout_with_handle(move || hide.set(true), POINTER).ok();
        if let Some(earlier) = latest.with(|latest| std::mem::replace(latest, timer)) {
            earlier.clear();
        }
    }
}

/// The time of day in the zone of the page. Empty until the page is alive.
#[component]
fn WallClock() -> impl IntoView {
    let clock: Clock = expect_context();
    let text = SharedSignal::new(String::new());
    let shown = text.clone();
    Effect::new(move |_| {
        let (text, clock) = (text.clone(), clock.clone());
        let tick = move || {
            if let Some(now) = times::shown().instant(clock.now()) {
                text.set(now.format("%H:%M").to_string());
            }
        };
        tick();
        if let Ok(timer) = set_interval_with_handle(tick, TICK) {
            on_cleanup(move || timer.clear());
        }
    });
    view! { <time class="clock">{move || shown.get()}</time> }
}

#[component]
fn WallView() -> impl IntoView {
    let board: LiveBoard = expect_context();
    let wall = Derived::new(move || board.with(Wall::of).unwrap_or_default());
    let [cards, groups, footer] = std::array::from_fn(|_| wall.clone());
    view! {
        <header>
            <VerdictView />
            <aside>
                <WallClock />
                <LiveLine />
            </aside>
        </header>
        {move || cards.with(failing)}
        <div class="wall-groups">{move || groups.with(|wall| wall.groups.iter().map(|group| view_of(group, wall.detail)).collect_view())}</div>
        <footer>{move || footer.with(bottom)}</footer>
    }
    .into_any()
}

/// Whether the wall is up to date, and since when it is not.
#[component]
fn LiveLine() -> impl IntoView {
    let liveness = expect_context::<LiveBoard>().liveness;
    let text = move || match liveness.get() {
        Liveness::Connecting => layout::connecting(),
        Liveness::Live => layout::live(),
        Liveness::Stale => texts::stale(),
    };
    view! {
        <p class="live" role="status">
            <i aria-hidden="true"></i>
            <span>{text}</span>
        </p>
    }
}

/// The cards of the failing services; nothing when all are operational.
fn failing(wall: &Wall) -> Option<AnyView> {
    let cards = wall.cards.iter().map(card).collect_view();
    let more = (wall.more > 0).then(|| view! { <li class="more">{texts::and_more(wall.more)}</li> });
    (!wall.cards.is_empty()).then(|| {
        view! { <ul class="wall-cards" data-size=wall.size.as_str() aria-label=texts::needs_attention()>{cards} {more}</ul> }
            .into_any()
    })
}

fn card(card: &Card) -> AnyView {
    let note = card.suppression.as_ref().filter(|suppression| suppression.kind != SuppressionKind::Dependency).map(|suppression| {
        let (icon, word) = match suppression.kind {
            SuppressionKind::Acknowledgement => (Icon::CHECK, suppression::acknowledged()),
            SuppressionKind::Maintenance => (Icon::CLOCK, suppression::maintenance()),
            _ => (Icon::BELL_OFF, texts::silenced()),
        };
        let text = suppression.author.clone().unwrap_or_else(|| word.to_owned());
        view! {
            <span class="note">
                <IconView icon />
                {text}
            </span>
        }
    });
    let shapes = card.services.iter().take(SHAPES).map(|state| view! { <Shape state=*state /> }).collect_view();
    let name = card.name.clone();
    // The card of several services has no page of its own.
    let heading = match card.services.is_empty() {
        true => Either::Left(view! { <a href=under_base(&address::of_service(&card.service))>{name}</a> }),
        false => Either::Right(name),
    };
    view! {
        <li class=format!("wall-card {}", card.state) class:quiet=card.is_quiet()>
            <p class="now">
                <span class=format!("word {}", card.state)>
                    <Shape state=card.state />
                    {states::state(card.state)}
                </span>
                {note}
                <b class="age">
                    <Age time=card.since />
                </b>
            </p>
            <h2>{heading}</h2>
            <p class="reason">{card.reason.clone()}</p>
            {(!card.services.is_empty()).then(|| view! { <p class="shapes">{shapes}</p> })}
        </li>
    }
    .into_any()
}

fn view_of(group: &Group, detail: Detail) -> AnyView {
    let tile = |tile: &crate::wall::Tile| {
        let shape = match tile.is_paused {
            true => Either::Left(view! { <i class="shape paused" aria-hidden="true"></i> }),
            false => Either::Right(view! { <Shape state=State::Operational /> }),
        };
        let name = tile.name.clone();
        let label = if tile.is_paused { texts::tile_paused(&name) } else { name.clone() };
        match detail {
            Detail::Names => view! { <li class:paused=tile.is_paused>{shape} {name}</li> }.into_any(),
            _ => view! { <li role="img" aria-label=label>{shape}</li> }.into_any(),
        }
    };
    let tiles = (detail != Detail::Numbers).then(|| group.tiles.iter().map(tile).collect_view());
    view! {
        <section>
            <h3>
                {group.name.clone()}
                <span>
                    {texts::part_of(group.operational, group.services)}
                    <span class="visually-hidden">{texts::operational(group.operational)}</span>
                </span>
            </h3>
            <ul>{tiles}</ul>
        </section>
    }
    .into_any()
}

/// The latest change, what is in maintenance, and the way to the board.
fn bottom(wall: &Wall) -> AnyView {
    let latest = wall.latest.clone().map(|Latest { name, state, since }| {
        view! {
            <span>
                {texts::latest_change()} <b>{name}</b> {texts::in_state_for(states::state(state))} <Age time=since />
            </span>
        }
    });
    let maintenance =
        (!wall.maintenance.is_empty()).then(|| view! { <span>{texts::in_maintenance(&wall.maintenance.join(", "))}</span> });
    view! {
        {latest}
        {maintenance}
        <a href=under_base("/")>{layout::board()}</a>
    }
    .into_any()
}
