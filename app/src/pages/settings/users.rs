use super::keys::ApiKeys;
use crate::model::{KeySettings, UserSettings};
use leptos::prelude::*;

/// The users and the API keys, without their secrets.
#[component]
pub(super) fn Users(users: Vec<UserSettings>, keys: Vec<KeySettings>) -> impl IntoView {
    let names = users.iter().map(|user| user.name.clone()).collect();
    view! {
        <p class="lead">
            "Users are in " <code>"users.yaml"</code> ". API keys can be created and revoked here, and with " <code>"platus keys"</code>
            ", which keeps them in " <code>"keys.yaml"</code> ". To revoke one of these: " <code>"platus keys revoke NAME"</code> "."
        </p>
        <section class="card">
            <header>
                <h2>"Users"</h2>
            </header>
            <table class="table stacked">
                <thead>
                    <tr>
                        <th scope="col">"User"</th>
                        <th scope="col">"Permission"</th>
                        <th scope="col">"Roles"</th>
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
            <td data-label="Permission">{permission}</td>
            <td data-label="Roles">{roles.join(", ")}</td>
        </tr>
    }
}
