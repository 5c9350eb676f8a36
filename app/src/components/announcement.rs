use crate::erased::IntoAny;
use crate::live::SharedSignal;
use leptos::prelude::*;

/// What a command has just done, in the context of a page whose lists show it only by changing. Clones share it.
#[derive(Clone, Default)]
pub struct Announcement(SharedSignal<String>);

impl Announcement {
    pub fn say(&self, text: String) {
        self.0.set(text);
    }
}

/// Reads the announcement to users of a screen reader.
#[component]
pub fn Announced(announcement: Announcement) -> impl IntoView {
    view! {
        <p class="visually-hidden" role="status">
            {move || announcement.0.get()}
        </p>
    }
    .into_any()
}
