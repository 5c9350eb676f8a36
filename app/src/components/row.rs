use super::age::Age;
use super::board_address::BoardAddress;
use super::icon::{Icon, IconView};
use super::may_act::MayAct;
use super::prose::Prose;
use super::state::Shape;
use super::suppression::SuppressionNote;
use super::uptime_bar::{History, Response, ServiceHistory};
use crate::address;
use crate::base_path::under_base;
use crate::board::{Arrangement, BoardQuery, ServiceLine};
use crate::format;
use crate::live::{Derived, LiveBoard, LiveUptimeBars};
use crate::model::{NodeStatus, ServiceId, SuppressionKind};
use crate::texts::board as texts;
use crate::texts::states;
use crate::times::hover;
use leptos::either::Either;
use leptos::prelude::*;
use std::sync::Arc;

/// One node of a service. The whole row is one effect: there may be thousands, and a change renders one row only.
#[component]
pub fn Row(row: ArcRwSignal<Arc<NodeStatus>>, is_child: bool) -> impl IntoView {
    let uptime_bars: LiveUptimeBars = expect_context();
    let board: LiveBoard = expect_context();
    let MayAct(may_act) = expect_context();
    let key = row.with_untracked(|row| row.key());
    let history = uptime_bars.row(&key);
    move || {
        let row = row.get();
        let tags = if is_child { Vec::new() } else { tags(&board, &row.service) };
        let history = history.get();
        view! {
            <tr
                role="row"
                class=look(&row)
                class:child=is_child
                data-service=row.service.to_string()
                data-node=row.node.clone()
            >
                <StateCell row=Arc::clone(&row) />
                <th role="rowheader" scope="row" class="name">
                    <a class="service" href=under_base(&page_of(&row, is_child))>
                        {if is_child { node(&row) } else { row.name.clone() }}
                    </a>
                    <small>
                        {(!is_child).then(|| view! { <span class="node">{node(&row)}</span> })}
                        {row.message.clone().map(|message| view! { " "<em><Prose text=message /></em> })}
                        {alerts(&row, may_act)}
                    </small>
                    {tag_links(&tags)}
                </th>
                <History row=Arc::clone(&row) history=history.history.clone() cell=history.cell is_tab_stop=history.is_tab_stop />
                <Response history=history.history />
                {figures(&row)}
            </tr>
        }
    }
}

/// A service with several nodes, whose rows follow when it is open.
#[component]
pub fn ServiceRow(service: ServiceId, arrangement: Derived<Arrangement>, address: BoardAddress) -> impl IntoView {
    let uptime_bars: LiveUptimeBars = expect_context();
    let board: LiveBoard = expect_context();
    let keys = {
        let service = service.clone();
        Derived::new(move || arrangement.with(|arrangement| arrangement.nodes_of(&service).to_vec()))
    };
    move || {
        let nodes: Vec<_> = keys.with(|keys| keys.iter().filter_map(|key| board.row(key)).map(|row| row.get()).collect());
        let line = ServiceLine::of(&nodes)?;
        let tags = tags(&board, &service);
        let history = keys.with(|keys| uptime_bars.of_all(keys));
        let query = address.get();
        let is_open = query.open.contains(&service);
        let (count, reason, row) = (line.count(), line.reason(), Arc::new(line.worst));
        Some(view! {
            <tr role="row" class=look(&row) class:several=true class:open=is_open data-service=service.to_string()>
                <StateCell row=Arc::clone(&row) />
                <th role="rowheader" scope="row" class="name">
                    <a
                        class="fold"
                        href=under_base(&query.toggled(&service).address())
                        data-noscroll=""
                        data-fold=service.to_string()
                        aria-expanded=is_open.to_string()
                        aria-label=if is_open { texts::hide_nodes(&row.name) } else { texts::show_nodes(&row.name) }
                    >
                        <IconView icon=Icon::CHEVRON_RIGHT />
                    </a>
                    <a class="service" href=under_base(&address::of_service(&row.service))>{row.name.clone()}</a>
                    <small>
                        <span class="node">{count}</span>
                        {reason.map(|reason| view! { " "<em><Prose text=reason /></em> })}
                    </small>
                    {tag_links(&tags)}
                </th>
                <ServiceHistory row=Arc::clone(&row) history=history.clone() />
                <Response history />
                {figures(&row)}
            </tr>
        })
    }
}

