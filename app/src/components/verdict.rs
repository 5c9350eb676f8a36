use super::age::time_of_day;
use super::state::Shape;
use crate::board::FailingNode;
use crate::live::{Clock, Derived, LiveBoard};
use crate::model::State;
use crate::texts::board as texts;
use leptos::prelude::*;

/// The summary of the board: the verdict, and the oldest failure.
#[component]
pub fn VerdictView() -> impl IntoView {
    let board: LiveBoard = expect_context();
    let worst = Derived::new({
        let board = board.clone();
        move || board.verdict().worst()
    });
    let data_state = {
        let worst = worst.clone();
        move || worst.get().map(State::as_str)
    };
    let headline = {
        let board = board.clone();
        move || board.verdict().headline()
    };
    view! {
        <section class="verdict" aria-label=texts::summary() data-state=data_state>
            <h1 aria-live="polite">
                {move || worst.get().map(|state| view! { <Shape state /> })} <span>{headline}</span>
            </h1>
            {move || {
                let verdict = board.verdict();
                let remainder = verdict.remainder();
                let oldest = verdict.oldest.clone().map(|node| view! { <Oldest node /> });
                (oldest.is_some() || !remainder.is_empty()).then(|| view! { <p>{oldest} <span>{remainder}</span></p> })
            }}
        </section>
    }
}

/// The oldest failure.
#[component]
fn Oldest(node: FailingNode) -> impl IntoView {
    let FailingNode { name, node, since } = node;
    let age = expect_context::<Clock>().age(since);
    let duration = move || match age.get() {
        Some(age) => texts::oldest_for(&age),
        None => texts::oldest_since(&time_of_day(since)),
    };
    let place = if node.is_empty() || node == name { ". ".to_owned() } else { texts::on_node(&node) };
    view! {
        <span>{duration}</span>
        <strong>{name}</strong>
        <span>{place}</span>
    }
}
