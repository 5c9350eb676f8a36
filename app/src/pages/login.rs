use crate::base_path::under_base;
use crate::components::Mark;
use crate::erased::IntoAny;
use crate::times;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use model::local_path;

/// `/login`: a plain form, which works without JavaScript. When the login is refused, the server redirects here with `?failed` or
/// `?throttled`.
#[component]
pub fn LoginPage() -> impl IntoView {
    // The next page begins in the zone of the viewer.
    times::settle();
    let query = use_query_map();
    let next = move || query.with(|query| local_path(query.get("next").as_deref().unwrap_or_default()).to_owned());
    let refusal = move || {
        query.with(|query| {
            if query.get("throttled").is_some() {
                Some("Too many attempts. Wait a minute, then try again.")
            } else if query.get("failed").is_some() {
                Some("Wrong user name or password.")
            } else {
                None
            }
        })
    };
    view! {
        <Title text="Log in · Platus" />
        <main id="main" class="alone">
            <form class="login card" method="post" action=under_base("/login")>
                <Mark />
                <h1>"Log in"</h1>
                {move || {
                    refusal()
                        .map(|text| {
                            view! {
                                <p class="refusal" role="alert" id="refusal">
                                    {text}
                                </p>
                            }
                        })
                }}
                <label for="username">"User name"</label>
                <input
                    id="username"
                    name="username"
                    type="text"
                    autocomplete="username"
                    autocapitalize="none"
                    spellcheck="false"
                    required
                    autofocus
                    aria-describedby=move || refusal().map(|_| "refusal")
                />
                <label for="password">"Password"</label>
                <input id="password" name="password" type="password" autocomplete="current-password" required />
                <input type="hidden" name="next" value=next />
                <button class="primary" type="submit">
                    "Log in"
                </button>
            </form>
        </main>
    }
    .into_any()
}
