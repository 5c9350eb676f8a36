use super::condition::Condition;
use super::counts::Counts;
use super::filter::Filter;
use super::query::Sort;
use super::rows::Board;
use crate::model::{NodeKey, NodeStatus, ServiceId};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// The order of the rows: groups by name, and in each group the rows that pass the filter, sorted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Arrangement {
    pub groups: Vec<Group>,
    /// The services with a node that matches the text and the tag of the filter: the numbers on its buttons.
    pub counts: Counts,
    /// All nodes of each service that has a line of its own.
    folded: BTreeMap<ServiceId, Vec<NodeKey>>,
    /// The number of services of which a node passes the filter.
    services: u32,
    /// The number of rows that pass the filter, also those in folded services.
    shown: u32,
}

/// The rows of one group of services that pass the filter.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    pub name: String,
    /// From top to bottom.
    pub lines: Vec<Line>,
    /// All services of the group, without the filter.
    pub services: Counts,
}

/// The nodes of a service, and those that pass the filter.
struct Found<'a> {
    all: &'a [&'a NodeStatus],
    nodes: Vec<&'a NodeStatus>,
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
    /// With this, a service of which several nodes pass the filter is one line, followed by these nodes when it is in this set. Without it,
    /// and while a text is wanted, each node is a line of its own.
    pub open: Option<&'a BTreeSet<ServiceId>>,
}

impl Arrangement {
    pub fn of(board: &Board, filter: &Filter, order: Order<'_>) -> Self {
        let rows: Vec<&NodeStatus> = board.rows().map(AsRef::as_ref).collect();
        let mut arrangement = Self::default();
        let mut groups: BTreeMap<&str, (Counts, Vec<Found<'_>>)> = BTreeMap::new();
        for nodes in rows.chunk_by(|a, b| a.service == b.service) {
            let (Some(first), Some(condition)) = (nodes.first(), Condition::of(nodes)) else { continue };
            let (services, found) = groups.entry(&first.group).or_default();
            services.add(condition);
            if filter.matches_tags(board.tags(&first.service)) {
                found.extend(arrangement.find(nodes, filter));
            }
        }
        let open = order.open.filter(|_| !filter.is_search());
        for (name, (services, mut found)) in groups {
            if found.is_empty() {
                continue;
            }
            let lines = match open {
                Some(open) => arrangement.folded(&mut found, order.sort, open),
                None => {
                    let mut rows: Vec<_> = found.into_iter().flat_map(|found| found.nodes).collect();
                    rows.sort_by_cached_key(|row| place(order.sort, &[row]));
                    rows.into_iter().map(|row| Line::Node(row.key())).collect()
                }
            };
            arrangement.groups.push(Group { name: name.to_owned(), lines, services });
        }
        arrangement
    }

    /// What passes the filter of the nodes of a service, and counts it.
    fn find<'a>(&mut self, all: &'a [&'a NodeStatus], filter: &Filter) -> Option<Found<'a>> {
        let mut nodes: Vec<_> = all.iter().copied().filter(|node| filter.matches_text(node)).collect();
        let condition = Condition::of(&nodes)?;
        self.counts.add(condition);
        if !filter.admits(condition) {
            return None;
        }
        nodes.retain(|node| filter.matches_state(node));
        self.services += 1;
        self.shown = self.shown.saturating_add(u32::try_from(nodes.len()).unwrap_or(u32::MAX));
        Some(Found { all, nodes })
    }

    /// One line for each service, and the nodes of those that are open.
    fn folded(&mut self, services: &mut [Found<'_>], sort: Sort, open: &BTreeSet<ServiceId>) -> Vec<Line> {
        services.sort_by_cached_key(|found| place(sort, &found.nodes));
        let mut lines = Vec::with_capacity(services.len());
        for Found { all, nodes } in services {
            let [first, _, ..] = nodes.as_slice() else {
                lines.extend(nodes.iter().map(|node| Line::Node(node.key())));
                continue;
            };
            let service = first.service.clone();
            nodes.sort_by_cached_key(|node| place(sort, &[node]));
            lines.push(Line::Service(service.clone()));
            if open.contains(&service) {
                lines.extend(nodes.iter().map(|node| Line::Child(node.key())));
            }
            self.folded.insert(service, all.iter().map(|node| node.key()).collect());
        }
        lines
    }

    /// The number of rows that pass the filter.
    pub fn shown(&self) -> u32 {
        self.shown
    }

    /// The number of services of which a node passes the filter.
    pub fn services(&self) -> u32 {
        self.services
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
