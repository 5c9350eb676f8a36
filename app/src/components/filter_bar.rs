use super::icon::{Icon, IconView};
use super::state::Shape;
use crate::board::Arrangement;
use crate::format;
use crate::live::Derived;
use crate::model::State;
use leptos::ev::{self, KeyboardEvent};
use leptos::html;
use leptos::prelude::*;

/// The filters of the board.
#[component]
pub fn FilterBar(text: RwSignal<String>, state: RwSignal<Option<State>>, arrangement: Derived<Arrangement>) -> impl IntoView {
    view! {
        <div class="filter-bar">
            <FilterBox text />
            <div class="chips" role="group" aria-label="Show nodes by state">
                <Chip state wanted=None arrangement=arrangement.clone() />
                {State::BY_URGENCY
                    .map(|wanted| view! { <Chip state wanted=Some(wanted) arrangement=arrangement.clone() /> })
                    .into_iter()
                    .collect_view()}
            </div>
            <p class="visually-hidden" role="status">
                {move || {
                    let is_filtered = state.get().is_some() || !text.read().trim().is_empty();
                    is_filtered.then(|| format!("{} shown", format::count(arrangement.with(Arrangement::shown), "node")))
                }}
            </p>
        </div>
    }
}

/// The text filter. `/` focuses it from anywhere on the page, Escape clears and leaves it.
#[component]
fn FilterBox(text: RwSignal<String>) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        // The user may have typed before hydration.
        if let Some(typed) = input.get_untracked().map(|input| input.value()).filter(|typed| !typed.is_empty()) {
            text.set(typed);
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
    });
    let leave = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            text.set(String::new());
            if let Some(input) = input.get_untracked() {
                let _ = input.blur();
            }
        }
    };
    view! {
        <label class="search">
            <IconView icon=Icon::SEARCH />
            <input
                node_ref=input
                type="search"
                placeholder="Filter by name, node, type"
                aria-label="Filter"
                aria-keyshortcuts="/"
                autocomplete="off"
                spellcheck="false"
                value=text.get_untracked()
                prop:value=text
                on:input:target=move |event| text.set(event.target().value())
                on:keydown=leave
            />
            <kbd aria-hidden="true">"/"</kbd>
        </label>
    }
}

/// Whether the key is input for a field or a shortcut of the browser.
fn is_taken(event: &KeyboardEvent) -> bool {
    let is_input =
        document().active_element().is_some_and(|element| matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"));
    is_input || event.ctrl_key() || event.meta_key() || event.alt_key()
}

/// A button that shows the rows of one state, or of all, with their number.
#[component]
fn Chip(state: RwSignal<Option<State>>, wanted: Option<State>, arrangement: Derived<Arrangement>) -> impl IntoView {
    let number = move || {
        arrangement.with(|arrangement| wanted.map_or_else(|| arrangement.counts.total(), |wanted| arrangement.counts.of(wanted)))
    };
    let word = match wanted {
        None => "All",
        Some(State::Down) => "Down",
        Some(State::Unhealthy) => "Unhealthy",
        Some(State::Unknown) => "Unknown",
        Some(State::Operational) => "Operational",
    };
    view! {
        <button class="chip" type="button" aria-pressed=move || (state.get() == wanted).to_string() on:click=move |_| state.set(wanted)>
            {wanted.map(|state| view! { <Shape state /> })}
            <span>{word}</span>
            " "
            <b>{number}</b>
        </button>
    }
}
