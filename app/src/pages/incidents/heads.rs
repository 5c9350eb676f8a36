use leptos::prelude::*;

/// The heads of the columns. Screen readers get the words in each row.
#[component]
pub(super) fn Heads() -> impl IntoView {
    view! {
        <div class="heads" aria-hidden="true">
            <span>"State"</span>
            <span>"Service and reason"</span>
            <span>"Number"</span>
            <span>"Duration"</span>
            <span>"Since"</span>
            <span>"Acknowledgement"</span>
            <span>"Notifications"</span>
        </div>
    }
}
