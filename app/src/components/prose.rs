use leptos::either::Either;
use leptos::prelude::*;

/// A text; parts between backticks are code.
#[component]
pub fn Prose(text: String) -> impl IntoView {
    let part = |(index, part): (usize, &str)| {
        let part = part.to_owned();
        if index % 2 == 1 { Either::Left(view! { <code>{part}</code> }) } else { Either::Right(part) }
    };
    text.split('`').enumerate().map(part).collect_view()
}
