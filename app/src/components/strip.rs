use crate::live::RowHistory;
use crate::model::NodeStatus;
use crate::strip::{self, HEIGHT, LINE_WIDTH, WIDTH};
use leptos::prelude::*;
use std::sync::Arc;

/// The history of a row as bars. Those who listen, and those who walk with the keyboard, find one slider, whose values are the bars.
#[component]
pub fn History(row: Arc<NodeStatus>, history: RowHistory) -> impl IntoView {
    let RowHistory { history, pointed } = history;
    let history = history.map(|history| history.up_to(&row).map_or(history, Arc::new));
    let bars = history.map(|history| {
        let last = history.bars().saturating_sub(1);
        let bar = pointed.unwrap_or(last);
        let label = format!("{}, {}", row.name, history.summary());
        let text = history.bar(bar);
        view! {
            <div
                class="strip"
                role="slider"
                tabindex="0"
                aria-readonly="true"
                aria-label=label
                aria-valuemin="0"
                aria-valuemax=last.to_string()
                aria-valuenow=bar.to_string()
                aria-valuetext=text
            >
                <Bars history />
            </div>
        }
    });
    let is_absent = bars.is_none();
    view! {
        <td role="cell" class="history" class:absent=is_absent>
            {bars}
        </td>
    }
}

#[component]
fn Bars(history: Arc<strip::History>) -> impl IntoView {
    let shapes = &history.shapes;
    let bars = shapes.bars.iter().map(|(state, outline)| {
        view! { <path class=state.as_str() d=outline.clone() fill-rule="evenodd" /> }
    });
    view! {
        <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") preserveAspectRatio="none" aria-hidden="true">
            <path class="gap" d=shapes.gaps.clone() />
            {bars.collect_view()}
        </svg>
    }
}

/// How long the checks of a row took, as a line.
#[component]
pub fn Response(history: Option<Arc<strip::History>>) -> impl IntoView {
    let line = history.and_then(|history| {
        let range = history.elapsed_range()?;
        Some(view! {
            <svg
                viewBox=format!("0 0 {LINE_WIDTH} {HEIGHT}")
                width=LINE_WIDTH.to_string()
                height=HEIGHT.to_string()
                role="img"
                aria-label=range
            >
                <path d=history.shapes.line.clone() />
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
