use crate::model::RpcError;
use crate::rpc::FlushStates;
use leptos::html;
use leptos::prelude::*;

/// Forgets every stored state, after asking once more.
#[component]
pub fn Flush() -> impl IntoView {
    let flush = ServerAction::<FlushStates>::new();
    let dialog = NodeRef::<html::Dialog>::new();
    let ask = move |_| {
        if let Some(dialog) = dialog.get_untracked() {
            // It fails only for a dialog that is already open.
            let _ = dialog.show_modal();
        }
    };
    let close = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    let confirm = move |_| {
        close();
        flush.dispatch(FlushStates {});
    };
    view! {
        <section class="card danger" aria-labelledby="flush-heading">
            <h2 id="flush-heading">"Forget all states"</h2>
            <p>
                "Every stored state is forgotten, for all users: retries begin at zero, and an outage that goes on is announced again. Checks go on, and fill the board anew."
            </p>
            <button type="button" class="dangerous" disabled=move || flush.pending().get() on:click=ask>
                {move || if flush.pending().get() { "Forgetting" } else { "Forget all states" }}
            </button>
            <p class="outcome" role="status">
                {move || (!flush.pending().get()).then(|| flush.value().get().map(outcome))}
            </p>
            <dialog node_ref=dialog aria-labelledby="flush-question">
                <h2 id="flush-question">"Forget all states?"</h2>
                <p>"This cannot be undone."</p>
                <div class="actions">
                    <button type="button" autofocus on:click=move |_| close()>
                        "Cancel"
                    </button>
                    <button type="button" class="dangerous" on:click=confirm>
                        "Forget"
                    </button>
                </div>
            </dialog>
        </section>
    }
}

fn outcome(result: Result<(), RpcError>) -> String {
    match result {
        Ok(()) => "All states are forgotten.".to_owned(),
        Err(error) => format!("Nothing was forgotten. {error}"),
    }
}
