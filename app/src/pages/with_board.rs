use super::failure::Failure;
use crate::erased::IntoAny;
use crate::live::LiveBoard;
use crate::model::BoardScope;
use crate::resources::{BoardResource, ViewerResource};
use crate::texts::errors as texts;
use leptos::either::Either;
use leptos::prelude::*;

/// What `render` makes of the loaded board, with all rows, or why it could not be loaded. `render` gets whether the viewer is an operator, and finds the board
/// in its context.
#[component]
pub fn WithBoard(render: fn(bool) -> AnyView) -> impl IntoView {
    let BoardResource(first) = expect_context();
    let ViewerResource(viewer) = expect_context();
    let board: LiveBoard = expect_context();
    board.want(BoardScope::All);
    view! {
        <Suspense fallback=|| {
            view! { <p class="loading">{texts::loading_board()}</p> }
        }>
            {move || {
                let (board, first, viewer) = (board.clone(), first.clone(), viewer.clone());
                Suspend::new(async move {
                    match first.await {
                        Ok(snapshot) => {
                            board.load(snapshot);
                            board.covering(BoardScope::All).await;
                            let may_act = viewer.await.is_ok_and(|viewer| viewer.operator);
                            Either::Left(render(may_act))
                        }
                        Err(error) => Either::Right(view! { <Failure what=texts::board_not_loaded() error /> }),
                    }
                })
            }}
        </Suspense>
    }
    .into_any()
}
