//! What the results of checks mean for the store: gives everything its number and collects it into commits.

use super::Service;
use super::machine::{Effect, NodeState};
use super::service_nodes::{Node, Outcome, Seen, ServiceNodes};
use crate::storage::history::Sample;
use crate::storage::{
    Commit, Incident, Loaded, Message, MessageKey, NodeChange, NodeId, NodeRecord, StoredStatus, StoredTrouble, Transition,
};
use chrono::{DateTime, FixedOffset};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

/// Gives numbers, and holds the commit that is being written.
pub struct Ledger {
    services: Arc<[Arc<Service>]>,
    /// The channels that are owed word of every change that people are to be told of.
    channels: Vec<String>,
    /// The numbers of the nodes of each service.
    ids: Vec<HashMap<String, NodeId>>,
    next_node: u32,
    last_commit: u64,
    last_transition: u64,
    last_incident: u64,
    /// The incidents that have not ended.
    open: HashMap<NodeId, Incident>,
    samples: Vec<Sample>,
    nodes: BTreeMap<NodeId, NodeChange>,
    transitions: Vec<Transition>,
    incidents: BTreeMap<u64, Incident>,
    messages: Vec<Message>,
}

impl Ledger {
    /// Goes on from what the store knows.
    pub fn new(services: Arc<[Arc<Service>]>, channels: Vec<String>, loaded: &Loaded) -> Self {
        let places: HashMap<_, _> = services.iter().enumerate().map(|(index, service)| (&service.id, index)).collect();
        let mut ids = vec![HashMap::new(); services.len()];
        for record in &loaded.nodes {
            if let Some(nodes) = places.get(&record.service).and_then(|index| ids.get_mut(*index)) {
                nodes.insert(record.node.clone(), record.id);
            }
        }
        Self {
            channels,
            ids,
            next_node: loaded.nodes.iter().map(|record| record.id.0).max().unwrap_or(0) + 1,
            last_commit: loaded.last_commit,
            last_transition: loaded.last_transition,
            last_incident: loaded.last_incident,
            open: loaded.open_incidents.iter().map(|incident| (incident.node, incident.clone())).collect(),
            samples: Vec::new(),
            nodes: BTreeMap::new(),
            transitions: Vec::new(),
            incidents: BTreeMap::new(),
            messages: Vec::new(),
            services,
        }
    }

    /// Takes down what came of a check of the service at this place, or of a flush. `nodes` are its nodes after that.
    pub fn note(&mut self, index: usize, nodes: &ServiceNodes, outcome: &Outcome, at: DateTime<FixedOffset>) {
        let Some(service) = self.services.get(index).cloned() else { return };
        for (node, effect) in &outcome.effects {
            let id = self.id(index, node);
            self.note_effect(&service, id, node, nodes.get(node), *effect, at);
        }
        for seen in &outcome.history {
            let id = self.id(index, &seen.node);
            self.samples.push(sample(id, seen, at));
        }
        for (node, routine) in &outcome.touched {
            let id = self.id(index, node);
            let status = nodes.get(node).map(|remembered| self.status(id, remembered));
            let record = NodeRecord { id, service: service.id.clone(), node: node.clone(), folded: 0, status };
            let routine = *routine && self.nodes.get(&id).is_none_or(|change| change.routine);
            self.nodes.insert(id, NodeChange { record, routine });
        }
    }

    /// Whether there is something that people wait for, which more samples are not.
    pub fn is_urgent(&self) -> bool {
        !(self.transitions.is_empty() && self.incidents.is_empty() && self.messages.is_empty())
    }

    /// Everything taken down since the last time; nothing when nothing was.
    pub fn take(&mut self) -> Option<Commit> {
        if self.samples.is_empty() && self.nodes.is_empty() && !self.is_urgent() {
            return None;
        }
        self.last_commit += 1;
        Some(Commit {
            number: self.last_commit,
            samples: std::mem::take(&mut self.samples),
            nodes: std::mem::take(&mut self.nodes).into_values().collect(),
            transitions: std::mem::take(&mut self.transitions),
            incidents: std::mem::take(&mut self.incidents).into_values().collect(),
            messages: std::mem::take(&mut self.messages),
            ..Commit::default()
        })
    }

