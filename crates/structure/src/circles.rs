use std::collections::{BTreeSet, VecDeque};

/// For each node the nodes to which an arrow leads.
pub type Adjacency = Vec<Vec<usize>>;

/// The groups of more than one node in which each reaches each other (strongly connected components, by Tarjan), largest first.
pub fn components(arrows: &Adjacency) -> Vec<Vec<usize>> {
    let mut search = Search::new(arrows);
    for node in 0..arrows.len() {
        if search.order[node].is_none() {
            search.visit(node);
        }
    }
    search.found.sort_by_key(|nodes| (std::cmp::Reverse(nodes.len()), nodes.clone()));
    search.found
}

/// For each arrow that is part of a circle the shortest circle through it. The shortest circles come first; each begins with its
/// lowest node and is listed once. No circle is left when these are broken.
pub fn shortest(arrows: &Adjacency) -> Vec<Vec<usize>> {
    let mut circles = BTreeSet::new();
    for component in components(arrows) {
        let within: BTreeSet<usize> = component.iter().copied().collect();
        for &from in &component {
            for &to in arrows[from].iter().filter(|to| within.contains(to)) {
                if let Some(mut circle) = way(arrows, &within, to, from) {
                    let lowest = circle.iter().enumerate().min_by_key(|(_, node)| **node).map_or(0, |(at, _)| at);
                    circle.rotate_left(lowest);
                    circles.insert((circle.len(), circle));
                }
            }
        }
    }
    circles.into_iter().map(|(_, circle)| circle).collect()
}

/// The nodes of the shortest way, both ends included.
fn way(arrows: &Adjacency, within: &BTreeSet<usize>, from: usize, to: usize) -> Option<Vec<usize>> {
    let mut came_from: Vec<Option<usize>> = vec![None; arrows.len()];
    let mut queue = VecDeque::from([from]);
    while let Some(node) = queue.pop_front() {
        if node == to {
            let mut way = vec![to];
            let mut at = to;
            while let Some(before) = came_from[at] {
                way.push(before);
                at = before;
            }
            way.reverse();
            return Some(way);
        }
        for &next in arrows[node].iter().filter(|next| within.contains(next)) {
            if next != from && came_from[next].is_none() {
                came_from[next] = Some(node);
                queue.push_back(next);
            }
        }
    }
    None
}

struct Search<'a> {
    arrows: &'a Adjacency,
    order: Vec<Option<usize>>,
    low: Vec<usize>,
    stack: Vec<usize>,
    visited: usize,
    found: Vec<Vec<usize>>,
}

impl<'a> Search<'a> {
    fn new(arrows: &'a Adjacency) -> Self {
        Self {
            arrows,
            order: vec![None; arrows.len()],
            low: vec![0; arrows.len()],
            stack: Vec::new(),
            visited: 0,
            found: Vec::new(),
        }
    }

    fn visit(&mut self, node: usize) {
        let arrows = self.arrows;
        let order = self.visited;
        self.visited += 1;
        self.order[node] = Some(order);
        self.low[node] = order;
        self.stack.push(node);
        for &next in &arrows[node] {
            match self.order[next] {
                None => {
                    self.visit(next);
                    self.low[node] = self.low[node].min(self.low[next]);
                }
                Some(order) if self.stack.contains(&next) => self.low[node] = self.low[node].min(order),
                Some(_) => {}
            }
        }
        if self.low[node] == order
            && let Some(at) = self.stack.iter().position(|open| *open == node)
        {
            let mut component = self.stack.split_off(at);
            if component.len() > 1 {
                component.sort_unstable();
                self.found.push(component);
            }
        }
    }
}
