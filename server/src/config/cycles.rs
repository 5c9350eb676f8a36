//! Circles in a graph, in time that grows with its nodes and edges.

/// The group of each node. Two nodes are in one group if and only if each leads to the other. `edges` has the successors of each node.
pub(super) fn groups(edges: &[Vec<usize>]) -> Vec<usize> {
    let mut search = Search {
        edges,
        groups: vec![NONE; edges.len()],
        order: vec![NONE; edges.len()],
        lowest: vec![0; edges.len()],
        next: 0,
        open: Vec::new(),
    };
    for node in 0..edges.len() {
        if search.order[node] == NONE {
            search.visit(node);
        }
    }
    search.groups
}

/// Not assigned yet.
const NONE: usize = usize::MAX;

/// Tarjan's search for strongly connected components, without recursion, because a chain of dependencies may be long.
struct Search<'a> {
    edges: &'a [Vec<usize>],
    groups: Vec<usize>,
    /// When each node was reached.
    order: Vec<usize>,
    /// The earliest node that each one leads back to.
    lowest: Vec<usize>,
    next: usize,
    /// Nodes that have no group yet.
    open: Vec<usize>,
}

impl Search<'_> {
    fn visit(&mut self, start: usize) {
        // Each node with the number of its successors that have been looked at.
        let mut path = vec![(start, 0)];
        self.reach(start);
        while let Some((node, done)) = path.last_mut() {
            let node = *node;
            if let Some(&successor) = self.edges[node].get(*done) {
                *done += 1;
                if self.order[successor] == NONE {
                    self.reach(successor);
                    path.push((successor, 0));
                } else if self.groups[successor] == NONE {
                    self.lowest[node] = self.lowest[node].min(self.order[successor]);
                }
                continue;
            }
            path.pop();
            if let Some((parent, _)) = path.last() {
                self.lowest[*parent] = self.lowest[*parent].min(self.lowest[node]);
            }
            if self.lowest[node] == self.order[node] {
                self.close(node);
            }
        }
    }

    fn reach(&mut self, node: usize) {
        self.order[node] = self.next;
        self.lowest[node] = self.next;
        self.next += 1;
        self.open.push(node);
    }

    /// All that was reached after this node, and leads back to it, is a group.
    fn close(&mut self, node: usize) {
        while let Some(member) = self.open.pop() {
            self.groups[member] = node;
            if member == node {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::groups;

    #[test]
    fn nodes_of_a_circle_are_one_group_and_others_are_alone() {
        // 0 → 1 → 2 → 0, 3 → 0, 4 alone, 5 → 5, 6 → 7, 7 → 6 and 0.
        let groups = groups(&[vec![1], vec![2], vec![0], vec![0], vec![], vec![5], vec![7], vec![6, 0]]);
        assert!(groups[0] == groups[1] && groups[1] == groups[2] && groups[6] == groups[7]);
        let mut different = vec![groups[0], groups[3], groups[4], groups[5], groups[6]];
        different.sort_unstable();
        different.dedup();
        assert_eq!(different.len(), 5);
    }

    #[test]
    fn a_long_chain_is_no_problem() {
        let chain: Vec<Vec<usize>> = (0..200_000).map(|node| if node == 0 { Vec::new() } else { vec![node - 1] }).collect();
        let mut groups = groups(&chain);
        groups.sort_unstable();
        groups.dedup();
        assert_eq!(groups.len(), chain.len());
    }
}
