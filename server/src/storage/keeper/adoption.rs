//! A process that began without its store has given numbers of its own to nodes, commits, transitions and incidents. When the store
//! comes, what it sends is put into the numbers of the store, for as long as the process lives.

use crate::storage::model::{Commit, Incident, NodeChange, NodeId, NodeRecord};
use crate::storage::store::Loaded;
use app::model::ServiceId;
use chrono::Local;
use std::collections::HashMap;

pub struct Adoption {
    /// Nodes that the store knew.
    known: HashMap<(ServiceId, String), NodeId>,
    /// The number of the store for each number of the process.
    nodes: HashMap<NodeId, NodeId>,
    next_node: u32,
    commits: u64,
    transitions: u64,
    incidents: u64,
    /// Incidents that were open when the store went out of use. The process has opened those of today itself, so these are over.
    left_open: Vec<Incident>,
}

impl Adoption {
    /// Into the numbers of a store that knows this much.
    pub fn of(loaded: &Loaded) -> Self {
        let known = loaded.nodes.iter().map(|record| ((record.service.clone(), record.node.clone()), record.id));
        let now = Local::now().fixed_offset();
        let over = |incident: &Incident| Incident { ended: Some(now), ..incident.clone() };
        Self {
            known: known.collect(),
            nodes: HashMap::new(),
            next_node: loaded.nodes.iter().map(|record| record.id.0 + 1).max().unwrap_or(1),
            commits: loaded.last_commit,
            transitions: loaded.last_transition,
            incidents: loaded.last_incident,
            left_open: loaded.open_incidents.iter().map(over).collect(),
        }
    }

    /// The same commit in the numbers of the store; each time the same.
    pub fn translate(&mut self, sent: &Commit) -> Commit {
        // A node comes with its record before or together with anything about it.
        for change in &sent.nodes {
            self.introduce(&change.record);
        }
        let mut commit = sent.clone();
        commit.number += self.commits;
        for sample in &mut commit.samples {
            sample.node = self.node(sample.node);
        }
        for NodeChange { record, .. } in &mut commit.nodes {
            record.id = self.node(record.id);
            if let Some(trouble) = record.status.as_mut().and_then(|status| status.trouble.as_mut()) {
                trouble.incident = trouble.incident.map(|incident| incident + self.incidents);
            }
        }
        for transition in &mut commit.transitions {
            transition.id += self.transitions;
            transition.node = self.node(transition.node);
        }
        for incident in &mut commit.incidents {
            incident.id += self.incidents;
            incident.node = self.node(incident.node);
        }
        for message in &mut commit.messages {
            message.incident += self.incidents;
        }
        commit.incidents.extend(self.left_open.iter().cloned());
        commit
    }

    /// That the first commit since the store came is stored, and with it the end of what had been left open.
    pub fn stored(&mut self) {
        self.left_open.clear();
    }

    fn introduce(&mut self, record: &NodeRecord) {
        if self.nodes.contains_key(&record.id) {
            return;
        }
        let known = self.known.get(&(record.service.clone(), record.node.clone())).copied();
        let id = known.unwrap_or_else(|| {
            let id = NodeId(self.next_node);
            self.next_node += 1;
            id
        });
        self.nodes.insert(record.id, id);
    }

    fn node(&self, id: NodeId) -> NodeId {
        self.nodes.get(&id).copied().unwrap_or(id)
    }
}
