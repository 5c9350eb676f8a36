//! The incidents that have not ended, the most urgent first.

use super::Chosen;
use crate::components::{Age, HoldNote, Prose, Shape};
use crate::live::LiveBoard;
use crate::model::{AcknowledgementRequest, NodeKey, NodeStatus, RpcError, SuppressionKind};
use crate::phrase;
use crate::rpc::AcknowledgeIncident;
use leptos::html;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use std::cmp::Reverse;
use std::sync::Arc;

/// So many are shown; with more, the board is the better list.
const SHOWN: usize = 50;

#[component]
pub(super) fn Incidents(may_act: bool) -> impl IntoView {
    let board: LiveBoard = expect_context();
    // No memo: several parts of the page read it, and a memo is reported as disposed while another thread makes its value.
    let all = {
        let board = board.clone();
        move || board.with(|board| incidents(board.rows())).unwrap_or_default()
    };
    let has_some = {
        let board = board.clone();
        move || board.with(|board| board.rows().any(|row| row.incident.is_some())).unwrap_or_default()
    };
    let shown = {
        let all = all.clone();
        move || all().into_iter().take(SHOWN).collect::<Vec<_>>()
    };
    let more = move || {
        let more = all().len().saturating_sub(SHOWN);
        (more > 0).then(
            || view! { <p class="more">{format!("And {} more; the board has them all.", phrase::thousands(more as u64))}</p> },
        )
    };
    view! {
        {may_act
            .then(|| {
                view! {
                    <a class="button to-order" href="#order" rel="external">
                        "Hold alerts"
                    </a>
                }
            })}
        <section class="card" aria-labelledby="incidents-heading">
            <h2 id="incidents-heading">"Incidents"</h2>
            <Show
                when=has_some
                fallback=|| view! { <p class="none">"There is no incident. Trouble becomes one when it is confirmed."</p> }
            >
                <ul class="incidents">
                    <For
                        each=shown.clone()
                        key=Clone::clone
                        children={
                            let board = board.clone();
                            move |(key, number)| board.row(&key).map(|row| view! { <Incident row number may_act /> })
                        }
                    />
                </ul>
                {more.clone()}
            </Show>
        </section>
    }
    .into_any()
}

/// Who is in an incident, and in which: the worst first, and of these the latest.
fn incidents<'a>(rows: impl Iterator<Item = &'a Arc<NodeStatus>>) -> Vec<(NodeKey, u64)> {
    let mut rows: Vec<_> = rows.filter_map(|row| Some((row, row.incident?))).collect();
    rows.sort_by_key(|(row, number)| (Reverse(row.state), Reverse(row.since), *number));
    rows.into_iter().map(|(row, number)| (row.key(), number)).collect()
}

#[component]
fn Incident(row: ArcRwSignal<Arc<NodeStatus>>, number: u64, may_act: bool) -> impl IntoView {
    let is_acknowledged = {
        let row = row.clone();
        Memo::new(move |_| {
            row.with(|row| row.suppression.as_ref().is_some_and(|hold| hold.kind == SuppressionKind::Acknowledgement))
        })
    };
    let Chosen(chosen) = expect_context();
    let service = row.with_untracked(|row| row.service.clone());
    let name = row.with_untracked(|row| row.name.clone());
    let acknowledged = name.clone();
    view! {
        <li class="incident" data-incident=number>
            {move || {
                let row = row.get();
                view! {
                    <p class=format!("what {}", row.state)>
                        <span class="word">
                            <Shape state=row.state />
                            {row.state.as_str()}
                        </span>
                        <strong>{row.name.clone()}</strong>
                        " "
                        <span class="node">{row.node.clone()}</span>
                        <span class="since">"for " <Age time=row.since /></span>
                    </p>
                    {row.message.clone().map(|message| view! { <p class="message"><Prose text=message /></p> })}
                    {row.suppression.clone().map(|hold| view! { <p class="held"><HoldNote hold=*hold seen=row.checked /></p> })}
                }
            }}
            {may_act
                .then(|| {
                    view! {
                        <div class="choices">
                            <Show when=move || !is_acknowledged.get()>
                                <Acknowledge number name=acknowledged.clone() />
                            </Show>
                            <a class="button" href="#order" rel="external" on:click=move |_| chosen.set(vec![service.clone()])>
                                "Silence" <span class="hearing-only">{format!(" {name}")}</span>
                            </a>
                        </div>
                    }
                })}
        </li>
    }
    .into_any()
}

/// Folded until somebody wants it, or came for it.
#[component]
fn Acknowledge(number: u64, name: String) -> impl IntoView {
    let acknowledge = ServerAction::<AcknowledgeIncident>::new();
    let wanted = use_query_map().read_untracked().get("incident").and_then(|wanted| wanted.parse().ok()) == Some(number);
    let comment = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let Some(comment) = comment.get().filter(|_| wanted) {
            // It fails only where the box cannot be seen.
            let _ = comment.focus();
        }
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let comment = comment.get_untracked().map(|input| input.value()).unwrap_or_default();
        let order = AcknowledgementRequest { comment: comment.trim().to_owned(), minutes: None };
        acknowledge.dispatch(AcknowledgeIncident { incident: number, order });
    };
    let refusal = move || acknowledge.value().get().and_then(Result::err).map(|error: RpcError| error.to_string());
    view! {
        <details class="acknowledge" open=wanted>
            <summary class="button">
                "Acknowledge" <span class="hearing-only">{format!(" {name}")}</span>
            </summary>
            <form on:submit=submit>
                <label>
                    "Comment, for the others" <input type="text" node_ref=comment maxlength="500" autocomplete="off" />
                </label>
                <button type="submit" class="primary" disabled=move || acknowledge.pending().get()>
                    "I am on it"
                </button>
                <p class="refusal" role="alert">
                    {refusal}
                </p>
            </form>
        </details>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::State::{Down, Operational, Unhealthy};
    use crate::samples::{at, row};

    #[test]
    fn the_worst_come_first_and_of_these_the_latest() {
        let incident = |service, state, number, minutes| {
            Arc::new(NodeStatus { incident: Some(number), since: at(minutes), ..row(service, "n", state) })
        };
        let rows = [
            incident("slow", Unhealthy, 1, 9),
            incident("old", Down, 2, 1),
            Arc::new(row("unconfirmed", "n", Down)),
            incident("new", Down, 3, 5),
            incident("flapping", Operational, 4, 9),
        ];
        let order: Vec<_> = incidents(rows.iter()).into_iter().map(|(key, number)| format!("{number} {}", key.service)).collect();
        assert_eq!(order, ["3 new", "2 old", "1 slow", "4 flapping"]);
    }
}
