use crate::texts::incidents as texts;
use leptos::prelude::*;

/// The heads of the columns. Screen readers get the words in each row.
#[component]
pub(super) fn Heads() -> impl IntoView {
    view! {
        <div class="heads" aria-hidden="true">
            <span>{texts::state()}</span>
            <span>{texts::service_and_reason()}</span>
            <span>{texts::number()}</span>
            <span>{texts::duration()}</span>
            <span>{texts::since()}</span>
            <span>{texts::acknowledgement()}</span>
            <span>{texts::notifications()}</span>
        </div>
    }
}
