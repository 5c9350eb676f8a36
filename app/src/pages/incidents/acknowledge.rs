use crate::base_path::under_base;
use crate::components::{Announcement, RefusedForm, keep_focus};
use crate::erased::IntoAny;
use crate::forms::{Fields, INCIDENTS, action};
use crate::live::Derived;
use crate::model::{AcknowledgementRequest, RpcError};
use crate::rpc;
use crate::texts::incidents as texts;
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;

/// The form that acknowledges one incident or several. It opens on demand; at once if the address asks for it, or if it was refused.
#[component]
pub fn Acknowledge(
    numbers: Derived<Vec<u64>>,
    /// Of what, for screen readers.
    name: String,
    is_small: bool,
    /// Whether the address asks for it.
    #[prop(optional)]
    is_asked: bool,
    /// Where the form is sent without JavaScript: the address of its page.
    #[prop(default = INCIDENTS.to_owned())]
    path: String,
) -> impl IntoView {
    let acknowledge = Action::new({
        let (announcement, name) = (expect_context::<Announcement>(), name.clone());
        move |(numbers, request): &(Vec<u64>, AcknowledgementRequest)| {
            let (numbers, request) = (numbers.clone(), request.clone());
            let (announcement, name) = (announcement.clone(), name.clone());
            async move {
                for number in numbers {
                    rpc::acknowledge(number, request.clone()).await?;
                }
                announcement.say(texts::was_acknowledged(&name));
                Ok::<(), RpcError>(())
            }
        }
    });
    let refused: RefusedForm = expect_context();
    let refused = numbers.with_untracked(|numbers| refused.reason(action::ACKNOWLEDGE, numbers.first().copied()));
    let is_open = is_asked || refused.is_some();
    let is_several = {
        let numbers = numbers.clone();
        move || numbers.with(|numbers| numbers.len() > 1)
    };
    let label = move || if is_several() { texts::acknowledge_all() } else { texts::acknowledge() };
    // After the command the focus goes to what replaces this: of several incidents, to that of the first.
    let first = numbers.with_untracked(|numbers| numbers.first().copied().unwrap_or_default());
    let comment = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let Some(comment) = comment.get().filter(|_| is_asked) {
            // Fails only when the box is hidden.
            let _ = comment.focus();
        }
    });
    let fields = {
        let numbers = numbers.clone();
        move || {
            let numbers = numbers.get().into_iter();
            numbers.map(|number| view! { <input type="hidden" name="incident" value=number /> }).collect_view()
        }
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if acknowledge.pending().get_untracked() {
            return;
        }
        keep_focus(&event);
        let request = AcknowledgementRequest { comment: Fields::of(&event).text("comment").to_owned(), minutes: None };
        acknowledge.dispatch((numbers.with_untracked(Clone::clone), request));
    };
    let refusal = move || match acknowledge.value().get() {
        Some(result) => result.err().map(|error: RpcError| error.to_string()),
        None => refused.clone(),
    };
    view! {
        <details class="acknowledge" open=is_open data-commands=format!("incident-{first}")>
            <summary class=if is_small { "button small" } else { "button" }>
                {label.clone()} <span class="visually-hidden">{format!(" {name}")}</span>
            </summary>
            <form method="post" action=under_base(&path) on:submit=submit>
                <input type="hidden" name="action" value=action::ACKNOWLEDGE />
                {fields}
                <label class="field">
                    <span class="label">{texts::comment()}</span>
                    <input type="text" name="comment" node_ref=comment maxlength="500" autocomplete="off" />
                </label>
                <button type="submit" class="primary" aria-disabled=move || acknowledge.pending().get().to_string()>
                    {label}
                </button>
                <p class="refusal" role="alert">
                    {refusal}
                </p>
            </form>
        </details>
    }
    .into_any()
}

/// The button that withdraws the acknowledgement of an incident.
#[component]
pub fn WithdrawAcknowledgement(
    number: u64,
    /// Of what, for screen readers.
    name: String,
    /// Where the form is sent without JavaScript: the address of its page.
    #[prop(default = INCIDENTS.to_owned())]
    path: String,
) -> impl IntoView {
    let withdraw = Action::new({
        let (announcement, name) = (expect_context::<Announcement>(), name.clone());
        move |incident: &u64| {
            let (incident, announcement, name) = (*incident, announcement.clone(), name.clone());
            async move {
                rpc::withdraw_acknowledgement(incident).await?;
                announcement.say(texts::was_withdrawn(&name));
                Ok::<(), RpcError>(())
            }
        }
    });
    let refused: RefusedForm = expect_context();
    let refused = refused.reason(action::UNACKNOWLEDGE, Some(number));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if !withdraw.pending().get_untracked() {
            keep_focus(&event);
            withdraw.dispatch(number);
        }
    };
    let refusal = move || match withdraw.value().get() {
        Some(result) => result.err().map(|error: RpcError| error.to_string()),
        None => refused.clone(),
    };
    view! {
        <form
            class="withdraw"
            method="post"
            action=under_base(&path)
            on:submit=submit
            data-commands=format!("incident-{number}")
        >
            <input type="hidden" name="action" value=action::UNACKNOWLEDGE />
            <input type="hidden" name="incident" value=number />
            <button type="submit" class="small" aria-disabled=move || withdraw.pending().get().to_string()>
                {texts::withdraw()} <span class="visually-hidden">{texts::withdraw_of(&name)}</span>
            </button>
            <p class="refusal" role="alert">
                {refusal}
            </p>
        </form>
    }
    .into_any()
}
