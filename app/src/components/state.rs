use crate::model::State;
use leptos::prelude::*;

/// The shape of a state: a disc, a triangle, a square, or a hollow diamond. The word stands beside it, so it is hidden from those
/// who listen.
#[component]
pub fn Shape(state: State) -> impl IntoView {
    view! { <i class=format!("shape {state}") aria-hidden="true"></i> }
}
