use super::answer::{Answer, open_incidents};
use super::heads::Heads;
use super::listed::Listed;
use super::row::OpenRow;
use super::storm::StormView;
use crate::erased::IntoAny;
use crate::format;
use crate::incidents::{Entry, ListAddress, entries};
use crate::live::{Derived, LiveBoard};
use crate::model::IncidentStatus;
use crate::texts::incidents as texts;
use leptos::either::Either;
use leptos::prelude::*;
use std::sync::Arc;

/// Entries on the page; with more, a filter is the better way.
const SHOWN: usize = 100;

/// What identifies an entry while its content changes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    Single(u64),
    Storm(String),
}

impl From<&Entry> for Key {
    fn from(entry: &Entry) -> Self {
        match entry {
            Entry::Single(number) => Self::Single(*number),
            Entry::Storm(storm) => Self::Storm(storm.key()),
        }
    }
}

/// The incidents that last: those that are acknowledged, or the others, with storms as one entry each.
#[component]
pub fn OpenList(answer: Answer, address: Arc<ListAddress>, status: IncidentStatus, may_act: bool) -> impl IntoView {
    let board: LiveBoard = expect_context();
    let is_acknowledged = status == IncidentStatus::Acknowledged;
    let open = Derived::new({
        let (answer, address) = (answer.clone(), Arc::clone(&address));
        move || {
            let mut open = open_incidents(&board, &answer.get(), &address);
            open.retain(|open| open.is_acknowledged() == is_acknowledged);
            open
        }
    });
    let entries = Derived::new({
        let open = open.clone();
        move || {
            open.with(|open| {
                // A user who works on one of them works on that one.
                if is_acknowledged { open.iter().map(|open| Entry::Single(open.incident.id)).collect() } else { entries(open) }
            })
        }
    });
    let has_some = {
        let entries = entries.clone();
        move || entries.with(|entries| !entries.is_empty())
    };
    let is_alone = address.filter.status == Some(status);
    let has_filters = address.has_filters();
    let (id, heading, hint) = if is_acknowledged {
        ("acknowledged-heading", texts::acknowledged(), texts::no_reminders())
    } else {
        ("open-heading", texts::open(), "")
    };
    let none = match (is_acknowledged, has_filters) {
        (_, true) => texts::none_matches(),
        (true, false) => texts::none_acknowledged(),
        (false, false) => texts::none_open(),
    };
    let listed = Listed { answer, open, entries: entries.clone() };
    let shown = {
        let entries = entries.clone();
        move || entries.with(|entries| entries.iter().take(SHOWN).map(Key::from).collect::<Vec<_>>())
    };
    let more = move || {
        let more = entries.with(|entries| entries.len().saturating_sub(SHOWN));
        (more > 0).then(|| view! { <p class="none">{texts::more(&format::thousands(more as u64))}</p> })
    };
    // Of acknowledged incidents there are often none.
    let is_shown = {
        let has_some = has_some.clone();
        move || !is_acknowledged || is_alone || has_some()
    };
    view! {
        <section class="card incident-list" aria-labelledby=id hidden=move || !is_shown()>
            <header>
                <h2 id=id>{heading}</h2>
                <span class="note">{hint}</span>
            </header>
            <Show when=has_some fallback=move || view! { <p class="none">{none}</p> }>
                <Heads />
                <ul class="incidents">
                    <For
                        each=shown.clone()
                        key=Clone::clone
                        children={
                            let listed = listed.clone();
                            move |key| {
                                let listed = listed.clone();
                                match key {
                                    Key::Single(number) => Either::Left(view! { <OpenRow listed number may_act /> }),
                                    Key::Storm(key) => Either::Right(view! { <StormView listed key may_act /> }),
                                }
                            }
                        }
                    />
                </ul>
                {more.clone()}
            </Show>
        </section>
    }
    .into_any()
}
