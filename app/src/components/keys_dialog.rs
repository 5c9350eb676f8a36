use super::filter_bar::is_taken;
use crate::texts::Text;
use crate::texts::palette as texts;
use leptos::ev;
use leptos::html;
use leptos::prelude::*;

/// The keys of the page, and what they do.
const KEYS: [(Text, Text); 8] = [
    (|| "Ctrl K", texts::key_search),
    (|| "/", texts::key_filter),
    (texts::escape, texts::key_leave),
    (|| "← →", texts::key_cell),
    (|| "↑ ↓", texts::key_row),
    (|| "← →", texts::key_chart),
    (texts::shift_and_arrows, texts::key_range),
    (|| "?", texts::key_keys),
];

/// The list of keys, which `?` opens.
#[component]
pub fn KeysDialog() -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let listener = window_event_listener(ev::keydown, move |event| {
            let Some(dialog) = dialog.get_untracked() else { return };
            if event.key() == "?" && !is_taken(&event) && !dialog.open() {
                event.prevent_default();
                // Fails only for a dialog that is already open.
                let _ = dialog.show_modal();
            }
        });
        on_cleanup(move || listener.remove());
    });
    let close = move |_| {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    let key = |(key, meaning): (Text, Text)| {
        view! {
            <div>
                <dt>{meaning()}</dt>
                <dd>{key().split(' ').map(|key| view! { <kbd>{key}</kbd> " " }).collect_view()}</dd>
            </div>
        }
    };
    view! {
        <dialog node_ref=dialog class="keys" aria-labelledby="keys-heading">
            <h2 id="keys-heading">{texts::keys()}</h2>
            <dl>{KEYS.map(key).into_iter().collect_view()}</dl>
            <div class="actions">
                <button type="button" autofocus on:click=close>
                    {texts::close()}
                </button>
            </div>
        </dialog>
    }
}
