use crate::components::exact;
use crate::erased::IntoAny;
use crate::model::{KeySettings, UserSettings};
use leptos::prelude::*;

/// The users and the API keys, without their secrets.
#[component]
pub(super) fn Users(users: Vec<UserSettings>, keys: Vec<KeySettings>) -> impl IntoView {
    view! {
        <p class="lead">"Users are in " <code>"users.yaml"</code> ". " <code>"platus keys"</code> " adds and revokes API keys."</p>
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
        <section class="card">
            <header>
                <h2>"API keys"</h2>
            </header>
            {if keys.is_empty() {
                view! { <p class="inside none">"No API keys."</p> }.into_any()
            } else {
                view! {
                    <table class="table stacked">
                        <thead>
                            <tr>
                                <th scope="col">"Key"</th>
                                <th scope="col">"Permission"</th>
                                <th scope="col">"Roles"</th>
                                <th scope="col">"Expires"</th>
                            </tr>
                        </thead>
                        <tbody>{keys.into_iter().map(|key| view! { <Key key_of=key /> }).collect_view()}</tbody>
                    </table>
                }
                    .into_any()
            }}
        </section>
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

#[component]
fn Key(key_of: KeySettings) -> impl IntoView {
    let KeySettings { name, user, permission, roles, expires, is_expired } = key_of;
    let roles = roles.map_or_else(|| format!("those of {user}"), |roles| roles.join(", "));
    let expires = match expires {
        None => "never".to_owned(),
        Some(time) if is_expired => format!("expired {}", exact(time)),
        Some(time) => exact(time),
    };
    view! {
        <tr>
            <th scope="row">{name} <small>{user}</small></th>
            <td data-label="Permission">{permission}</td>
            <td data-label="Roles">{roles}</td>
            <td data-label="Expires">{expires}</td>
        </tr>
    }
}
