use super::board_address::BoardAddress;
use super::icon::{Icon, IconView};
use super::state::Shape;
use super::views_menu::ViewsMenu;
use crate::board::{Arrangement, Condition, Density, Sort};
use crate::live::{Derived, LiveBoard};
use crate::model::State;
use crate::texts::board as texts;
use crate::texts::states;
use leptos::either::Either;
use leptos::ev::{self, KeyboardEvent};
use leptos::html;
use leptos::prelude::*;
use std::collections::BTreeSet;

/// The filters, the order and the density of the board.
#[component]
pub fn FilterBar(address: BoardAddress, arrangement: Derived<Arrangement>) -> impl IntoView {
    let shown = {
        let (address, arrangement) = (address.clone(), arrangement.clone());
        move || address.get().is_filtered().then(|| texts::services_shown(arrangement.with(Arrangement::services)))
    };
    let has_paused = {
        let (address, arrangement) = (address.clone(), arrangement.clone());
        let is_wanted = move || address.get().state == Some(Condition::Paused);
        Derived::new(move || is_wanted() || arrangement.with(|arrangement| arrangement.counts.paused() > 0))
    };
    let paused = (address.clone(), arrangement.clone());
    let chip = |wanted| view! { <Chip address=address.clone() wanted arrangement=arrangement.clone() /> };
    view! {
        <div class="filter-bar">
            <FilterBox address=address.clone() />
            <div class="chips" role="group" aria-label=texts::show_by_state()>
                {chip(None)} {State::BY_URGENCY.map(|state| chip(Some(Condition::State(state)))).into_iter().collect_view()}
                <Show when=move || has_paused.get()>
                    <Chip address=paused.0.clone() wanted=Some(Condition::Paused) arrangement=paused.1.clone() />
                </Show>
            </div>
            <div class="order">
                <ViewsMenu address=address.clone() />
                <TagChoice address=address.clone() />
                <SortChoice address=address.clone() />
                <DensityChoice address />
            </div>
            <p class="visually-hidden" role="status">
                {shown}
            </p>
        </div>
    }
}

/// The text filter. `/` focuses it from anywhere on the page, Escape clears and leaves it.
#[component]
fn FilterBox(address: BoardAddress) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    Effect::new({
        let address = address.clone();
        move |_| {
            // The user may have typed before hydration.
            if let Some(typed) = input.get_untracked().map(|input| input.value()).filter(|typed| !typed.is_empty()) {
                address.change(|query| query.text = typed);
            }
            let listener = window_event_listener(ev::keydown, move |event| {
                if event.key() == "/" && !is_taken(&event) {
                    event.prevent_default();
                    if let Some(input) = input.get_untracked() {
                        // Fails only when the box is hidden.
                        let _ = input.focus();
                        input.select();
                    }
                }
            });
            on_cleanup(move || listener.remove());
        }
    });
    let leave = {
        let address = address.clone();
        move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                address.change(|query| query.text.clear());
                if let Some(input) = input.get_untracked() {
                    let _ = input.blur();
                }
            }
        }
    };
    let first = address.get_untracked().text;
    let text = {
        let address = address.clone();
        move || address.get().text
    };
    view! {
        <label class="search">
            <IconView icon=Icon::SEARCH />
            <input
                node_ref=input
                type="search"
                placeholder=texts::name_or_node()
                aria-label=texts::filter()
                aria-keyshortcuts="/"
                autocomplete="off"
                spellcheck="false"
                value=first
                prop:value=text
                on:input:target=move |event| address.change(|query| query.text = event.target().value())
                on:keydown=leave
            />
            <kbd aria-hidden="true">"/"</kbd>
        </label>
    }
}

