use super::key_changes::KeyChanges;
use super::key_form::key_form;
use crate::base_path::under_base;
use crate::components::{Icon, IconView, exact};
use crate::erased::IntoAny;
use crate::forms::{USERS, action};
use crate::model::{CreatedKeyView, KeySettings};
use crate::texts::keys as texts;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// The API keys, without the keys themselves, and the form that creates one for one of these users.
#[component]
pub(super) fn ApiKeys(keys: Vec<KeySettings>, users: Vec<String>) -> impl IntoView {
    let changes = KeyChanges::of_page(keys);
    let form = key_form(&changes, users);
    let (keys, created, news) = (changes.keys.clone(), changes.created.clone(), changes.news.clone());
    view! {
        <section class="card api-keys">
            <header>
                <h2>{texts::api_keys()}</h2>
            </header>
            {form}
            <div class="key-news" role="status">
                {move || created.get().map(created_key)}
                {move || news.get().map(|news| view! { <p class="outcome">{news}</p> })}
            </div>
            {move || list(keys.get(), &changes)}
        </section>
    }
}

fn created_key(CreatedKeyView { name, text }: CreatedKeyView) -> AnyView {
    view! {
        <div class="created-key">
            <IconView icon=Icon::CHECK />
            <div>
                <p>
                    <strong>{texts::key_created(&name)}</strong>
                    {texts::copy_it_now()}
                </p>
                <code data-key="created">{text}</code>
            </div>
        </div>
    }
    .into_any()
}

fn list(keys: Vec<KeySettings>, changes: &KeyChanges) -> AnyView {
    if keys.is_empty() {
        return view! { <p class="inside none">{texts::no_api_keys()}</p> }.into_any();
    }
    let rows = keys.into_iter().map(|key| row(key, changes)).collect_view();
    view! {
        <table class="table stacked">
            <thead>
                <tr>
                    <th scope="col">{texts::key()}</th>
                    <th scope="col">{texts::permission_label()}</th>
                    <th scope="col">{texts::roles()}</th>
                    <th scope="col">{texts::created()}</th>
                    <th scope="col">{texts::last_used()}</th>
                    <th scope="col">{texts::expires()}</th>
                    <th scope="col">
                        <span class="visually-hidden">{texts::revoke()}</span>
                    </th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn row(key: KeySettings, changes: &KeyChanges) -> AnyView {
    let KeySettings { name, user, permission, roles, expires, is_expired, id, created, author, used, has_user } = key;
    let revoke = match id {
        Some(id) => revoke_form(id, &name, changes),
        None => view! { <small>{texts::in_keys_yaml()}</small> }.into_any(),
    };
    let roles = roles.map_or_else(|| texts::roles_of(&user), |roles| roles.join(", "));
    let expires = match expires {
        None => texts::never().to_owned(),
        Some(time) if is_expired => texts::expired(&exact(time)),
        Some(time) => exact(time),
    };
    let unused = if id.is_some() { texts::never() } else { texts::not_since_start() };
    let user = if has_user { user } else { texts::user_does_not_exist(&user) };
    let of_row = name.clone();
    view! {
        <tr data-key=of_row>
            <th scope="row">
                {name} " " <small>{user}</small>
            </th>
            <td data-label=texts::permission_label()>{texts::permission(permission)}</td>
            <td data-label=texts::roles()>{roles}</td>
            <td data-label=texts::created()>
                {created.map_or_else(|| texts::unknown().to_owned(), exact)} {author.map(|author| view! { " " <small>{texts::by_author()} {author}</small> })}
            </td>
            <td data-label=texts::last_used()>{used.map_or_else(|| unused.to_owned(), exact)}</td>
            <td data-label=texts::expires()>{expires}</td>
            <td class="revoke">{revoke}</td>
        </tr>
    }
    .into_any()
}

/// Revokes a key after a second press.
fn revoke_form(id: u64, name: &str, changes: &KeyChanges) -> AnyView {
    let (revoke, name) = (changes.revoke, name.to_owned());
    let (of_form, named) = (name.clone(), name.clone());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        revoke.dispatch((id, of_form.clone()));
    };
    view! {
        <details>
            <summary class="button small">
                {texts::revoke()} <span class="visually-hidden">" " {name}</span>
            </summary>
            <form method="post" action=under_base(USERS) on:submit=submit>
                <input type="hidden" name="action" value=action::REVOKE_KEY />
                <input type="hidden" name="id" value=id />
                <p class="hint">{texts::refused_at_once()}</p>
                <button type="submit" class="danger small">
                    {texts::revoke_now()} <span class="visually-hidden">{texts::revoke_of()} {named}</span>
                </button>
            </form>
        </details>
    }
    .into_any()
}
