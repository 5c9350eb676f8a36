use super::filter::Filter;
use super::query::Sort;
use super::rows::Board;
use crate::model::{NodeKey, NodeStatus, ServiceId, State};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// The order of the rows: groups by name, and in each group the rows that pass the filter, sorted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Arrangement {
    pub groups: Vec<Group>,
    /// Rows that match the text of the filter, by state: the numbers on the state buttons.
    pub counts: Counts,
    /// The nodes of each folded service, in their order.
    folded: BTreeMap<ServiceId, Vec<NodeKey>>,
    /// The number of rows that pass the filter, also those in folded services.
    shown: u32,
}

/// The rows of one group of services that pass the filter.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    pub name: String,
    /// From top to bottom.
    pub lines: Vec<Line>,
    /// All nodes of the group by state, without the filter.
    pub nodes: Counts,
}

/// A line of a table.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Line {
    /// A node that stands for itself.
    Node(NodeKey),
    /// A service with several nodes.
    Service(ServiceId),
    /// A node below the line of its service.
    Child(NodeKey),
}

/// How the rows are arranged.
#[derive(Clone, Copy, Debug, Default)]
pub struct Order<'a> {
    pub sort: Sort,
    /// With this, a service with several nodes is one line, followed by its nodes when it is in this set. Without it, and while a text
    /// or a state is wanted, each node is a line of its own.
    pub open: Option<&'a BTreeSet<ServiceId>>,
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
    pub fn of(board: &Board, filter: &Filter, order: Order<'_>) -> Self {
        let mut counts = Counts::default();
        let mut groups: BTreeMap<&str, (Counts, Vec<&NodeStatus>)> = BTreeMap::new();
        for row in board.rows() {
            let (nodes, rows) = groups.entry(&row.group).or_default();
            nodes.add(row.state);
            if filter.matches_text(row) && filter.matches_tags(board.tags(&row.service)) {
                counts.add(row.state);
                if filter.matches_state(row) {
                    rows.push(row);
                }
            }
        }
        let mut arrangement = Self { counts, ..Self::default() };
        let open = order.open.filter(|_| !filter.is_search());
        for (name, (nodes, mut rows)) in groups {
            if rows.is_empty() {
                continue;
            }
            arrangement.shown = arrangement.shown.saturating_add(u32::try_from(rows.len()).unwrap_or(u32::MAX));
            let lines = match open {
                Some(open) => arrangement.folded(&rows, order.sort, open),
                None => {
                    rows.sort_by_cached_key(|row| place(order.sort, &[row]));
                    rows.into_iter().map(|row| Line::Node(row.key())).collect()
                }
            };
            arrangement.groups.push(Group { name: name.to_owned(), lines, nodes });
        }
        arrangement
    }

    /// The lines of `rows`, which are sorted by service, with one line for each service.
    fn folded(&mut self, rows: &[&NodeStatus], sort: Sort, open: &BTreeSet<ServiceId>) -> Vec<Line> {
        let mut services: Vec<_> = rows.chunk_by(|a, b| a.service == b.service).collect();
        services.sort_by_cached_key(|rows| place(sort, rows));
        let mut lines = Vec::with_capacity(services.len());
        for rows in services {
            let [first, _, ..] = rows else {
                lines.extend(rows.iter().map(|row| Line::Node(row.key())));
                continue;
            };
            let mut rows = rows.to_vec();
            rows.sort_by_cached_key(|row| place(sort, &[row]));
            let keys: Vec<_> = rows.into_iter().map(NodeStatus::key).collect();
            lines.push(Line::Service(first.service.clone()));
            if open.contains(&first.service) {
                lines.extend(keys.iter().cloned().map(Line::Child));
            }
            self.folded.insert(first.service.clone(), keys);
        }
        lines
    }

    /// The number of rows that pass the filter.
    pub fn shown(&self) -> u32 {
        self.shown
    }

    /// The nodes of a service that has a line of its own.
    pub fn nodes_of(&self, service: &ServiceId) -> &[NodeKey] {
        self.folded.get(service).map(Vec::as_slice).unwrap_or_default()
    }

    /// The visible nodes from top to bottom.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &NodeKey> {
        self.groups.iter().flat_map(|group| &group.lines).filter_map(Line::node)
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

impl Line {
    /// The node of the line; absent for a service.
    pub fn node(&self) -> Option<&NodeKey> {
        match self {
            Self::Node(key) | Self::Child(key) => Some(key),
            Self::Service(_) => None,
        }
    }
}

/// The key by which a service with these rows is sorted.
fn place(sort: Sort, rows: &[&NodeStatus]) -> impl Ord + use<> {
    let state = rows.iter().map(|row| row.state).max().filter(|_| sort == Sort::State);
    let elapsed = rows.iter().filter_map(|row| row.elapsed).max().filter(|_| sort == Sort::Response);
    let first = rows.first().map(|row| (row.name.to_lowercase(), row.key()));
    (Reverse(state), Reverse(elapsed), first)
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
