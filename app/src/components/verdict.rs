use super::age::time_of_day;
use super::state::Shape;
use crate::board::Trouble;
use crate::live::{Clock, LiveBoard};
use crate::model::State;
use leptos::prelude::*;

/// The whole board in one second: a sentence, and what to look at first.
#[component]
pub fn VerdictView() -> impl IntoView {
    let board: LiveBoard = expect_context();
    let worst = Memo::new({
        let board = board.clone();
        move |_| board.verdict().worst()
    });
    let headline = {
        let board = board.clone();
        move || board.verdict().headline()
    };
    view! {
        <section class="verdict" aria-label="Summary" data-state=move || worst.get().map(State::as_str)>
            <h1 aria-live="polite">
                {move || worst.get().map(|state| view! { <Shape state /> })} <span>{headline}</span>
            </h1>
            {move || {
                let verdict = board.verdict();
                let remainder = verdict.remainder();
                let oldest = verdict.oldest.clone().map(|trouble| view! { <Oldest trouble /> });
                (oldest.is_some() || !remainder.is_empty()).then(|| view! { <p>{oldest} <span>{remainder}</span></p> })
            }}
        </section>
    }
}

/// The trouble that has gone on longest.
#[component]
fn Oldest(trouble: Trouble) -> impl IntoView {
    let Trouble { name, node, since } = trouble;
    let age = expect_context::<Clock>().age(since);
    let how_long = move || match age.get() {
        Some(age) => format!("Oldest for {age}: "),
        None => format!("Oldest since {}: ", time_of_day(since)),
    };
    let place = if node.is_empty() || node == name { ". ".to_owned() } else { format!(" on {node}. ") };
    view! {
        <span>{how_long}</span>
        <strong>{name}</strong>
        <span>{place}</span>
    }
}
