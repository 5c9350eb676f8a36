use crate::base_path::under_base;
use crate::components::Mark;
use crate::erased::IntoAny;
use crate::response::set_status;
use leptos::prelude::*;
use leptos_meta::Title;

/// Any unknown address.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    set_status(404);
    view! {
        <Title text="Not found · Platus" />
        <main id="main" class="alone">
            <section class="page-message">
                <Mark />
                <h1>"There is no such page"</h1>
                <p>"The address may be mistyped, or the page may have moved."</p>
                <p>
                    <a class="button primary" href=under_base("/")>
                        "Go to the board"
                    </a>
                </p>
            </section>
        </main>
    }
    .into_any()
}
