use super::filter::Filter;
use super::rows::Board;
use crate::model::{NodeKey, NodeStatus, State};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// The order of the rows: groups by name, and in each group the rows that pass the filter, the most urgent first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Arrangement {
    pub groups: Vec<Group>,
    /// Rows that match the text of the filter, by state: the numbers on the state buttons.
    pub counts: Counts,
}

/// The rows of one group of services that pass the filter.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    pub name: String,
    /// By urgency, then name, then node.
    pub rows: Vec<NodeKey>,
    /// All nodes of the group by state, without the filter.
    pub nodes: Counts,
}

/// Numbers by state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    down: u32,
    unhealthy: u32,
    unknown: u32,
    operational: u32,
}

impl Arrangement {
    pub fn of(board: &Board, filter: &Filter) -> Self {
        let mut counts = Counts::default();
        let mut groups: BTreeMap<&str, (Counts, Vec<&NodeStatus>)> = BTreeMap::new();
        for row in board.rows() {
            let (nodes, rows) = groups.entry(&row.group).or_default();
            nodes.add(row.state);
            if filter.matches_text(row) {
                counts.add(row.state);
                if filter.matches_state(row) {
                    rows.push(row);
                }
            }
        }
        let groups = groups.into_iter().filter(|(_, (_, rows))| !rows.is_empty()).map(|(name, (nodes, mut rows))| {
            rows.sort_by_cached_key(|row| (Reverse(row.state), row.name.to_lowercase(), row.key()));
            Group { name: name.to_owned(), rows: rows.into_iter().map(NodeStatus::key).collect(), nodes }
        });
        Self { groups: groups.collect(), counts }
    }

    /// The number of rows that pass the filter.
    pub fn shown(&self) -> u32 {
        self.groups.iter().fold(0, |shown, group| shown.saturating_add(u32::try_from(group.rows.len()).unwrap_or(u32::MAX)))
    }

    /// The visible rows from top to bottom.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &NodeKey> {
        self.groups.iter().flat_map(|group| &group.rows)
    }

    /// The next visible row below `key` that passes `admits`.
    pub fn next(&self, key: &NodeKey, admits: impl Fn(&NodeKey) -> bool) -> Option<&NodeKey> {
        self.keys().skip_while(|other| *other != key).skip(1).find(|other| admits(other))
    }

    /// The next visible row above `key` that passes `admits`.
    pub fn previous(&self, key: &NodeKey, admits: impl Fn(&NodeKey) -> bool) -> Option<&NodeKey> {
        self.keys().rev().skip_while(|other| *other != key).skip(1).find(|other| admits(other))
    }

    pub fn group(&self, name: &str) -> Option<&Group> {
        self.groups.iter().find(|group| group.name == name)
    }
}

impl Counts {
    pub fn add(&mut self, state: State) {
        match state {
            State::Down => self.down += 1,
            State::Unhealthy => self.unhealthy += 1,
            State::Unknown => self.unknown += 1,
            State::Operational => self.operational += 1,
        }
    }

    pub fn of(&self, state: State) -> u32 {
        match state {
            State::Down => self.down,
            State::Unhealthy => self.unhealthy,
            State::Unknown => self.unknown,
            State::Operational => self.operational,
        }
    }

    pub fn total(&self) -> u32 {
        self.down + self.unhealthy + self.unknown + self.operational
    }

    /// The number that is not operational.
    pub fn failing(&self) -> u32 {
        self.total() - self.operational
    }

    /// The most urgent state that occurs.
    pub fn worst(&self) -> Option<State> {
        State::BY_URGENCY.into_iter().find(|state| self.of(*state) > 0)
    }
}
