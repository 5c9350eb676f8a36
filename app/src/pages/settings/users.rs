use super::keys::ApiKeys;
use crate::model::{KeySettings, UserSettings};
use crate::texts::keys as texts;
use leptos::prelude::*;

/// The users and the API keys, without their secrets.
#[component]
pub(super) fn Users(users: Vec<UserSettings>, keys: Vec<KeySettings>, revoke_key: String) -> impl IntoView {
    let names = users.iter().map(|user| user.name.clone()).collect();
    view! {
        <p class="lead">
            {texts::users_are_in()} <code>"users.yaml"</code> {texts::keys_can_be_created()} <code>"platus keys"</code>
            {texts::which_keeps_them_in()} <code>"keys.yaml"</code> {texts::to_revoke_one()} <code>{revoke_key}</code>
            {texts::end_of_sentence()}
        </p>
        <section class="card">
            <header>
                <h2>{texts::users()}</h2>
            </header>
            <table class="table stacked">
                <thead>
                    <tr>
                        <th scope="col">{texts::user()}</th>
                        <th scope="col">{texts::permission_label()}</th>
                        <th scope="col">{texts::roles()}</th>
                    </tr>
                </thead>
                <tbody>{users.into_iter().map(|user| view! { <User user /> }).collect_view()}</tbody>
            </table>
        </section>
        <ApiKeys keys users=names />
    }
}

#[component]
fn User(user: UserSettings) -> impl IntoView {
    let UserSettings { name, permission, roles } = user;
    view! {
        <tr>
            <th scope="row">{name}</th>
            <td data-label=texts::permission_label()>{texts::permission(permission)}</td>
            <td data-label=texts::roles()>{roles.join(", ")}</td>
        </tr>
    }
}
