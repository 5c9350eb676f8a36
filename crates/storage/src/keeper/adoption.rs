//! A process that began without its store has given numbers of its own to nodes, commits, transitions and incidents. When the store
//! comes, what it sends is put into the numbers of the store, for as long as the process lives.

use crate::{Commit, Directive, DirectiveKind, GivenUp, Incident, Loaded, Message, NodeChange, NodeRecord};
use chrono::{DateTime, FixedOffset, Local};
use history::NodeId;
use model::{ServiceId, StoredHeartbeat};
use std::collections::HashMap;

/// What a store that comes late knows that the process should have known from its begin.
pub struct Late {
    /// Those that nobody has given up, of incidents that had ended.
    pub messages: Vec<Message>,
    /// Silences and maintenance. The incidents that acknowledgements were about are over.
    pub directives: Vec<Directive>,
    /// What the jobs of heartbeat services had reported.
    pub heartbeats: Vec<(ServiceId, StoredHeartbeat)>,
    /// When the process that wrote to the store was running last.
    pub last_check: Option<DateTime<FixedOffset>>,
}

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
    /// What was owed of those. Nobody is told of it any more: their ends are not known, and what lasts has been told by the process.
    outdated: Vec<Message>,
}

impl Adoption {
    /// Into the numbers of a store that knows this much.
    pub fn of(loaded: &Loaded) -> Self {
        let known = loaded.nodes.iter().map(|record| ((record.service.clone(), record.node.clone()), record.id));
        let now = Local::now().fixed_offset();
        let over = |incident: &Incident| Incident { ended: Some(now), ..incident.clone() };
        let left_open: Vec<_> = loaded.open_incidents.iter().map(over).collect();
        let given_up = || Some(GivenUp { at: now, reason: "Platus began without its store, and knows no more of it".to_owned() });
        let outdated = loaded.messages.iter().filter(|message| message.given_up.is_none() && is_of_one(message, &left_open));
        let outdated: Vec<_> = outdated.map(|message| Message { given_up: given_up(), ..message.clone() }).collect();
        if !outdated.is_empty() {
            tracing::warn!(messages = outdated.len(), "Messages about incidents that were open when Platus ended are given up.");
        }
        Self {
            known: known.collect(),
            nodes: HashMap::new(),
            next_node: loaded.nodes.iter().map(|record| record.id.0 + 1).max().unwrap_or(1),
            commits: loaded.last_commit,
            transitions: loaded.last_transition,
            incidents: loaded.last_incident,
            left_open,
            outdated,
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
            message.incident = message.incident.wrapping_add(self.incidents);
        }
        for directive in &mut commit.directives {
            if let DirectiveKind::Acknowledgement { incident } = &mut directive.kind {
                *incident += self.incidents;
            }
        }
        commit.incidents.extend(self.left_open.iter().cloned());
        commit.messages.extend(self.outdated.iter().cloned());
        commit
    }

    /// Before the first commit since the store came: what the store knows of what was owed and ordered before the process began. The incidents of the messages get numbers that none of
    /// this process has, and that become those of the store again when a message is stored.
    pub fn late(&self, loaded: Loaded) -> Late {
        let is_owed = |message: &Message| message.given_up.is_none() && !is_of_one(message, &self.left_open);
        let (last_check, heartbeats) = (loaded.last_check(), loaded.heartbeats());
        let heartbeats = heartbeats.map(|(service, heartbeat)| (service.clone(), heartbeat.clone())).collect();
        let messages = loaded.messages.into_iter().filter(is_owed);
        let renumbered = |message: Message| Message { incident: message.incident.wrapping_sub(self.incidents), ..message };
        let still_holds = |directive: &Directive| !matches!(directive.kind, DirectiveKind::Acknowledgement { .. });
        Late {
            last_check,
            heartbeats,
            messages: messages.map(renumbered).collect(),
            directives: loaded.directives.into_iter().filter(still_holds).collect(),
        }
    }

    /// That the first commit since the store came is stored, and with it the end of what had been left open.
    pub fn stored(&mut self) {
        self.left_open.clear();
        self.outdated.clear();
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

fn is_of_one(message: &Message, incidents: &[Incident]) -> bool {
    incidents.iter().any(|incident| incident.id == message.incident)
}
