use crate::address;
use crate::base_path::{path_of, under_base};
use crate::model::RpcError;
use crate::texts::layout as texts;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// In place of a page that could not be loaded: the error, and the link to try again or to log in.
#[component]
pub fn Failure(what: &'static str, error: RpcError) -> impl IntoView {
    let location = use_location();
    let (path, query) = (path_of(&location.pathname.get_untracked()), location.search.get_untracked());
    let query = query.trim_start_matches('?');
    // The address with its query is one value of another query.
    let (of_login, query) = if query.is_empty() {
        (String::new(), String::new())
    } else {
        (address::encode(&format!("?{query}")), format!("?{query}"))
    };
    let (href, action) = match &error {
        RpcError::Unauthorized => (format!("/login?next={}{of_login}", path.replace('%', "%25")), texts::log_in()),
        _ => (format!("{path}{query}"), texts::try_again()),
    };
    view! {
        <section class="page-message" role="alert">
            <h1>{what}</h1>
            <p>{error.to_string()}</p>
            <p>
                <a class="button primary" href=under_base(&href) rel="external">
                    {action}
                </a>
            </p>
        </section>
    }
}
