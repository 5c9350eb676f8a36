use super::{Board, Filter};
use crate::model::{NodeKey, NodeStatus, State};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// What stands where: the groups by name, and in each the rows that pass the filter, the most urgent first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Arrangement {
    pub groups: Vec<Group>,
    /// The rows that have the words of the filter, by state: what each state's button would show.
    pub counts: Counts,
}

/// A group of services, as far as the filter lets through.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    pub name: String,
    /// By urgency, then name, then node.
    pub rows: Vec<NodeKey>,
    /// All nodes of the group by state, whatever the filter says.
    pub nodes: Counts,
}

/// How many are in which state.
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
            if filter.admits_text(row) {
                counts.add(row.state);
                if filter.admits_state(row) {
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

    /// How many rows pass the filter.
    pub fn shown(&self) -> u32 {
        self.groups.iter().fold(0, |shown, group| shown.saturating_add(u32::try_from(group.rows.len()).unwrap_or(u32::MAX)))
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

    /// How many are not operational.
    pub fn troubled(&self) -> u32 {
        self.total() - self.operational
    }

    /// The most urgent state of which there is one.
    pub fn worst(&self) -> Option<State> {
        State::BY_URGENCY.into_iter().find(|state| self.of(*state) > 0)
    }
}
