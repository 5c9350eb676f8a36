//! The nodes of the service. A link filters the page by one of them.

use super::head::rows;
use super::place::Place;
use super::summary::name;
use super::text::moment;
use crate::base_path::under_base;
use crate::components::{Age, Prose, Shape, hover};
use crate::erased::IntoAny;
use crate::format;
use crate::live::{LiveBoard, LiveUptimeBars, follow_uptime_bars};
use crate::model::{NodeStatus, ServiceView};
use crate::texts::{service as texts, states};
use crate::uptime_bar::{HEIGHT, History, Shapes, WIDTH};
use leptos::prelude::*;
use std::cmp::Reverse;
use std::sync::Arc;

pub(super) fn nodes(view: ServiceView, place: Place) -> AnyView {
    if view.nodes.len() < 2 {
        return ().into_any();
    }
    let board: LiveBoard = expect_context();
    let bars: LiveUptimeBars = expect_context();
    // Effects run in the browser only. They are dropped with this part of the page.
    Effect::new({
        let (bars, service) = (bars.clone(), place.id.clone());
        move |_| follow_uptime_bars(&bars, Some(&service))
    });
    let all = place.of_node(None);
    let span = bars.clone();
    let hint = if place.node.is_some() {
        view! { <a class="link" href=under_base(&all) data-noscroll="">{texts::show_all_nodes()}</a> }.into_any()
    } else {
        view! { <span>{texts::worst_first()}</span> }.into_any()
    };
    let table = move || {
        let mut rows = rows(&board, &place.id, None);
        rows.sort_by_key(|row| (Reverse(row.state), name(row).to_lowercase()));
        rows.iter().map(|row| node(row, &place, &bars)).collect_view()
    };
    view! {
        <section class="card nodes" aria-labelledby="nodes-heading">
            <header>
                <h2 id="nodes-heading">{texts::nodes()}</h2>
                <span class="note">{hint}</span>
            </header>
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">{texts::state()}</th>
                        <th scope="col">{texts::node()}</th>
                        <th scope="col">{texts::seen()}</th>
                        <th scope="col" class="of-day">{move || span.head()}</th>
                        <th scope="col" class="number">{texts::since_label()}</th>
                        <th scope="col" class="number">{texts::elapsed()}</th>
                        <th scope="col" class="number checked">{texts::checked_label()}</th>
                    </tr>
                </thead>
                <tbody>{table}</tbody>
            </table>
        </section>
    }
    .into_any()
}

fn node(row: &Arc<NodeStatus>, place: &Place, bars: &LiveUptimeBars) -> AnyView {
    let is_selected = place.node.as_deref() == Some(row.node.as_str());
    let href = place.of_node((!is_selected).then_some(row.node.as_str()));
    let shown = name(row);
    let identifier = (shown != row.node).then(|| view! { <small>{row.node.clone()}</small> });
    let history = bars.row(&row.key());
    let bar = {
        let row = Arc::clone(row);
        move || history.get().history.map(|history| bar(history.up_to(&row).as_ref().unwrap_or(&history)))
    };
    let class = if row.state.is_operational() { "" } else { row.state.as_str() };
    view! {
        <tr class=class data-node=row.node.clone()>
            <td>
                <span class=format!("word {}", row.state)>
                    <Shape state=row.state />
                    {states::state(row.state)}
                </span>
            </td>
            <th scope="row">
                <a class="row-link" href=under_base(&href) data-noscroll="" aria-current=is_selected.then_some("true")>
                    {shown}
                </a>
                {identifier}
            </th>
            <td class="seen">{row.message.clone().map(|message| view! { <Prose text=message /> })}</td>
            <td class="of-day">{bar}</td>
            <td class="number" title=hover(row.since)>
                {moment(row.since, row.checked)}
            </td>
            <td class="number">{row.elapsed.map_or_else(|| "–".to_owned(), format::elapsed)}</td>
            <td class="number checked">{row.is_checked().then(|| view! { <Age time=row.checked /> })}</td>
        </tr>
    }
    .into_any()
}

/// The last day of a node. Its text has the same.
fn bar(history: &History) -> AnyView {
    let Shapes { cells, gaps } = history.shapes();
    let cells = cells.into_iter().map(|(state, outline)| {
        view! { <path class=state.as_str() d=outline fill-rule="evenodd" /> }
    });
    view! {
        <svg
            class="day-bar"
            viewBox=format!("0 0 {WIDTH} {HEIGHT}")
            preserveAspectRatio="none"
            role="img"
            aria-label=history.summary()
        >
            <path class="gap" d=gaps />
            {cells.collect_view()}
        </svg>
    }
    .into_any()
}
