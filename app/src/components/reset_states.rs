use super::refusal::RefusedForm;
use crate::address::use_query;
use crate::base_path::under_base;
use crate::forms::{SETTINGS, action};
use crate::model::RpcError;
use crate::rpc::FlushStates;
use crate::texts::reset_states as texts;
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;

/// Deletes all stored states, after a confirmation: in a dialog, or without JavaScript by a checkbox.
#[component]
pub fn ResetStates() -> impl IntoView {
    let reset = ServerAction::<FlushStates>::new();
    let dialog = NodeRef::<html::Dialog>::new();
    // The server leads back here after a form that was sent without JavaScript.
    let was_reset = use_query().with_untracked(|query| query.get("reset").is_some());
    let ask = move |event: SubmitEvent| {
        event.prevent_default();
        if let Some(dialog) = dialog.get_untracked() {
            // Fails only for a dialog that is already open.
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
        reset.dispatch(FlushStates {});
    };
    let refused: RefusedForm = expect_context();
    let refused = refused.reason(action::RESET, None).map(|reason| Err(RpcError::Wrong(reason)));
    let before = refused.or(was_reset.then_some(Ok(())));
    let outcome = move || {
        let result = reset.value().get().or_else(|| before.clone());
        result.filter(|_| !reset.pending().get()).map(outcome)
    };
    view! {
        <section class="card danger" aria-labelledby="reset-heading">
            <h2 id="reset-heading">{texts::heading()}</h2>
            <p>{texts::consequence()}</p>
            <form method="post" action=under_base(SETTINGS) on:submit=ask>
                <input type="hidden" name="action" value=action::RESET />
                <label class="without-scripts">
                    <input type="checkbox" name="confirmed" value="true" />
                    {texts::confirmation()}
                </label>
                <button type="submit" class="danger" disabled=move || reset.pending().get()>
                    {move || if reset.pending().get() { texts::resetting() } else { texts::heading() }}
                </button>
                <p class="outcome" role="status">
                    {outcome}
                </p>
            </form>
            <dialog node_ref=dialog aria-labelledby="reset-question">
                <h2 id="reset-question">{texts::question()}</h2>
                <p>{texts::irreversible()}</p>
                <div class="actions">
                    <button type="button" autofocus on:click=move |_| close()>
                        {texts::cancel()}
                    </button>
                    <button type="button" class="danger" on:click=confirm>
                        {texts::reset()}
                    </button>
                </div>
            </dialog>
        </section>
    }
}

fn outcome(result: Result<(), RpcError>) -> String {
    match result {
        Ok(()) => texts::done().to_owned(),
        Err(error) => texts::not_done(&error.to_string()),
    }
}
