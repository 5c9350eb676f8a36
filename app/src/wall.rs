//! What the wall shows: the failing services as cards, and all others by group, as small as their number needs. Pure.

use crate::board::{Board, ServiceLine};
use crate::model::{NodeStatus, ServiceId, State, Suppression, SuppressionKind};
use crate::texts::{board, wall as texts};
use chrono::{DateTime, FixedOffset};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Cards that a screen has room for.
const MOST_CARDS: usize = 24;

/// Up to this number of cards they are large, and up to the next they are of medium size.
const LARGE: usize = 6;
const MEDIUM: usize = 12;

/// Up to this number of services that do not fail they have their names, and up to the next a shape each.
const NAMED: usize = 120;
const SHAPED: usize = 600;

/// Everything on the wall.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wall {
    /// The most urgent first.
    pub cards: Vec<Card>,
    pub size: Size,
    /// Failing services that have no room.
    pub more: usize,
    pub groups: Vec<Group>,
    pub detail: Detail,
    /// The service whose state changed last.
    pub latest: Option<Latest>,
    /// The services in maintenance.
    pub maintenance: Vec<String>,
}

/// A failing service.
#[derive(Clone, Debug, PartialEq)]
pub struct Card {
    pub service: ServiceId,
    pub name: String,
    pub state: State,
    pub since: DateTime<FixedOffset>,
    /// What its most urgent node says; for several services, how many they are.
    pub reason: String,
    /// Why no notifications are sent. Such a card is quiet, and comes last.
    pub suppression: Option<Suppression>,
    /// The states of the services that the card stands for, when there are several.
    pub services: Vec<State>,
}

/// How large the cards are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Size {
    #[default]
    Large,
    Medium,
    Small,
}

/// How much of a service that does not fail is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Detail {
    #[default]
    Names,
    Shapes,
    Numbers,
}

/// The services of a group that do not fail.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    pub name: String,
    pub tiles: Vec<Tile>,
    pub operational: usize,
    /// Without those that are paused.
    pub services: usize,
}

/// A service that does not fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tile {
    pub service: ServiceId,
    pub name: String,
    pub is_paused: bool,
}

/// A change of a state.
#[derive(Clone, Debug, PartialEq)]
pub struct Latest {
    pub name: String,
    pub state: State,
    pub since: DateTime<FixedOffset>,
}

impl Size {
    /// Of so many cards.
    fn of(cards: usize) -> Self {
        if cards <= LARGE {
            Self::Large
        } else if cards <= MEDIUM {
            Self::Medium
        } else {
            Self::Small
        }
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Large => "large",
            Self::Medium => "medium",
            Self::Small => "small",
        }
    }
}

impl Detail {
    /// Of so many services that do not fail.
    fn of(services: usize) -> Self {
        if services <= NAMED {
            Self::Names
        } else if services <= SHAPED {
            Self::Shapes
        } else {
            Self::Numbers
        }
    }
}

impl Card {
    /// Whether people know of it, or cannot do anything about it.
    pub fn is_quiet(&self) -> bool {
        self.suppression.is_some()
    }
}

impl Wall {
    pub fn of(board: &Board) -> Self {
        let mut nodes: BTreeMap<&ServiceId, Vec<Arc<NodeStatus>>> = BTreeMap::new();
        for row in board.rows() {
            nodes.entry(&row.service).or_default().push(Arc::clone(row));
        }
        let mut wall = Self::default();
        let (mut waiting, mut groups) = (Vec::new(), BTreeMap::new());
        for nodes in nodes.into_values() {
            let Some(line) = ServiceLine::of(&nodes) else { continue };
            wall.note(&line.worst);
            let group: &mut Group = groups.entry(line.worst.group.clone()).or_insert_with(|| Group {
                name: line.worst.group.clone(),
                tiles: Vec::new(),
                operational: 0,
                services: 0,
            });
            let suppression = line.worst.suppression.as_deref();
            let is_paused = line.worst.is_paused();
            group.services += usize::from(!is_paused);
            if line.state().is_operational() || is_paused {
                group.operational += usize::from(!is_paused);
                let NodeStatus { service, name, .. } = &line.worst;
                group.tiles.push(Tile { service: service.clone(), name: name.clone(), is_paused });
            } else if suppression.is_some_and(|suppression| suppression.kind == SuppressionKind::Dependency) {
                waiting.push(card(line));
            } else {
                wall.cards.push(card(line));
            }
        }
        wall.cards.extend(storm(waiting));
        wall.cards.sort_by_cached_key(|card| (card.is_quiet(), Reverse(card.state), card.since, card.name.clone()));
        wall.more = wall.cards.len().saturating_sub(MOST_CARDS);
        wall.size = Size::of(wall.cards.len());
        wall.cards.truncate(MOST_CARDS);
        wall.groups = groups.into_values().collect();
        wall.detail = Detail::of(wall.groups.iter().map(|group| group.tiles.len()).sum());
        wall
    }

