use crate::model::State;
use leptos::prelude::*;

/// The shape of a state: a disc, a triangle, a square, or a hollow diamond. Hidden from screen readers, since the word is beside
/// it.
#[component]
pub fn Shape(state: State) -> impl IntoView {
    view! { <i class=format!("shape {state}") aria-hidden="true"></i> }
}
