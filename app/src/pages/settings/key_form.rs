use super::key_changes::KeyChanges;
use crate::base_path::under_base;
use crate::erased::IntoAny;
use crate::forms::{Fields, USERS, action, key_request};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

const SCOPES: [(&str, &str); 3] =
    [("read", "View"), ("operate", "Operate: also silence and acknowledge"), ("admin", "Admin: everything")];

const EXPIRIES: [(&str, &str); 5] =
    [("7d", "7 days"), ("30d", "30 days"), ("90d", "90 days"), ("365d", "1 year"), ("never", "never")];

/// The form that creates a key, folded until it is needed. It is empty and folded again when a key was created.
pub(super) fn key_form(changes: &KeyChanges, users: Vec<String>) -> AnyView {
    let (changes, created) = (changes.clone(), changes.created.clone());
    (move || {
        created.get();
        form(changes.clone(), &users)
    })
    .into_any()
}

fn form(changes: KeyChanges, users: &[String]) -> AnyView {
    let KeyChanges { create, refusal, .. } = changes;
    let is_refused = refusal.get_untracked().is_some();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if !create.pending().get_untracked() {
            create.dispatch(key_request(&Fields::of(&event)));
        }
    };
    let option = |(value, label): (&'static str, &'static str), chosen: &str| {
        view! {
            <option value=value selected=value == chosen>
                {label}
            </option>
        }
    };
    let users = users.iter().map(|user| view! { <option value=user.clone()>{user.clone()}</option> }).collect_view();
    let scopes = SCOPES.map(|scope| option(scope, "read")).into_iter().collect_view();
    let expiries = EXPIRIES.map(|expiry| option(expiry, "365d")).into_iter().collect_view();
    view! {
        <details class="create-key" open=is_refused>
            <summary class="button small">"Create key"</summary>
            <form method="post" action=under_base(USERS) on:submit=submit>
                <input type="hidden" name="action" value=action::CREATE_KEY />
                <div class="pair">
                    <label class="field">
                        <span class="label">"Name " <small>"for example of the program"</small></span>
                        <input type="text" name="name" maxlength="100" required autocomplete="off" />
                    </label>
                    <label class="field">
                        <span class="label">"User"</span>
                        <select name="user">{users}</select>
                    </label>
                    <label class="field">
                        <span class="label">"Permission"</span>
                        <select name="scope">{scopes}</select>
                    </label>
                    <label class="field">
                        <span class="label">"Roles " <small>"default: all roles of the user"</small></span>
                        <input type="text" name="roles" maxlength="500" autocomplete="off" placeholder="dev, ops" />
                    </label>
                    <label class="field">
                        <span class="label">"Expires"</span>
                        <select name="expires">{expiries}</select>
                    </label>
                </div>
                <p class="hint">"A key acts for its user. It never has more permissions or roles than the user, and ends with the user."</p>
                <p class="problem" role="status">
                    {move || refusal.get()}
                </p>
                <button type="submit" class="primary" aria-busy=move || create.pending().get().to_string()>
                    "Create key"
                </button>
            </form>
        </details>
    }
    .into_any()
}
