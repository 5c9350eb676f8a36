use super::board_address::BoardAddress;
use super::chunk::ChunkView;
use super::icon::{Icon, IconView};
use crate::board::{Arrangement, Chunk, Counts, Group};
use crate::erased::IntoAny;
use crate::live::{Derived, LiveUptimeBars, RowDetails, SharedSignal, keep, kept};
use crate::texts::Text;
use crate::texts::board as texts;
use crate::texts::states;
use leptos::either::Either;
use leptos::ev::MouseEvent;
use leptos::prelude::*;

/// The services of one type. The browser remembers which groups are closed. A filter shows what it finds also in a closed group.
#[component]
pub fn GroupView(name: String, arrangement: Derived<Arrangement>, address: BoardAddress) -> impl IntoView {
    let details: RowDetails = expect_context();
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
    let chunks = Derived::new(move || {
        let split = if details.is_long() { Chunk::several } else { Chunk::whole };
        group.with(|group| group.as_ref().map(|group| split(&group.name, &group.lines)).unwrap_or_default())
    });
    let ids = {
        let chunks = chunks.clone();
        move || chunks.with(|chunks| chunks.iter().map(|chunk| chunk.id.clone()).collect::<Vec<_>>())
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
                                            {head(text)}
                                        </th>
                                    }
                                })
                                .into_iter()
                                .collect_view()}
                        </tr>
                    </thead>
                    <For
                        each=ids
                        key=String::clone
                        children=move |id| {
                            view! { <ChunkView id chunks=chunks.clone() arrangement=arrangement.clone() address=address.clone() /> }
                        }
                    />
                </table>
            </details>
        </section>
    }
    .into_any()
}

/// The columns of all groups, with their classes. The head of the uptime bars says which time they show.
const COLUMNS: [(&str, Option<Text>); 7] = [
    ("state", Some(texts::state)),
    ("name", Some(texts::service)),
    ("history", None),
    ("response", Some(texts::response)),
    ("number elapsed", Some(texts::elapsed)),
    ("number checked", Some(texts::checked)),
    ("number retries", Some(texts::retries)),
];

/// The heads of the columns above all groups. Screen readers have those of each table.
#[component]
pub fn ColumnHeads() -> impl IntoView {
    view! {
        <div class="heads" aria-hidden="true">
            {COLUMNS.map(|(class, text)| view! { <span class=class>{head(text)}</span> }).into_iter().collect_view()}
        </div>
    }
}

/// The head of a column.
fn head(text: Option<Text>) -> impl IntoView {
    match text {
        Some(text) => Either::Left(text()),
        None => {
            let uptime_bars: LiveUptimeBars = expect_context();
            Either::Right(move || uptime_bars.head())
        }
    }
}

/// What a group needs, in words; paused services apart.
fn summary(services: &Counts) -> String {
    let watched = match (services.failing(), services.total()) {
        (0, 0) => None,
        (0, 1) => Some(texts::operational_alone().to_owned()),
        (0, total) => Some(texts::group_operational(total)),
        (1, 1) => Some(texts::alone_needs_attention().to_owned()),
        (failing, total) if failing == total => Some(texts::group_needs_attention(total)),
        (failing, total) => Some(texts::some_need_attention(failing, total)),
    };
    let paused = match (services.paused(), services.total()) {
        (0, _) => None,
        (1, 0) => Some(states::paused().to_owned()),
        (paused, 0) => Some(texts::group_paused(paused)),
        (paused, _) => Some(texts::paused(paused)),
    };
    watched.into_iter().chain(paused).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::Condition;
    use crate::language::{Language, in_language};
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
            assert_eq!(summary(&counts(services)), expected);
        }
    }

    #[test]
    fn a_group_is_counted_in_french() {
        let [down, fine, paused] = [Condition::State(Down), Condition::State(Operational), Condition::Paused];
        for (services, expected) in [
            (&[fine][..], "opérationnel"),
            (&[fine, fine], "les 2 sont opérationnels"),
            (&[down, fine, paused], "1 sur 2 à traiter, 1 en pause"),
            (&[down, down], "les 2 services sont à traiter"),
            (&[paused, paused], "les 2 sont en pause"),
        ] {
            in_language(Language::French, || assert_eq!(summary(&counts(services)), expected));
        }
    }

    fn counts(services: &[Condition]) -> Counts {
        let mut counts = Counts::default();
        services.iter().for_each(|service| counts.add(*service));
        counts
    }
}
