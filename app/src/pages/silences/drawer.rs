use super::form::SilenceForm;
use crate::erased::IntoAny;
use crate::forms::SILENCES;
use leptos::ev::MouseEvent;
use leptos::html;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

/// The form in a drawer beside the page. Without JavaScript it is a part of the page, and its links do what the keys do.
#[component]
pub(super) fn Drawer(may_silence_all: bool) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let navigate = use_navigate();
    Effect::new(move |_| {
        if let Some(dialog) = dialog.get() {
            // The server sends it open. As a modal dialog it keeps the focus and gives it back.
            dialog.close();
            // Fails only for a dialog that is already open.
            let _ = dialog.show_modal();
        }
    });
    let leave = move |_| {
        // The browser reports the first `close` above when it is modal already.
        if dialog.get_untracked().is_some_and(|dialog| !dialog.open()) {
            navigate(SILENCES, NavigateOptions { scroll: false, ..NavigateOptions::default() });
        }
    };
    let click = move |event: MouseEvent| {
        // The ground beside the drawer belongs to the dialog.
        if let Some(dialog) = dialog.get_untracked().filter(|_| event.target() == event.current_target()) {
            dialog.close();
        }
    };
    view! {
        <dialog class="drawer" node_ref=dialog open aria-labelledby="silence-heading" on:close=leave on:click=click>
            <SilenceForm may_silence_all />
        </dialog>
    }
    .into_any()
}
