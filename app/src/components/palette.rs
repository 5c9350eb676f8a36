use super::icon::{Icon, IconView};
use super::state::Shape;
use crate::base_path::under_base;
use crate::erased::IntoAny;
use crate::live::{Derived, LiveBoard, SharedSignal};
use crate::model::BoardScope;
use crate::palette::{Entry, Kind, entries, split};
use crate::texts::palette as texts;
use crate::texts::{errors, states};
use leptos::ev::{self, KeyboardEvent, MouseEvent};
use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, HtmlElement};

/// The list that the box controls, and the beginning of the ids of its entries.
const LIST: &str = "palette-list";
const ENTRY: &str = "palette-entry-";

/// The command palette: Ctrl-K opens a box to search services, incidents, actions and pages. The button beside it says so.
#[component]
pub fn Palette(may_act: bool) -> impl IntoView {
    let board: LiveBoard = expect_context();
    let dialog = NodeRef::<html::Dialog>::new();
    let input = NodeRef::<html::Input>::new();
    let (text, current, is_open) = (SharedSignal::new(String::new()), SharedSignal::new(0_usize), SharedSignal::new(false));
    // While it is closed nothing is computed: the board changes all the time.
    let found = Derived::new({
        let (board, text, is_open) = (board.clone(), text.clone(), is_open.clone());
        move || match is_open.get() {
            true => {
                // Of all services once they are there.
                board.covers(&BoardScope::All);
                board.with_untracked(|board| entries(board, &text.get(), may_act)).unwrap_or_default()
            }
            false => Vec::new(),
        }
    });
    let open = {
        let (board, text, current, is_open) = (board.clone(), text.clone(), current.clone(), is_open.clone());
        move || {
            board.want(BoardScope::All);
            let Some(dialog) = dialog.get_untracked().filter(|dialog| !dialog.open()) else { return };
            if let Some(input) = input.get_untracked() {
                input.set_value("");
            }
            text.set(String::new());
            current.set(0);
            is_open.set(true);
            // Fails only for a dialog that is already open.
            let _ = dialog.show_modal();
        }
    };
    let close = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    Effect::new({
        let open = open.clone();
        move |_| {
            let open = open.clone();
            let listener = window_event_listener(ev::keydown, move |event| {
                if event.key().eq_ignore_ascii_case("k") && (event.ctrl_key() || event.meta_key()) && !event.alt_key() {
                    event.prevent_default();
                    open();
                }
            });
            on_cleanup(move || listener.remove());
        }
    });
    let press = {
        let (current, found) = (current.clone(), found.clone());
        move |event: KeyboardEvent| {
            let count = found.with_untracked(Vec::len);
            let at = current.get_untracked();
            match event.key().as_str() {
                "ArrowDown" if count > 0 => current.set((at + 1) % count),
                "ArrowUp" if count > 0 => current.set((at + count - 1) % count),
                "Enter" => follow(at, event.ctrl_key() || event.meta_key()),
                _ => return,
            }
            event.prevent_default();
            if let Some(entry) = entry(current.get_untracked()) {
                entry.scroll_into_view_with_bool(false);
            }
        }
    };
    // A link was followed, or the place beside the palette was clicked.
    let click = move |event: MouseEvent| {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let is_outside = target.as_ref().is_some_and(|target| target.tag_name() == "DIALOG");
        let is_link = target.is_some_and(|target| target.closest("a").is_ok_and(|link| link.is_some()));
        if is_outside || (is_link && !event.ctrl_key() && !event.meta_key()) {
            close();
        }
    };
    let (typed, list, shown, active) = (text.clone(), found.clone(), current.clone(), current.clone());
    let (shows, closed) = (is_open.clone(), is_open);
    let (any, first) = (found, current);
    view! {
        <button class="command" type="button" aria-label=texts::search() aria-keyshortcuts="Control+K" on:click=move |_| open()>
            <IconView icon=Icon::SEARCH />
            <span>{texts::search()}</span>
            <kbd aria-hidden="true">"Ctrl K"</kbd>
        </button>
        <dialog
            node_ref=dialog
            class="palette"
            aria-label=texts::search_and_commands()
            on:click=click
            on:close=move |_| closed.set(false)
        >
            <div class="question">
                <IconView icon=Icon::SEARCH />
                <input
                    node_ref=input
                    type="text"
                    role="combobox"
                    aria-label=texts::what_to_type()
                    aria-expanded="true"
                    aria-controls=LIST
                    aria-autocomplete="list"
                    aria-activedescendant=move || any.with(|found| (!found.is_empty()).then(|| format!("{ENTRY}{}", active.get())))
                    placeholder=texts::what_to_type()
                    autocomplete="off"
                    spellcheck="false"
                    autofocus
                    on:input:target=move |event| {
                        typed.set(event.target().value());
                        first.set(0);
                    }
                    on:keydown=press
                />
                <kbd aria-hidden="true">{texts::escape()}</kbd>
            </div>
            <div id=LIST role="listbox" aria-label=texts::found()>
                {move || {
                    let is_complete = !shows.get() || board.covers(&BoardScope::All);
                    list.with(|found| groups(found, &text.get_untracked(), &shown, is_complete))
                }}
            </div>
            <p class="keys-line" aria-hidden="true">
                <kbd>"↑"</kbd> <kbd>"↓"</kbd> {texts::selects()} <kbd>{texts::enter()}</kbd> {texts::opens()} <kbd>">"</kbd>
                {texts::only_actions()} <kbd>"#"</kbd> {texts::only_incidents()}
            </p>
        </dialog>
    }
    .into_any()
}

