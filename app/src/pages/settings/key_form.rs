use super::key_changes::KeyChanges;
use crate::base_path::under_base;
use crate::erased::IntoAny;
use crate::forms::{Fields, USERS, action, key_request};
use crate::texts::Text;
use crate::texts::keys as texts;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// A value of a field, and its label.
type Choice = (&'static str, Text);

const SCOPES: [Choice; 3] = [("read", texts::scope_view), ("operate", texts::scope_operate), ("admin", texts::scope_admin)];

const EXPIRIES: [Choice; 5] =
    [("7d", texts::days_7), ("30d", texts::days_30), ("90d", texts::days_90), ("365d", texts::one_year), ("never", texts::never)];

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
    let option = |(value, label): Choice, chosen: &str| {
        view! {
            <option value=value selected=value == chosen>
                {label()}
            </option>
        }
    };
    let users = users.iter().map(|user| view! { <option value=user.clone()>{user.clone()}</option> }).collect_view();
    let scopes = SCOPES.map(|scope| option(scope, "read")).into_iter().collect_view();
    let expiries = EXPIRIES.map(|expiry| option(expiry, "365d")).into_iter().collect_view();
    view! {
        <details class="create-key" open=is_refused>
            <summary class="button small">{texts::create_key()}</summary>
            <form method="post" action=under_base(USERS) on:submit=submit>
                <input type="hidden" name="action" value=action::CREATE_KEY />
                <div class="pair">
                    <label class="field">
                        <span class="label">{texts::name()} <small>{texts::name_example()}</small></span>
                        <input type="text" name="name" maxlength="100" required autocomplete="off" />
                    </label>
                    <label class="field">
                        <span class="label">{texts::user()}</span>
                        <select name="user">{users}</select>
                    </label>
                    <label class="field">
                        <span class="label">{texts::permission_label()}</span>
                        <select name="scope">{scopes}</select>
                    </label>
                    <label class="field">
                        <span class="label">{texts::roles_field()} <small>{texts::roles_default()}</small></span>
                        <input type="text" name="roles" maxlength="500" autocomplete="off" placeholder="dev, ops" />
                    </label>
                    <label class="field">
                        <span class="label">{texts::expires()}</span>
                        <select name="expires">{expiries}</select>
                    </label>
                </div>
                <p class="hint">{texts::acts_for_its_user()}</p>
                <p class="problem" role="status">
                    {move || refusal.get()}
                </p>
                <button type="submit" class="primary" aria-busy=move || create.pending().get().to_string()>
                    {texts::create_key()}
                </button>
            </form>
        </details>
    }
    .into_any()
}
