use super::board_address::BoardAddress;
use super::icon::{Icon, IconView};
use super::row::{Row, ServiceRow};
use crate::board::{Arrangement, Counts, Group, Line};
use crate::erased::IntoAny;
use crate::format;
use crate::live::{Derived, LiveBoard, LiveUptimeBars, SharedSignal, keep, kept};
use leptos::either::Either;
use leptos::ev::MouseEvent;
use leptos::prelude::*;

/// The services of one type. The browser remembers which groups are closed. A filter shows what it finds also in a closed group.
#[component]
pub fn GroupView(name: String, arrangement: Derived<Arrangement>, address: BoardAddress) -> impl IntoView {
    let board: LiveBoard = expect_context();
    let group: Derived<Option<Group>> = {
        let (name, arrangement) = (name.clone(), arrangement.clone());
        Derived::new(move || arrangement.with(|arrangement| arrangement.group(&name).cloned()))
    };
    let summary = {
        let group = group.clone();
        move || group.with(|group| group.as_ref().map(|group| summary(&group.services)))
    };
    let is_closed = SharedSignal::new(false);
    let key = format!("platus.closed.{name}");
    Effect::new({
        let (is_closed, key) = (is_closed.clone(), key.clone());
        move |_| is_closed.set(kept(&key).is_some())
    });
    let is_open = {
        let (is_closed, address) = (is_closed.clone(), address.clone());
        move || !is_closed.get() || address.get().is_filtered()
    };
    // In place of what the browser would do, so that the signal stays right.
    let toggle = move |event: MouseEvent| {
        event.prevent_default();
        let closes = !is_closed.get_untracked();
        is_closed.set(closes);
        keep(&key, closes.then_some("1"));
    };
    let lines = move || group.with(|group| group.as_ref().map(|group| group.lines.clone()).unwrap_or_default());
    let line = move |line: Line| match line {
        Line::Node(key) => board.row(&key).map(|row| view! { <Row row is_child=false /> }.into_any()),
        Line::Child(key) => board.row(&key).map(|row| view! { <Row row is_child=true /> }.into_any()),
        Line::Service(service) => {
            Some(view! { <ServiceRow service arrangement=arrangement.clone() address=address.clone() /> }.into_any())
        }
    };
    let (label, heading) = (name.clone(), name.clone());
    view! {
        <section class="group" aria-label=label>
            <details open=is_open>
                <summary on:click=toggle>
                    <IconView icon=Icon::CHEVRON_RIGHT />
                    <h2>
                        <span>{heading}</span>
                        " "
                        <span class="summary">{summary}</span>
                    </h2>
                </summary>
                <table role="table">
                    <caption class="visually-hidden">{name}</caption>
                    <thead role="rowgroup" class="visually-hidden">
                        <tr role="row">
                            {COLUMNS
                                .map(|(class, text)| {
                                    view! {
                                        <th role="columnheader" scope="col" class=class>
                                            {head(class, text)}
                                        </th>
                                    }
                                })
                                .into_iter()
                                .collect_view()}
                        </tr>
                    </thead>
                    <tbody role="rowgroup">
                        <For each=lines key=Clone::clone children=line />
                    </tbody>
                </table>
            </details>
        </section>
    }
    .into_any()
}

/// The class of the column of the uptime bars.
const HISTORY: &str = "history";

/// The columns of all groups, with their classes.
const COLUMNS: [(&str, &str); 7] = [
    ("state", "State"),
    ("name", "Service"),
    (HISTORY, ""),
    ("response", "Response"),
    ("number elapsed", "Elapsed"),
    ("number checked", "Checked"),
    ("number retries", "Retries"),
];

/// The heads of the columns above all groups. Screen readers have those of each table.
#[component]
pub fn ColumnHeads() -> impl IntoView {
    view! {
        <div class="heads" aria-hidden="true">
            {COLUMNS.map(|(class, text)| view! { <span class=class>{head(class, text)}</span> }).into_iter().collect_view()}
        </div>
    }
}

/// The head of a column. That of the uptime bars says which time they show.
fn head(class: &'static str, text: &'static str) -> impl IntoView {
    if class != HISTORY {
        return Either::Left(text);
    }
    let uptime_bars: LiveUptimeBars = expect_context();
    Either::Right(move || format!("Last {}", uptime_bars.span()))
}

/// What a group needs, in words; paused services apart.
fn summary(services: &Counts) -> String {
    let watched = match (services.failing(), services.total()) {
        (0, 0) => None,
        (0, 1) => Some("operational".to_owned()),
        (0, total) => Some(format!("all {total} operational")),
        (1, 1) => Some("needs attention".to_owned()),
        (1, total) => Some(format!("1 of {total} needs attention")),
        (failing, total) if failing == total => Some(format!("all {} need attention", format::count(total, "service"))),
        (failing, total) => Some(format!("{failing} of {total} need attention")),
    };
    let paused = match (services.paused(), services.total()) {
        (0, _) => None,
        (1, 0) => Some("paused".to_owned()),
        (paused, 0) => Some(format!("all {paused} paused")),
        (paused, _) => Some(format!("{paused} paused")),
    };
    watched.into_iter().chain(paused).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::Condition;
    use crate::model::State::{Down, Operational};

    #[test]
    fn a_group_counts_services_and_paused_ones_apart() {
        let [down, fine, paused] = [Condition::State(Down), Condition::State(Operational), Condition::Paused];
        for (services, expected) in [
            (&[fine][..], "operational"),
            (&[fine, fine], "all 2 operational"),
            (&[down], "needs attention"),
            (&[down, fine, paused], "1 of 2 needs attention, 1 paused"),
            (&[down, down], "all 2 services need attention"),
            (&[down, down, fine], "2 of 3 need attention"),
            (&[fine, paused, paused], "operational, 2 paused"),
            (&[paused], "paused"),
            (&[paused, paused], "all 2 paused"),
        ] {
            let mut counts = Counts::default();
            services.iter().for_each(|service| counts.add(*service));
            assert_eq!(summary(&counts), expected);
        }
    }
}
