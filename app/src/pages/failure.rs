use crate::address;
use crate::model::RpcError;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// In place of a page that could not be loaded: the error, and the link to try again or to log in.
#[component]
pub fn Failure(what: &'static str, error: RpcError) -> impl IntoView {
    let location = use_location();
    let (path, query) = (location.pathname.get_untracked(), location.search.get_untracked());
    // With the filters.
    let query = query.trim_start_matches('?');
    let (href, action) = match &error {
        RpcError::Unauthorized if query.is_empty() => (format!("/login?next={path}"), "Log in"),
        RpcError::Unauthorized => (address::with("/login", [("next", format!("{path}?{query}"))]), "Log in"),
        _ if query.is_empty() => (path, "Try again"),
        _ => (format!("{path}?{query}"), "Try again"),
    };
    view! {
        <section class="page-message" role="alert">
            <h1>{what}</h1>
            <p>{error.to_string()}</p>
            <p>
                <a class="button primary" href=href rel="external">
                    {action}
                </a>
            </p>
        </section>
    }
}
