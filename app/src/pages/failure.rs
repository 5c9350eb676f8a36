use crate::base_path::{path_of, under_base};
use crate::model::RpcError;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// In place of a page that could not be loaded: the error, and the link to try again or to log in.
#[component]
pub fn Failure(what: &'static str, error: RpcError) -> impl IntoView {
    let here = path_of(&use_location().pathname.get_untracked());
    let (href, action) = match &error {
        RpcError::Unauthorized => (format!("/login?next={here}"), "Log in"),
        _ => (here, "Try again"),
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
