use leptos::prelude::*;

/// The logo with the name of the product.
#[component]
pub fn Mark() -> impl IntoView {
    view! {
        <span class="mark">
            <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
                <path
                    d="M2 11h4l2-6 4 11 2-5h4"
                    fill="none"
                    stroke="currentColor"
                    stroke-width="2"
                    stroke-linecap="round"
                    stroke-linejoin="round"
                />
            </svg>
            "Platus"
        </span>
    }
}
