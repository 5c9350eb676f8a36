use super::filter_bar::is_taken;
use leptos::ev;
use leptos::html;
use leptos::prelude::*;

/// The keys of the page, and what they do.
const KEYS: [(&str, &str); 8] = [
    ("Ctrl K", "Search services, incidents, actions and pages"),
    ("/", "Filter the board"),
    ("Esc", "Clear the filter, leave a field, close a dialog"),
    ("← →", "Move in an uptime bar"),
    ("↑ ↓", "Move to the bar of another row"),
    ("← →", "Move in a chart"),
    ("Shift ← →", "Select a range of a chart, which Enter opens"),
    ("?", "Show the keys"),
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
    let key = |(key, meaning): (&'static str, &'static str)| {
        view! {
            <div>
                <dt>{meaning}</dt>
                <dd>{key.split(' ').map(|key| view! { <kbd>{key}</kbd> " " }).collect_view()}</dd>
            </div>
        }
    };
    view! {
        <dialog node_ref=dialog class="keys" aria-labelledby="keys-heading">
            <h2 id="keys-heading">"Keys"</h2>
            <dl>{KEYS.map(key).into_iter().collect_view()}</dl>
            <div class="actions">
                <button type="button" autofocus on:click=close>
                    "Close"
                </button>
            </div>
        </dialog>
    }
}
