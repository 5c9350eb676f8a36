use crate::model::{NodeStatus, ServiceId, State};
use crate::texts::board as texts;
use std::sync::Arc;

/// A service with several nodes in one line.
#[derive(Clone, Debug, PartialEq)]
pub struct ServiceLine {
    /// The most urgent node, with the slowest check of all nodes.
    pub worst: NodeStatus,
    pub operational: usize,
    pub nodes: usize,
}

impl ServiceLine {
    /// Of the nodes of a service. `None` without nodes.
    pub fn of(nodes: &[Arc<NodeStatus>]) -> Option<Self> {
        // Of equally urgent nodes the first one.
        let worst = nodes.iter().rev().max_by_key(|node| node.state)?;
        let elapsed = nodes.iter().filter_map(|node| node.elapsed).max();
        let operational = nodes.iter().filter(|node| node.state.is_operational()).count();
        Some(Self { worst: NodeStatus { elapsed, ..(**worst).clone() }, operational, nodes: nodes.len() })
    }

    pub fn service(&self) -> &ServiceId {
        &self.worst.service
    }

    pub fn state(&self) -> State {
        self.worst.state
    }

    /// `3 of 5 nodes operational`, `5 nodes`.
    pub fn count(&self) -> String {
        match (self.operational, self.nodes) {
            (operational, nodes) if operational == nodes => texts::nodes(nodes),
            (operational, nodes) => texts::nodes_operational(operational, nodes),
        }
    }

    /// What the most urgent node says: `w3: silent: busy or hung`. `None` when all nodes are operational.
    pub fn reason(&self) -> Option<String> {
        let NodeStatus { node, node_name, message, state, .. } = &self.worst;
        if state.is_operational() {
            return None;
        }
        let node = node_name.as_ref().unwrap_or(node);
        Some(message.as_ref().map_or_else(|| node.clone(), |message| texts::node_says(node, message)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::row;
    use State::{Down, Operational, Unknown};

    fn line(nodes: &[(&str, State, Option<u64>)]) -> Option<ServiceLine> {
        let nodes =
            nodes.iter().map(|(node, state, elapsed)| Arc::new(NodeStatus { elapsed: *elapsed, ..row("web", node, *state) }));
        ServiceLine::of(&nodes.collect::<Vec<_>>())
    }

    #[test]
    fn a_service_has_the_state_and_the_reason_of_its_most_urgent_node() {
        let line = line(&[("a", Operational, Some(900)), ("b", Down, None), ("c", Down, Some(3)), ("d", Unknown, None)]).unwrap();
        assert_eq!((line.state(), line.worst.node.as_str(), line.worst.elapsed), (Down, "b", Some(900)));
        assert_eq!((line.count().as_str(), line.reason().as_deref()), ("1 of 4 nodes operational", Some("b")));
        let mut worst = line.clone();
        worst.worst.message = Some("refused".to_owned());
        assert_eq!(worst.reason().as_deref(), Some("b: refused"));
    }

    #[test]
    fn a_service_whose_nodes_are_operational_has_no_reason() {
        let line = line(&[("a", Operational, None), ("b", Operational, None)]).unwrap();
        assert_eq!((line.count().as_str(), line.reason()), ("2 nodes", None));
        assert_eq!(super::ServiceLine::of(&[]), None);
    }
}