    fn id(&mut self, index: usize, node: &str) -> NodeId {
        let Some(ids) = self.ids.get_mut(index) else { return NodeId(0) };
        if let Some(id) = ids.get(node) {
            return *id;
        }
        let id = NodeId(self.next_node);
        self.next_node += 1;
        ids.insert(node.to_owned(), id);
        id
    }

    fn note_effect(
        &mut self,
        service: &Service,
        id: NodeId,
        node: &str,
        remembered: Option<&Node>,
        effect: Effect,
        at: DateTime<FixedOffset>,
    ) {
        let message = remembered.and_then(|remembered| remembered.row.message.clone());
        match effect {
            Effect::Transition { from, to, since } => {
                self.last_transition += 1;
                let lasted = u64::try_from((at - since).num_milliseconds()).unwrap_or_default();
                self.transitions.push(Transition { id: self.last_transition, node: id, at, from, to, message, lasted });
            }
            Effect::IncidentOpened(trouble) => {
                self.last_incident += 1;
                let worst = trouble.worst;
                let incident =
                    Incident { id: self.last_incident, node: id, since: trouble.since, opened: at, ended: None, worst, message };
                self.incidents.insert(incident.id, incident.clone());
                self.open.insert(id, incident);
            }
            Effect::IncidentWorsened { worst } => {
                if let Some(incident) = self.open.get_mut(&id) {
                    (incident.worst, incident.message) = (worst, message);
                    self.incidents.insert(incident.id, incident.clone());
                }
            }
            Effect::IncidentEnded => {
                if let Some(incident) = self.open.remove(&id) {
                    self.incidents.insert(incident.id, Incident { ended: Some(at), ..incident });
                }
            }
            Effect::Notify { state, last_state } => {
                // The incident of a recovery has just ended, in this very commit.
                let incident = self.open.get(&id).or_else(|| self.incidents.values().rfind(|incident| incident.node == id));
                let Some(incident) = incident else { return };
                let word = if state.is_operational() { "ended" } else { "opened" };
                // The time makes the key one that no other database has given either.
                let about = format!("{}/{node}/{}/{word}", service.id, incident.opened.timestamp_micros());
                let incident = incident.id;
                self.messages.extend(self.channels.iter().map(|channel| Message {
                    key: MessageKey(format!("{about}/{channel}")),
                    channel: channel.clone(),
                    created: at,
                    incident,
                    service: service.id.clone(),
                    node: node.to_owned(),
                    name: service.name.clone(),
                    state,
                    last_state,
                    message: message.clone(),
                }));
            }
        }
    }

    fn status(&self, id: NodeId, node: &Node) -> StoredStatus {
        let Node { state: NodeState { state, since, retries, last_state, announced, trouble }, row, shown, stands_in, .. } = node;
        let incident = self.open.get(&id).filter(|_| *announced).map(|incident| incident.id);
        StoredStatus {
            group: row.group.clone(),
            name: row.name.clone(),
            node_name: row.node_name.clone(),
            state: *state,
            message: row.message.clone(),
            checked: row.checked,
            elapsed: row.elapsed,
            retries: *retries,
            last_state: *last_state,
            since: *since,
            trouble: trouble.map(|trouble| StoredTrouble { since: trouble.since, worst: trouble.worst, incident }),
            shown: *shown,
            stands_in: *stands_in,
        }
    }
}

fn sample(node: NodeId, seen: &Seen, at: DateTime<FixedOffset>) -> Sample {
    let (previous, held) = seen.before.unwrap_or((seen.state, Duration::ZERO));
    Sample {
        node,
        at: at.timestamp_millis(),
        state: seen.state,
        elapsed: seen.elapsed.map(|elapsed| u32::try_from(elapsed.as_micros()).unwrap_or(u32::MAX)),
        previous,
        held: u32::try_from(held.as_millis()).unwrap_or(u32::MAX),
        maintenance: false,
    }
}
