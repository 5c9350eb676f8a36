use crate::model::NodeStatus;
use crate::texts::uptime_bar as texts;
use crate::uptime_bar::{self, HEIGHT, LINE_WIDTH, Shapes, WIDTH};
use leptos::prelude::*;
use std::sync::Arc;

/// The uptime bar of a row. For screen readers and the keyboard it is a slider, whose values are the cells.
#[component]
pub fn History(
    row: Arc<NodeStatus>,
    history: Option<Arc<uptime_bar::History>>,
    cell: Option<usize>,
    is_tab_stop: bool,
) -> impl IntoView {
    let history = history.map(|history| history.up_to(&row).map_or(history, Arc::new));
    let cells = history.map(|history| {
        let last = history.cells().saturating_sub(1);
        let cell = cell.unwrap_or(last);
        let label = format!("{}, {}", row.name, history.summary());
        let text = history.cell(cell);
        view! {
            <div
                class="uptime-bar"
                role="slider"
                tabindex=if is_tab_stop { "0" } else { "-1" }
                aria-readonly="true"
                aria-label=label
                aria-valuemin="0"
                aria-valuemax=last.to_string()
                aria-valuenow=cell.to_string()
                aria-valuetext=text
            >
                <Cells history />
            </div>
        }
    });
    let is_absent = cells.is_none();
    view! {
        <td role="cell" class="history" class:absent=is_absent>
            {cells}
        </td>
    }
}

/// The uptime bar of a service with several nodes: a picture, since each of its nodes has its own cells.
#[component]
pub fn ServiceHistory(row: Arc<NodeStatus>, history: Option<Arc<uptime_bar::History>>) -> impl IntoView {
    let history = history.map(|history| history.up_to(&row).map_or(history, Arc::new));
    let cells = history.map(|history| {
        let label = texts::worst_of_nodes(&row.name, &history.summary());
        view! {
            <div class="uptime-bar" role="img" aria-label=label>
                <Cells history />
            </div>
        }
    });
    let is_absent = cells.is_none();
    view! {
        <td role="cell" class="history" class:absent=is_absent>
            {cells}
        </td>
    }
}

#[component]
fn Cells(history: Arc<uptime_bar::History>) -> impl IntoView {
    let Shapes { cells, gaps } = history.shapes();
    let cells = cells.into_iter().map(|(state, outline)| {
        view! { <path class=state.as_str() d=outline fill-rule="evenodd" /> }
    });
    view! {
        <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") preserveAspectRatio="none" aria-hidden="true">
            <path class="gap" d=gaps />
            {cells.collect_view()}
        </svg>
    }
}

/// The response times of a row as a line.
#[component]
pub fn Response(history: Option<Arc<uptime_bar::History>>) -> impl IntoView {
    let line = history.and_then(|history| {
        let range = history.elapsed_range()?;
        Some(view! {
            <svg
                viewBox=format!("0 0 {LINE_WIDTH} {HEIGHT}")
                preserveAspectRatio="none"
                role="img"
                aria-label=range
            >
                <path d=history.line() />
            </svg>
        })
    });
    let is_absent = line.is_none();
    view! {
        <td role="cell" class="response" class:absent=is_absent>
            {match line {
                Some(line) => leptos::either::Either::Left(line),
                None => leptos::either::Either::Right("–"),
            }}
        </td>
    }
}
