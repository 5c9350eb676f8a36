use super::age::{Age, exact};
use super::may_act::MayAct;
use super::prose::Prose;
use super::state::Shape;
use super::suppression::SuppressionNote;
use super::uptime_bar::{History, Response};
use crate::address;
use crate::format;
use crate::live::LiveUptimeBars;
use crate::model::{NodeStatus, SuppressionKind};
use leptos::either::Either;
use leptos::prelude::*;
use std::sync::Arc;

/// One node of a service. The whole row is one effect: there may be thousands, and a change renders one row only.
#[component]
pub fn Row(row: ArcRwSignal<Arc<NodeStatus>>) -> impl IntoView {
    let uptime_bars: LiveUptimeBars = expect_context();
    let MayAct(may_act) = expect_context();
    let history = uptime_bars.row(&row.with_untracked(|row| row.key()));
    move || {
        let row = row.get();
        let history = history.get();
        view! {
            <tr role="row" class=row.state.as_str() data-service=row.service.to_string() data-node=row.node.clone()>
                <td role="cell" class="state">
                    <span class="word" title=since(&row)>
                        <Shape state=row.state />
                        {row.state.as_str()}
                    </span>
                </td>
                <th role="rowheader" scope="row" class="name">
                    <a class="service" href=address::of_service(&row.service)>{row.name.clone()}</a>
                    <small>
                        <span class="node">{node(&row)}</span>
                        {row.message.clone().map(|message| view! { " "<em><Prose text=message /></em> })}
                        {alerts(&row, may_act)}
                    </small>
                </th>
                <History row=Arc::clone(&row) history=history.clone() />
                <Response history=history.history />
                <td role="cell" class="number elapsed" class:absent=row.elapsed.is_none()>{row.elapsed.map_or_else(|| "–".to_owned(), format::elapsed)}</td>
                <td role="cell" class="number checked" class:absent=!row.is_checked()>
                    {if row.is_checked() { Either::Left(view! { <Age time=row.checked /> }) } else { Either::Right("–") }}
                </td>
                <td role="cell" class="number retries">{retries(&row)}</td>
            </tr>
        }
    }
}

/// Why notifications for the node are suppressed, or the link to acknowledge its incident. The first leads to the page of it.
fn alerts(row: &NodeStatus, may_act: bool) -> Option<impl IntoView + use<>> {
    let suppressed = row.suppression.clone().map(|suppression| {
        // An acknowledgement is about an incident, everything else about services.
        let incident = row.incident.filter(|_| suppression.kind == SuppressionKind::Acknowledgement);
        let href = incident.map_or_else(|| "/silences".to_owned(), |incident| format!("/incidents/{incident}"));
        Either::Left(view! {
            " "
            <a class="suppressed" href=href>
                <SuppressionNote suppression=*suppression seen=row.checked />
            </a>
        })
    });
    suppressed.or_else(|| {
        let href = format!("/incidents/{}?acknowledge", row.incident.filter(|_| may_act)?);
        Some(Either::Right(view! {
            " "
            <a class="action" href=href>
                "Acknowledge"
            </a>
        }))
    })
}

/// Since when the node has been in its state, and the state before the failure.
fn since(row: &NodeStatus) -> String {
    let since = format!("Since {}", exact(row.since));
    if row.state.is_operational() { since } else { format!("{since}, before that {}", row.last_state) }
}

/// The name of the node, followed by its identifier.
fn node(row: &NodeStatus) -> String {
    match &row.node_name {
        Some(name) if *name != row.node => format!("{name} ({})", row.node),
        _ => row.node.clone(),
    }
}

/// `2/3`; beyond the limit `3/3 (17)`.
fn retries(row: &NodeStatus) -> impl IntoView + use<> {
    let NodeStatus { retries, retry_limit, .. } = *row;
    let beyond = (retries > retry_limit).then(|| view! { <small>{format!(" ({retries})")}</small> });
    (format!("{}/{retry_limit}", retries.min(retry_limit)), beyond)
}
