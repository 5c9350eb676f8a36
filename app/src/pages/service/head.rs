//! The head of the page: where, what, in which state, since when, and what an operator can do.

use super::actions::{Commands, Offered, actions, pause_text};
use super::place::Place;
use super::summary::{Summary, name};
use super::text::{is_same_day, moment, target};
use crate::address;
use crate::base_path::under_base;
use crate::board::BoardQuery;
use crate::components::{Icon, IconView, PageTitle, Prose, Shape, SuppressionNote, hover};
use crate::erased::IntoAny;
use crate::format;
use crate::language::{in_this_language, of_english_text};
use crate::live::{Clock, Derived, LiveBoard};
use crate::model::{NodeStatus, ServiceId, ServiceView};
use crate::texts::{layout, service as texts, states};
use crate::times::here;
use leptos::prelude::*;
use std::sync::Arc;

/// Messages of failing nodes that are shown; the table of the nodes has all.
const MESSAGES: usize = 4;

/// The rows of a service, or of one of its nodes, as the event stream has them. The effect or memo that calls this runs again when one
/// of them changes.
pub(super) fn rows(board: &LiveBoard, id: &ServiceId, node: Option<&str>) -> Vec<Arc<NodeStatus>> {
    let is_wanted = |row: &Arc<NodeStatus>| row.service == *id && node.is_none_or(|node| node == row.node);
    let keys: Vec<_> =
        board.with(|board| board.rows().filter(|row| is_wanted(row)).map(|row| row.key()).collect()).unwrap_or_default();
    keys.iter().filter_map(|key| board.row(key)).map(|row| row.get()).collect()
}

/// The incidents of the service, or of this node, that no user works on.
pub(super) fn unacknowledged(board: &LiveBoard, id: &ServiceId, node: Option<&str>) -> Vec<u64> {
    Summary::of(&rows(board, id, node)).map(|summary| summary.unacknowledged).unwrap_or_default()
}

/// The head of the page. Its buttons are no part that renders itself: a new answer would replace them then, and take the focus of a user away.
/// Who calls this does so again when [`unacknowledged`] has changed.
pub(super) fn head(view: ServiceView, place: Place) -> AnyView {
    let board: LiveBoard = expect_context();
    let commands: Commands = expect_context();
    let summary = Derived::new({
        let place = place.clone();
        move || Summary::of(&rows(&board, &place.id, place.node.as_deref()))
    });
    let is_paused = view.pause.is_some();
    let view = Arc::new(view);
    let title = {
        let (summary, name) = (summary.clone(), view.settings.name.clone());
        move || match summary.with(|summary| summary.as_ref().map(Summary::state)) {
            Some(state) if !state.is_operational() => format!("{name} {} · Platus", states::state(state)),
            _ => format!("{name} · Platus"),
        }
    };
    let (of_shape, of_lead, of_callout) = (summary.clone(), summary.clone(), summary.clone());
    let of_service = Arc::clone(&view);
    let offered = summary.with_untracked(|summary| Offered::of(&view, summary.as_ref()));
    let paused = commands.clone();
    let shape = move || {
        if paused.will_be_paused(is_paused) {
            return view! { <i class="shape paused" aria-hidden="true"></i> }.into_any();
        }
        let state = of_shape.with(|summary| summary.as_ref().map(Summary::state));
        state.map(|state| view! { <Shape state /> }).into_any()
    };
    let outcome = commands.outcome();
    view! {
        <PageTitle text=in_this_language(title) />
        {crumbs(&view, &place)}
        <div class="page-head">
            <div>
                <h1>{shape} <span>{view.settings.name.clone()}</span></h1>
                {move || lead(&of_service, of_lead.get().as_ref())}
                {meta(&view)}
            </div>
            {commands.may_act.get_untracked().then(|| actions(offered, &commands))} {outcome}
        </div>
        {view.settings.problem.clone().map(|problem| message(vec![problem], "down"))}
        {move || of_callout.with(|summary| summary.as_ref().and_then(callout))}
    }
    .into_any()
}

fn crumbs(view: &ServiceView, place: &Place) -> AnyView {
    let group = address::with("/", [("q", view.settings.group.clone())]);
    let whole = place.of_node(None);
    let node = place.node.clone().map(|node| {
        let shown = view.nodes.iter().find(|other| other.status.node == node).map_or(node, |node| name(&node.status));
        view! {
            <IconView icon=Icon::CHEVRON_RIGHT />
            <a href=under_base(&whole)>{view.settings.name.clone()}</a>
            <IconView icon=Icon::CHEVRON_RIGHT />
            <span aria-current="page">{shown}</span>
        }
    });
    view! {
        <nav class="crumbs" aria-label=texts::breadcrumb()>
            <a href=under_base("/")>{layout::board()}</a>
            <IconView icon=Icon::CHEVRON_RIGHT />
            <a href=under_base(&group)>{view.settings.group.clone()}</a>
            {node}
        </nav>
    }
    .into_any()
}

