use crate::address;
use crate::base_path::under_base;
use crate::components::{LanguageChoice, Mark, PageTitle};
use crate::erased::IntoAny;
use crate::texts::layout as texts;
use crate::times;
use leptos::prelude::*;
use model::local_path;

/// `/login`: a plain form, which works without JavaScript. When the login is refused, the server redirects here with `?failed` or
/// `?throttled`.
#[component]
pub fn LoginPage() -> impl IntoView {
    // The next page begins in the zone of the viewer.
    times::settle();
    let query = address::use_query();
    let next = {
        let query = query.clone();
        move || query.with(|query| local_path(query.get("next").as_deref().unwrap_or_default()).to_owned())
    };
    // Only what the login would follow.
    let wanted = next.clone();
    let page = move || address::with("/login", Some(wanted()).filter(|next| next != "/").map(|next| ("next", next)));
    let refusal = move || {
        query.with(|query| {
            if query.get("throttled").is_some() {
                Some(texts::too_many_attempts())
            } else if query.get("failed").is_some() {
                Some(texts::wrong_login())
            } else {
                None
            }
        })
    };
    let described = {
        let refusal = refusal.clone();
        move || refusal().map(|_| "refusal")
    };
    view! {
        <PageTitle text=format!("{} · Platus", texts::log_in()) />
        <main id="main" class="alone">
            <form class="login card" method="post" action=under_base("/login")>
                <Mark />
                <h1>{texts::log_in()}</h1>
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
                <label for="username">{texts::user_name()}</label>
                <input
                    id="username"
                    name="username"
                    type="text"
                    autocomplete="username"
                    autocapitalize="none"
                    spellcheck="false"
                    required
                    autofocus
                    aria-describedby=described
                />
                <label for="password">{texts::password()}</label>
                <input id="password" name="password" type="password" autocomplete="current-password" required />
                <input type="hidden" name="next" value=next />
                <button class="primary" type="submit">
                    {texts::log_in()}
                </button>
            </form>
            <LanguageChoice page=Signal::derive(page) />
        </main>
    }
    .into_any()
}