/// The state of a row, with the time since when.
#[component]
fn StateCell(row: Arc<NodeStatus>) -> impl IntoView {
    view! {
        <td role="cell" class="state">
            <span class="word" title=since(&row)>
                {if row.is_paused() {
                    Either::Left(view! { <i class="shape paused" aria-hidden="true"></i> })
                } else {
                    Either::Right(view! { <Shape state=row.state /> })
                }}
                {if row.is_paused() { states::paused() } else { states::state(row.state) }}
            </span>
        </td>
    }
}

/// The class of a row, by its state.
pub(super) fn look(row: &NodeStatus) -> &'static str {
    if row.is_paused() { "paused" } else { row.state.as_str() }
}

/// The cells of the latest check.
fn figures(row: &NodeStatus) -> impl IntoView + use<> {
    view! {
        <td role="cell" class="number elapsed" class:absent=row.elapsed.is_none()>{row.elapsed.map_or_else(|| "–".to_owned(), format::elapsed)}</td>
        <td role="cell" class="number checked" class:absent=!row.is_checked()>
            {if row.is_checked() { Either::Left(view! { <Age time=row.checked /> }) } else { Either::Right("–") }}
        </td>
        <td role="cell" class="number retries">{retries(row)}</td>
    }
}

/// The tags of a service. When they change, its rows are rendered again.
fn tags(board: &LiveBoard, service: &ServiceId) -> Vec<String> {
    board.with_untracked(|board| board.tags(service).to_vec()).unwrap_or_default()
}

/// Links that show the services with the same tag. The board listens for them, and keeps its order.
fn tag_links(tags: &[String]) -> Option<impl IntoView + use<>> {
    let link = |tag: &String| {
        let href = BoardQuery { tag: Some(tag.clone()), ..BoardQuery::default() }.address();
        view! {
            <a class="tag" href=under_base(&href) data-noscroll="" data-tag=tag.clone()>
                {tag.clone()}
            </a>
        }
    };
    (!tags.is_empty()).then(|| view! { <span class="tags">{tags.iter().map(link).collect_view()}</span> })
}

/// Why notifications for the node are suppressed, or the link to acknowledge its incident. The first leads to the page of it.
fn alerts(row: &NodeStatus, may_act: bool) -> Option<impl IntoView + use<>> {
    let suppressed = row.suppression.clone().map(|suppression| {
        // An acknowledgement is about an incident, everything else about services.
        let incident = row.incident.filter(|_| suppression.kind == SuppressionKind::Acknowledgement);
        let href = incident.map_or_else(|| "/silences".to_owned(), |incident| format!("/incidents/{incident}"));
        Either::Left(view! {
            " "
            <a class="suppressed" href=under_base(&href)>
                <SuppressionNote suppression=*suppression seen=row.checked />
            </a>
        })
    });
    suppressed.or_else(|| {
        let href = format!("/incidents/{}?acknowledge", row.incident.filter(|_| may_act)?);
        Some(Either::Right(view! {
            " "
            <a class="action" href=under_base(&href)>
                {texts::acknowledge()}
            </a>
        }))
    })
}

/// The page of the service; for a node below its service, with this node.
pub(super) fn page_of(row: &NodeStatus, is_child: bool) -> String {
    let node = is_child.then(|| ("node", row.node.clone()));
    address::with(&address::of_service(&row.service), node)
}

/// Since when the node has been in its state, and the state before the failure.
fn since(row: &NodeStatus) -> String {
    let since = hover(row.since);
    match row.state.is_operational() {
        true => texts::since(&since),
        false => texts::since_and_before(&since, states::state(row.last_state)),
    }
}

/// The name of the node, followed by its identifier.
pub(super) fn node(row: &NodeStatus) -> String {
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