/// The entries by kind; a sentence when there are none, or none yet.
fn groups(found: &[Entry], text: &str, current: &SharedSignal<usize>, is_complete: bool) -> AnyView {
    if found.is_empty() {
        let none = if is_complete { texts::nothing_found() } else { errors::loading_board() };
        return view! { <p class="none">{none}</p> }.into_any();
    }
    let mut at = 0;
    let groups = found.chunk_by(|a, b| a.kind == b.kind).map(|group| {
        let title = group.first().map_or("", |entry| entry.kind.title());
        let first = at;
        at += group.len();
        let lines = group.iter().enumerate().map(|(place, entry)| line(entry, first + place, text, current)).collect_view();
        view! {
            <div role="group" aria-label=title>
                <h3 aria-hidden="true">{title}</h3>
                {lines}
            </div>
        }
    });
    groups.collect_view().into_any()
}

fn line(entry: &Entry, place: usize, text: &str, current: &SharedSignal<usize>) -> AnyView {
    let sign = match (entry.state, entry.kind) {
        (Some(state), _) => view! { <Shape state /> }.into_any(),
        (None, Kind::Action) => view! { <IconView icon=Icon::BELL_OFF /> }.into_any(),
        (None, _) => view! { <IconView icon=Icon::BOARD /> }.into_any(),
    };
    let (before, matched, after) = split(&entry.text, text);
    let (before, matched, after) = (before.to_owned(), matched.to_owned(), after.to_owned());
    let matched = (!matched.is_empty()).then(|| view! { <mark>{matched}</mark> });
    let state = entry.state.map(|state| view! { <span class="visually-hidden">", " {states::state(state)}</span> });
    let (is_current, hovered) = (current.clone(), current.clone());
    view! {
        <a
            id=format!("{ENTRY}{place}")
            role="option"
            tabindex="-1"
            href=under_base(&entry.address)
            aria-selected=move || (is_current.get() == place).to_string()
            on:pointermove=move |_| hovered.set(place)
        >
            {sign}
            <span>{before} {matched} {after} {state}</span>
            " "
            <small>{entry.detail.clone()}</small>
        </a>
    }
    .into_any()
}

fn entry(place: usize) -> Option<HtmlElement> {
    document().get_element_by_id(&format!("{ENTRY}{place}"))?.dyn_into().ok()
}

/// Follows the link of this entry.
fn follow(place: usize, in_new_tab: bool) {
    let Some(link) = entry(place) else { return };
    match link.get_attribute("href").filter(|_| in_new_tab) {
        // A browser that allows no new tab ignores it.
        Some(address) => drop(window().open_with_url_and_target(&address, "_blank")),
        None => link.click(),
    }
}
