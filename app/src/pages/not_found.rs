use crate::base_path::under_base;
use crate::components::{Mark, PageTitle};
use crate::erased::IntoAny;
use crate::response::set_status;
use crate::texts::layout as texts;
use leptos::prelude::*;

/// Any unknown address.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    set_status(404);
    view! {
        <PageTitle text=format!("{} · Platus", texts::not_found()) />
        <main id="main" class="alone">
            <section class="page-message">
                <Mark />
                <h1>{texts::no_such_page()}</h1>
                <p>{texts::address_mistyped()}</p>
                <p>
                    <a class="button primary" href=under_base("/")>
                        {texts::go_to_board()}
                    </a>
                </p>
            </section>
        </main>
    }
    .into_any()
}