/// Whether the key is input for a field or a shortcut of the browser.
pub fn is_taken(event: &KeyboardEvent) -> bool {
    let is_input =
        document().active_element().is_some_and(|element| matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"));
    is_input || event.ctrl_key() || event.meta_key() || event.alt_key()
}

/// A button that shows the services of one state, those that are paused, or all, with their number. Zeros have no colour.
#[component]
fn Chip(address: BoardAddress, wanted: Option<Condition>, arrangement: Derived<Arrangement>) -> impl IntoView {
    let number = Derived::new(move || {
        let counts = arrangement.with(|arrangement| arrangement.counts);
        match wanted {
            None => counts.all(),
            Some(Condition::State(state)) => counts.of(state),
            Some(Condition::Paused) => counts.paused(),
        }
    });
    let word = match wanted {
        None => texts::all(),
        Some(Condition::State(state)) => states::label(state),
        Some(Condition::Paused) => states::paused_label(),
    };
    let shape = wanted.map(|wanted| match wanted {
        Condition::State(state) => Either::Left(view! { <Shape state /> }),
        Condition::Paused => Either::Right(view! { <i class="shape paused" aria-hidden="true"></i> }),
    });
    let is_zero = {
        let number = number.clone();
        move || number.get() == 0
    };
    let is_pressed = {
        let address = address.clone();
        move || (address.get().state == wanted).to_string()
    };
    view! {
        <button
            class="chip"
            class:zero=is_zero
            type="button"
            aria-pressed=is_pressed
            on:click=move |_| address.visit(|query| query.state = wanted)
        >
            {shape}
            <span>{word}</span>
            " "
            <b>{move || number.get()}</b>
        </button>
    }
}

/// Shows the services with one tag. Absent while no service has one and none is wanted.
#[component]
fn TagChoice(address: BoardAddress) -> impl IntoView {
    let board: LiveBoard = expect_context();
    let chosen = Derived::new({
        let address = address.clone();
        move || address.get().tag.unwrap_or_default()
    });
    let tags = Derived::new({
        let chosen = chosen.clone();
        move || {
            // A tag that no service has any more can be left.
            let wanted = Some(chosen.get()).filter(|tag| !tag.is_empty());
            let all: BTreeSet<String> = board.tags().into_iter().chain(wanted).collect();
            all.into_iter().collect::<Vec<_>>()
        }
    });
    move || {
        let tags = tags.get();
        (!tags.is_empty()).then(|| {
            let any = (String::new(), texts::any_tag().to_owned());
            let options = [any].into_iter().chain(tags.into_iter().map(|tag| (tag.clone(), tag))).collect();
            let address = address.clone();
            let choose = move |tag: String| address.visit(|query| query.tag = Some(tag).filter(|tag| !tag.is_empty()));
            view! { <Choice label=texts::tag() options chosen=chosen.clone() choose=Box::new(choose) /> }
        })
    }
}

#[component]
fn SortChoice(address: BoardAddress) -> impl IntoView {
    let options = Sort::ALL.map(|sort| {
        let text = match sort {
            Sort::State => texts::worst_first(),
            Sort::Name => texts::by_name(),
            Sort::Response => texts::slowest_first(),
        };
        (sort.as_str().to_owned(), text.to_owned())
    });
    let chosen = {
        let address = address.clone();
        move || address.get().sort.as_str().to_owned()
    };
    let choose = move |value: String| address.change(|query| query.sort = Sort::of(&value));
    view! { <Choice label=texts::sort() options=options.into() chosen=Derived::new(chosen) choose=Box::new(choose) /> }
}

/// One value of a few, each with its text.
#[component]
fn Choice(
    label: &'static str,
    options: Vec<(String, String)>,
    chosen: Derived<String>,
    choose: Box<dyn Fn(String) + Send + Sync>,
) -> impl IntoView {
    let option = |(value, text): (String, String)| {
        let own = value.clone();
        let is_first = chosen.with_untracked(|chosen| *chosen == own);
        let chosen = chosen.clone();
        // The property follows what the address says later; the attribute is for the document.
        view! {
            <option value=value selected=is_first prop:selected=move || chosen.with(|chosen| *chosen == own)>
                {text}
            </option>
        }
    };
    view! {
        <label class="select">
            {label} <select on:change:target=move |event| choose(event.target().value())>{options.into_iter().map(option).collect_view()}</select>
        </label>
    }
}

#[component]
fn DensityChoice(address: BoardAddress) -> impl IntoView {
    let choice = |density, label: &'static str, icon| {
        let (shown, chosen) = (address.clone(), address.clone());
        view! {
            <button
                type="button"
                title=label
                aria-label=label
                aria-pressed=move || (shown.get().density == density).to_string()
                on:click=move |_| chosen.change(|query| query.density = density)
            >
                <IconView icon />
            </button>
        }
    };
    view! {
        <div class="segments" role="group" aria-label=texts::height_of_rows()>
            {choice(Density::Comfortable, texts::comfortable_rows(), Icon::BOARD)}
            {choice(Density::Compact, texts::compact_rows(), Icon::COMPACT)}
        </div>
    }
}
