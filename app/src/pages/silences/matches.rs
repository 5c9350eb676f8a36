use super::selection::Selection;
use crate::components::Shape;
use crate::erased::IntoAny;
use crate::model::{NodeStatus, ServiceId, State};
use crate::texts::{board, silence_form as texts, states};
use leptos::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Matching services that are named.
const NAMED: usize = 5;

/// What a selection of services covers now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Matches {
    services: usize,
    nodes: usize,
    /// The most urgent ones: the name, the state and the number of open incidents.
    first: Vec<(String, State, usize)>,
}

fn matches<'a>(rows: impl Iterator<Item = &'a Arc<NodeStatus>>, wanted: &[ServiceId]) -> Matches {
    let mut services: BTreeMap<&ServiceId, (&str, State, usize)> = BTreeMap::new();
    let mut nodes = 0;
    for row in rows.filter(|row| wanted.contains(&row.service)) {
        nodes += 1;
        let (_, state, incidents) = services.entry(&row.service).or_insert((&row.name, row.state, 0));
        *state = row.state.max(*state);
        *incidents += usize::from(row.incident.is_some());
    }
    let count = services.len();
    let mut first: Vec<_> = services.into_values().map(|(name, state, open)| (name.to_owned(), state, open)).collect();
    first.sort_by_key(|(_, state, _)| std::cmp::Reverse(*state));
    first.truncate(NAMED);
    Matches { services: count, nodes, first }
}

/// The services that are selected, with those that the typed text would add: their number, and the most urgent ones.
#[component]
pub(super) fn MatchList(selection: Selection) -> impl IntoView {
    let content = move || {
        let mut wanted = selection.selected.get();
        wanted.extend(selection.typed());
        let found = selection.board.with_untracked(|board| matches(board.rows(), &wanted)).unwrap_or_default();
        let Matches { services, nodes, first } = found;
        if services == 0 {
            return None;
        }
        let more = services.saturating_sub(first.len());
        let first = first.into_iter().map(|(name, state, open)| {
            view! {
                <li>
                    <Shape state />
                    <span class="visually-hidden">{states::state(state)}" "</span>
                    {name}
                    {(open > 0).then(|| view! { <span class="open">{texts::open(open)}</span> })}
                </li>
            }
        });
        Some(view! {
            <p>
                <b>{texts::matches(&board::services(services), &board::nodes(nodes))}</b>
            </p>
            <ul>
                {first.collect_view()} {(more > 0).then(|| view! { <li class="more">{texts::and_more(more)}</li> })}
            </ul>
        })
    };
    view! {
        <div class="matches" aria-live="polite">
            {content}
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::row;

    #[test]
    fn the_most_urgent_services_are_named() {
        let failing = NodeStatus { incident: Some(7), ..row("b", "n2", State::Down) };
        let rows = [row("a", "n", State::Operational), row("b", "n1", State::Operational), failing, row("c", "n", State::Down)];
        let rows = rows.map(Arc::new);
        let found = matches(rows.iter(), &["a", "b", "b", "unknown"].map(ServiceId::new));
        assert_eq!((found.services, found.nodes), (2, 3));
        assert_eq!(found.first, [("b".to_owned(), State::Down, 1), ("a".to_owned(), State::Operational, 0)]);
        assert_eq!(matches(rows.iter(), &[]), Matches::default());
    }
}
