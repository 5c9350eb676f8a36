//! The open incidents, the most urgent first.

use super::selection::SelectedServices;
use crate::components::{Age, Prose, RefusedForm, Shape, SuppressionNote};
use crate::format;
use crate::forms::{ALERTS, Fields, action};
use crate::live::{Clock, Derived, LiveBoard};
use crate::model::{AcknowledgementRequest, NodeKey, NodeStatus, RpcError, SuppressionKind};
use crate::rpc::AcknowledgeIncident;
use leptos::ev::{MouseEvent, SubmitEvent};
use leptos::html;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;
use std::cmp::Reverse;
use std::sync::Arc;

/// The number of incidents on the page; with more, the board is the better list.
const SHOWN: usize = 50;

#[component]
pub(super) fn Incidents(may_act: bool) -> impl IntoView {
    let board: LiveBoard = expect_context();
    let all = Derived::new({
        let board = board.clone();
        move || board.with(|board| incidents(board.rows())).unwrap_or_default()
    });
    let has_some = {
        let all = all.clone();
        move || all.with(|all| !all.is_empty())
    };
    let shown = {
        let all = all.clone();
        move || all.with(|all| all.iter().take(SHOWN).cloned().collect::<Vec<_>>())
    };
    let more = move || {
        let more = all.with(|all| all.len().saturating_sub(SHOWN));
        (more > 0).then(|| view! { <p class="more">{format!("{} more on the board.", format::thousands(more as u64))}</p> })
    };
    view! {
        {may_act
            .then(|| {
                view! {
                    <a class="button to-form" href="#silence" rel="external">
                        "Silence alerts"
                    </a>
                }
            })}
        <section class="card" aria-labelledby="incidents-heading">
            <h2 id="incidents-heading">"Incidents"</h2>
            <Show
                when=has_some
                fallback=|| view! { <p class="none">"No open incidents. A failure becomes an incident when it is confirmed."</p> }
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

/// The rows with an open incident, and its number: the worst first, then the latest.
fn incidents<'a>(rows: impl Iterator<Item = &'a Arc<NodeStatus>>) -> Vec<(NodeKey, u64)> {
    let mut rows: Vec<_> = rows.filter_map(|row| Some((row, row.incident?))).collect();
    rows.sort_by_key(|(row, number)| (Reverse(row.state), Reverse(row.since), *number));
    rows.into_iter().map(|(row, number)| (row.key(), number)).collect()
}

#[component]
fn Incident(row: ArcRwSignal<Arc<NodeStatus>>, number: u64, may_act: bool) -> impl IntoView {
    let is_acknowledged = Derived::new({
        let row = row.clone();
        move || {
            row.with(|row| row.suppression.as_ref().is_some_and(|suppression| suppression.kind == SuppressionKind::Acknowledgement))
        }
    });
    let (service, name) = row.with_untracked(|row| (row.service.clone(), row.name.clone()));
    let acknowledged = name.clone();
    let clock: Clock = expect_context();
    // An age or, where the clock does not run, a time of day.
    let preposition = move || if clock.is_running() { "for " } else { "since " };
    let SelectedServices(selected) = expect_context();
    let mut query = ParamsMap::new();
    query.insert("service", service.to_string());
    let address = format!("{ALERTS}{}#silence", query.to_query_string());
    let select = move |event: MouseEvent| {
        event.prevent_default();
        selected.set(vec![service.clone()]);
        // Scrolls to the form. Fails only for an invalid address.
        let _ = window().location().set_hash("silence");
    };
    view! {
        <li class="incident" data-incident=number>
            {move || {
                let row = row.get();
                view! {
                    <p class=format!("subject {}", row.state)>
                        <span class="word">
                            <Shape state=row.state />
                            {row.state.as_str()}
                        </span>
                        <strong>{row.name.clone()}</strong>
                        " "
                        <span class="node">{row.node.clone()}</span>
                        <span class="since">{preposition.clone()} <Age time=row.since /></span>
                    </p>
                    {row.message.clone().map(|message| view! { <p class="message"><Prose text=message /></p> })}
                    {row.suppression.clone().map(|suppression| view! { <p class="suppressed"><SuppressionNote suppression=*suppression seen=row.checked /></p> })}
                }
            }}
            {may_act
                .then(|| {
                    view! {
                        <div class="choices">
                            <Show when=move || !is_acknowledged.get()>
                                <Acknowledge number name=acknowledged.clone() />
                            </Show>
                            <a class="button" href=address rel="external" on:click=select>
                                "Silence" <span class="visually-hidden">{format!(" {name}")}</span>
                            </a>
                        </div>
                    }
                })}
        </li>
    }
    .into_any()
}

/// Open when a link names the incident, or when the form was refused.
#[component]
fn Acknowledge(number: u64, name: String) -> impl IntoView {
    let acknowledge = ServerAction::<AcknowledgeIncident>::new();
    let is_linked = use_query_map().read_untracked().get("incident").and_then(|linked| linked.parse().ok()) == Some(number);
    let refused: RefusedForm = expect_context();
    let refused = refused.reason(action::ACKNOWLEDGE, Some(number));
    let is_open = is_linked || refused.is_some();
    let comment = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let Some(comment) = comment.get().filter(|_| is_linked) {
            // Fails only when the box is hidden.
            let _ = comment.focus();
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let order = AcknowledgementRequest { comment: Fields::of(&event).text("comment").to_owned(), minutes: None };
        acknowledge.dispatch(AcknowledgeIncident { incident: number, order });
    };
    let refusal = move || match acknowledge.value().get() {
        Some(result) => result.err().map(|error: RpcError| error.to_string()),
        None => refused.clone(),
    };
    view! {
        <details class="acknowledge" open=is_open>
            <summary class="button">
                "Acknowledge" <span class="visually-hidden">{format!(" {name}")}</span>
            </summary>
            <form method="post" action=ALERTS on:submit=submit>
                <input type="hidden" name="action" value=action::ACKNOWLEDGE />
                <input type="hidden" name="incident" value=number />
                <label>
                    "Comment (visible to everyone who sees the service)"
                    <input type="text" name="comment" node_ref=comment maxlength="500" autocomplete="off" />
                </label>
                <button type="submit" class="primary" disabled=move || acknowledge.pending().get()>
                    "Acknowledge"
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
    fn the_worst_come_first_and_then_the_latest() {
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
