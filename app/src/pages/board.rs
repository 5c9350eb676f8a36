use super::with_board::WithBoard;
use crate::components::BoardView;
use crate::erased::IntoAny;
use leptos::prelude::*;

/// `/`: the board.
#[component]
pub fn BoardPage() -> impl IntoView {
    view! { <WithBoard render=|may_act| view! { <BoardView may_act /> }.into_any() /> }
}
