use super::ending::Ending;
use crate::base_path::under_base;
use crate::components::{RefusedForm, keep_focus};
use crate::erased::IntoAny;
use crate::forms::{Fields, SILENCES, action, extension_request};
use crate::live::SharedSignal;
use crate::texts::silences as texts;
use crate::times::local_time;
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;

/// Extensions in minutes, and their labels.
const BY: [(u32, &str); 2] = [(60, "+1 h"), (240, "+4 h")];

/// The menu that ends a silence later: by an hour, by four, or until a time.
#[component]
pub(super) fn Extend(
    id: u64,
    /// `silence of Shop`.
    name: String,
) -> impl IntoView {
    let ending: Ending = expect_context();
    let refused: RefusedForm = expect_context();
    let refused = refused.reason(action::EXTEND, Some(id));
    let is_open = refused.is_some();
    let problem = SharedSignal::new(refused);
    let extend = ending.extend;
    let subject = name.clone();
    let refusal = {
        let problem = problem.clone();
        let refused = move || extend.value().get().and_then(Result::err).filter(|(refused, _)| *refused == id);
        move || problem.get().or_else(|| refused().map(|(_, error)| error.to_string()))
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if extend.pending().get_untracked() {
            return;
        }
        match extension_request(&Fields::of(&event), local_time) {
            Ok(request) => {
                problem.set(None);
                keep_focus(&event);
                extend.dispatch((id, subject.clone(), request));
            }
            Err(reason) => problem.set(Some(reason)),
        }
    };
    let menu = NodeRef::<html::Details>::new();
    Effect::new(move |_| {
        let is_done = extend.value().with(|value| matches!(value, Some(Ok(()))));
        if let Some(menu) = menu.get_untracked().filter(|_| is_done) {
            menu.set_open(false);
        }
    });
    let form = move |fields: AnyView| {
        view! {
            <form method="post" action=under_base(SILENCES) on:submit=submit.clone()>
                <input type="hidden" name="action" value=action::EXTEND />
                <input type="hidden" name="id" value=id />
                {fields}
            </form>
        }
    };
    let by = BY.map(|(minutes, label)| {
        let fields = view! {
            <input type="hidden" name="minutes" value=minutes />
            <button type="submit" class="small">
                {label}
            </button>
        };
        form.clone()(fields.into_any())
    });
    let until = view! {
        <label class="field">
            <span class="label">{texts::new_end()}</span>
            <input type="datetime-local" name="until" required />
        </label>
        <button type="submit" class="small">
            {texts::set_end()}
        </button>
    };
    view! {
        <details class="extend" node_ref=menu open=is_open data-commands=format!("extend-{id}")>
            <summary class="button small">
                {texts::extend()} <span class="visually-hidden">{texts::extend_what(&name)}</span>
            </summary>
            <div class="inside">
                {by.into_iter().collect_view()} {form(until.into_any())}
                <p class="refusal" role="alert">
                    {refusal}
                </p>
            </div>
        </details>
    }
    .into_any()
}
