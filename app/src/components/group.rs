use super::row::Row;
use crate::board::{Arrangement, Counts, Group};
use crate::format;
use crate::live::{Derived, LiveBoard};
use leptos::prelude::*;

/// The services of one type.
#[component]
pub fn GroupView(name: String, arrangement: Derived<Arrangement>) -> impl IntoView {
    let board: LiveBoard = expect_context();
    let group: Derived<Option<Group>> = {
        let name = name.clone();
        Derived::new(move || arrangement.with(|arrangement| arrangement.group(&name).cloned()))
    };
    let summary = {
        let group = group.clone();
        move || group.with(|group| group.as_ref().map(|group| summary(&group.nodes)))
    };
    let keys = move || group.with(|group| group.as_ref().map(|group| group.rows.clone()).unwrap_or_default());
    let (label, heading) = (name.clone(), name.clone());
    view! {
        <section class="group" aria-label=label>
            <h2>
                <span>{heading}</span>
                <span class="summary">{summary}</span>
            </h2>
            <table role="table">
                <caption class="visually-hidden">{name}</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        <th role="columnheader" scope="col" class="state">
                            "State"
                        </th>
                        <th role="columnheader" scope="col" class="name">
                            "Service"
                        </th>
                        <th role="columnheader" scope="col" class="history">
                            <span class="whole-day">"Last 24 h"</span>
                            <span class="half-day">"Last 12 h"</span>
                        </th>
                        <th role="columnheader" scope="col" class="response">
                            "Response"
                        </th>
                        <th role="columnheader" scope="col" class="number elapsed">
                            "Elapsed"
                        </th>
                        <th role="columnheader" scope="col" class="number checked">
                            "Checked"
                        </th>
                        <th role="columnheader" scope="col" class="number retries">
                            "Retries"
                        </th>
                    </tr>
                </thead>
                <tbody role="rowgroup">
                    <For each=keys key=Clone::clone children=move |key| board.row(&key).map(|row| view! { <Row row /> }) />
                </tbody>
            </table>
        </section>
    }
    .into_any()
}

fn summary(nodes: &Counts) -> String {
    match (nodes.failing(), nodes.total()) {
        (0, 1) => "operational".to_owned(),
        (0, total) => format!("all {total} operational"),
        (1, 1) => "needs attention".to_owned(),
        (1, total) => format!("1 of {total} needs attention"),
        (failing, total) if failing == total => format!("all {} need attention", format::count(total, "node")),
        (failing, total) => format!("{failing} of {total} need attention"),
    }
}