    /// Notes the service for the line at the bottom.
    fn note(&mut self, worst: &NodeStatus) {
        if worst.is_checked() && self.latest.as_ref().is_none_or(|latest| latest.since < worst.since) {
            self.latest = Some(Latest { name: worst.name.clone(), state: worst.state, since: worst.since });
        }
        if worst.suppression.as_ref().is_some_and(|suppression| suppression.kind == SuppressionKind::Maintenance) {
            self.maintenance.push(worst.name.clone());
        }
    }
}

fn card(line: ServiceLine) -> Card {
    let reason = match line.nodes {
        0 | 1 => line.worst.message.clone().unwrap_or_default(),
        _ => format!("{}. {}", line.count(), line.reason().unwrap_or_default()),
    };
    let NodeStatus { service, name, state, since, suppression, .. } = line.worst;
    Card { service, name, state, since, reason, suppression: suppression.map(|boxed| *boxed), services: Vec::new() }
}

/// The services that fail because a dependency fails: one card for all when there are several.
fn storm(mut waiting: Vec<Card>) -> Vec<Card> {
    waiting.sort_by_cached_key(|card| (Reverse(card.state), card.since));
    let services: Vec<_> = waiting.iter().map(|card| card.state).collect();
    let since = waiting.iter().map(|card| card.since).min();
    match (waiting.first(), since) {
        (Some(first), Some(since)) if services.len() > 1 => vec![Card {
            name: board::services(services.len()),
            since,
            reason: texts::dependency_down().to_owned(),
            services,
            ..first.clone()
        }],
        _ => waiting,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{at, row, snapshot};
    use State::{Down, Operational, Unhealthy, Unknown};

    fn wall(rows: Vec<NodeStatus>) -> Wall {
        Wall::of(&Board::from(snapshot(1, rows)))
    }

    fn suppressed(row: NodeStatus, kind: SuppressionKind) -> NodeStatus {
        let suppression = Suppression { kind, author: None, comment: String::new(), until: None };
        NodeStatus { suppression: Some(Box::new(suppression)), ..row }
    }

    fn names(wall: &Wall) -> Vec<&str> {
        wall.cards.iter().map(|card| card.name.as_str()).collect()
    }

    #[test]
    fn failing_services_are_cards_the_most_urgent_first_and_quiet_ones_last() {
        let known = suppressed(row("known", "n", Down), SuppressionKind::Acknowledgement);
        let wall = wall(vec![known, row("ill", "n", Unhealthy), row("fine", "n", Operational), row("gone", "n", Down)]);
        assert_eq!(names(&wall), ["gone", "ill", "known"]);
        assert_eq!((wall.size, wall.more, wall.detail), (Size::Large, 0, Detail::Names));
        assert!(wall.cards[2].is_quiet());
        let [group] = wall.groups.as_slice() else { panic!("{:?}", wall.groups) };
        assert_eq!((group.operational, group.services, group.tiles.len()), (1, 4, 1));
    }

    #[test]
    fn a_service_with_several_nodes_is_one_card() {
        let wall = wall(vec![row("web", "a", Operational), row("web", "b", Unknown)]);
        assert_eq!(wall.cards.len(), 1);
        assert_eq!(wall.cards[0].reason, "1 of 2 nodes operational. b");
    }

    #[test]
    fn services_whose_dependency_is_down_share_a_card() {
        let waiting = |name| suppressed(row(name, "n", Down), SuppressionKind::Dependency);
        assert_eq!(names(&wall(vec![waiting("a")])), ["a"]);
        let wall = wall(vec![waiting("a"), row("router", "n", Down), waiting("b"), waiting("c")]);
        assert_eq!(names(&wall), ["router", "3 services"]);
        assert_eq!(wall.cards[1].services, [Down; 3]);
    }

    #[test]
    fn a_paused_service_does_not_fail() {
        let wall = wall(vec![suppressed(row("docs", "n", Down), SuppressionKind::Pause)]);
        assert!(wall.cards.is_empty());
        assert!(wall.groups[0].tiles[0].is_paused);
        assert_eq!((wall.groups[0].operational, wall.groups[0].services), (0, 0));
    }

    #[test]
    fn many_services_become_smaller() {
        let many = |state, count: usize| (0..count).map(|number| row(&format!("s{number}"), "n", state)).collect::<Vec<_>>();
        for (failing, size, more) in [(6, Size::Large, 0), (7, Size::Medium, 0), (13, Size::Small, 0), (30, Size::Small, 6)] {
            let wall = wall(many(Down, failing));
            assert_eq!((wall.size, wall.more, wall.cards.len()), (size, more, failing.min(24)));
        }
        for (operational, detail) in [(120, Detail::Names), (121, Detail::Shapes), (601, Detail::Numbers)] {
            assert_eq!(wall(many(Operational, operational)).detail, detail);
        }
    }

    #[test]
    fn the_latest_change_and_maintenance_are_named() {
        let late = NodeStatus { since: at(5), ..row("late", "n", Operational) };
        let wall = wall(vec![suppressed(row("db", "n", Operational), SuppressionKind::Maintenance), late]);
        let latest = wall.latest.map(|latest| (latest.name, latest.state, latest.since));
        assert_eq!(latest, Some(("late".to_owned(), Operational, at(5))));
        assert_eq!(wall.maintenance, ["db"]);
    }
}