/// `unhealthy since 09:37, for 18 min. Confirmed after 3 of 3 checks: incident #1042.`
fn lead(view: &ServiceView, summary: Option<&Summary>) -> AnyView {
    if let Some(pause) = &view.pause {
        let seen = summary.map_or(pause.since, |summary| summary.worst.checked);
        return view! {
            <p class="lead">
                <span class="word paused">{pause_text(pause)}</span>
                {if is_same_day(pause.since, seen) { texts::not_checked_since() } else { texts::not_checked_since_day() }}
                <b title=hover(pause.since)>{moment(pause.since, seen)}</b>
                {texts::state_is_of_latest_check()}
            </p>
        }
        .into_any();
    }
    let Some(summary) = summary else {
        let text = if view.nodes.is_empty() { texts::no_nodes() } else { texts::former_node() };
        return view! { <p class="lead">{text}</p> }.into_any();
    };
    if !summary.worst.is_checked() {
        return view! { <p class="lead">{texts::not_checked_yet()}</p> }.into_any();
    }
    let state = summary.state();
    let age = expect_context::<Clock>().age(summary.since);
    let duration = move || age.get().map(|age| view! { {texts::for_age()} <b class="number">{age}</b> });
    let nodes = (summary.nodes > 1).then(|| {
        let Summary { operational, nodes, .. } = *summary;
        view! { " " <b>{texts::nodes_of(operational, nodes)}</b> {texts::are_operational(operational)} }
    });
    let confirmation = summary.confirmation();
    let confirmed = (!confirmation.is_empty()).then(|| view! { " " {confirmation} {incidents(&summary.incidents)} "." });
    let details = (nodes.is_some() || confirmed.is_some()).then(|| view! { <span class="details">{nodes}{confirmed}</span> });
    view! {
        <p class="lead">
            <span class=format!("word {state}")>{states::state(state)}</span>
            {if is_same_day(summary.since, summary.worst.checked) { texts::since() } else { texts::since_day() }}
            <b title=hover(summary.since)>{moment(summary.since, summary.worst.checked)}</b>
            {duration}
            "."
            {details}
        </p>
    }
    .into_any()
}

fn incidents(incidents: &[u64]) -> Option<AnyView> {
    let (href, text) = match *incidents {
        [] => return None,
        [number] => (format!("/incidents/{number}"), texts::incident(number)),
        [..] => ("#incidents".to_owned(), texts::incidents(incidents.len())),
    };
    Some(view! { {texts::colon()} <a class="link" href=under_base(&href)>{text}</a> }.into_any())
}

fn meta(view: &ServiceView) -> AnyView {
    let settings = &view.settings;
    let next = view.next_check.map(|next| {
        let left = expect_context::<Clock>().until(next);
        let time = here(next).format("%H:%M:%S").to_string();
        view! {
            {move || match left.get() {
                Some(left) => view! { {texts::next_check_in()} <b class="number">{left}</b> }.into_any(),
                None => view! { {texts::next_check_at()} <b class="number">{time.clone()}</b> }.into_any(),
            }}
        }
    });
    let checking = view.is_checking.then(texts::checking_now);
    view! {
        <div class="meta">
            <span>{settings.plugin.clone()}</span>
            {tags(&settings.tags)}
            {target(settings).map(|target| view! { <span class="target">{target}</span> })}
            <span class="schedule">
                <IconView icon=Icon::CLOCK />
                <span>{texts::every(&format::period(settings.interval))} {next} {checking}</span>
            </span>
        </div>
    }
    .into_any()
}

/// The tags: each leads to the board with the services that have it.
fn tags(tags: &[String]) -> Option<AnyView> {
    let link = |tag: &String| {
        let href = BoardQuery { tag: Some(tag.clone()), ..BoardQuery::default() }.address();
        view! {
            <a class="tag" href=under_base(&href)>
                {tag.clone()}
            </a>
        }
    };
    (!tags.is_empty()).then(|| view! { <span class="tags">{tags.iter().map(link).collect_view()}</span> }.into_any())
}

/// What failing nodes report, and why no notifications are sent.
fn callout(summary: &Summary) -> Option<AnyView> {
    let state = summary.state();
    let mut lines: Vec<String> = match &summary.messages[..] {
        [(_, message)] if summary.nodes == 1 => vec![message.clone()],
        messages => messages.iter().take(MESSAGES).map(|(node, message)| texts::message_of(node, message)).collect(),
    };
    let more = summary.messages.len().saturating_sub(MESSAGES);
    lines.extend((more > 0).then(|| texts::more_nodes(more)));
    let note = summary.suppression.clone().map(|suppression| {
        view! { <p class="suppressed"><SuppressionNote suppression seen=summary.worst.checked /></p> }.into_any()
    });
    if lines.is_empty() && note.is_none() {
        return None;
    }
    let class = if state.is_operational() { "callout" } else { state.as_str() };
    let shape = (!state.is_operational()).then(|| view! { <Shape state /> });
    let mut lines = lines.into_iter();
    let first = lines.next().map(|line| view! { <p><strong><Prose text=line /></strong></p> });
    let others = lines.map(|line| view! { <p><Prose text=line /></p> }).collect_view();
    Some(view! { <div class=format!("callout {class}")>{shape} <div>{first} {others} {note}</div></div> }.into_any())
}

fn message(lines: Vec<String>, class: &'static str) -> AnyView {
    let lines = lines.into_iter().map(|line| view! { <p><Prose text=line /></p> }).collect_view();
    view! { <div class=format!("callout {class}") role="alert"><IconView icon=Icon::INCIDENT /><div lang=of_english_text()>{lines}</div></div> }.into_any()
}
