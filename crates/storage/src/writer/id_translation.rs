//! Translates ids. A process that started without its store gives ids of its own to nodes, commits, transitions and incidents. When the
//! store connects, its commits are translated into the ids of the store, until the process ends.

use crate::{
    Commit, DeliveryRecord, Incident, NodeChange, NodeRecord, Notification, Silence, SilenceKind, StoreSnapshot, StoredKey,
    Undeliverable,
};
use chrono::{DateTime, FixedOffset, Local};
use history::NodeId;
use model::{DropReason, ServiceId, StoredHeartbeat};
use std::collections::HashMap;

/// The content of a store that connects late, as far as the running process can still use it.
pub struct LateSnapshot {
    /// Pending notifications of ended incidents.
    pub notifications: Vec<Notification>,
    /// Silences and maintenance windows. Acknowledgements are left out, because their incidents have ended.
    pub silences: Vec<Silence>,
    /// API keys. Their ids need no translation.
    pub keys: Vec<StoredKey>,
    /// The latest heartbeats by service.
    pub heartbeats: Vec<(ServiceId, StoredHeartbeat)>,
    /// The latest check of the process that wrote to the store before.
    pub last_check: Option<DateTime<FixedOffset>>,
}

pub struct IdTranslation {
    /// Nodes of the store.
    known: HashMap<(ServiceId, String), NodeId>,
    /// The id in the store for each id of the process.
    nodes: HashMap<NodeId, NodeId>,
    next_node: u32,
    commits: u64,
    transitions: u64,
    incidents: u64,
    /// Incidents that were open when the previous process ended. This process has opened the current ones itself, so these are ended.
    left_open: Vec<Incident>,
    /// Their pending notifications. They are dropped: the ends of these incidents are unknown, and the process has notified of the current
    /// ones.
    outdated: Vec<Notification>,
}

impl IdTranslation {
    /// Into the ids of the store with this content.
    pub fn of(loaded: &StoreSnapshot) -> Self {
        let known = loaded.nodes.iter().map(|record| ((record.service.clone(), record.node.clone()), record.id));
        let now = Local::now().fixed_offset();
        let over = |incident: &Incident| Incident { ended: Some(now), ..incident.clone() };
        let mut left_open: Vec<_> = loaded.open_incidents.iter().map(over).collect();
        let given_up = || Some(Undeliverable { at: now, reason: DropReason::StoreWasAway.to_string() });
        let outdated = loaded.notifications.iter().filter(|message| message.given_up.is_none() && is_of_one(message, &left_open));
        let outdated: Vec<_> = outdated.map(|message| Notification { given_up: given_up(), ..message.clone() }).collect();
        for (id, delivery) in outdated.iter().filter_map(DeliveryRecord::dropped) {
            if let Some(incident) = left_open.iter_mut().find(|incident| incident.id == id) {
                incident.add_delivery(delivery);
            }
        }
        if !outdated.is_empty() {
            tracing::warn!(
                notifications = outdated.len(),
                "Notifications about incidents that were open when Platus ended are dropped."
            );
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

    /// The same commit with the ids of the store. Translating it again gives the same result.
    pub fn translate(&mut self, sent: &Commit) -> Commit {
        // The record of a node comes before or together with everything about it.
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
            if let Some(failure) = record.status.as_mut().and_then(|status| status.failure.as_mut()) {
                failure.incident = failure.incident.map(|incident| incident + self.incidents);
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
        for message in &mut commit.notifications {
            message.incident = message.incident.wrapping_add(self.incidents);
        }
        for silence in &mut commit.silences {
            if let SilenceKind::Acknowledgement { incident } = &mut silence.kind {
                *incident += self.incidents;
            }
        }
        commit.incidents.extend(self.left_open.iter().cloned());
        commit.notifications.extend(self.outdated.iter().cloned());
        commit
    }

    /// Called before the first commit: the content of the store that the process still needs. The incidents of the notifications get ids
    /// that no incident of this process has, and that become those of the store again when a notification is stored.
    pub fn late(&self, loaded: StoreSnapshot) -> LateSnapshot {
        let is_owed = |message: &Notification| message.given_up.is_none() && !is_of_one(message, &self.left_open);
        let (last_check, heartbeats) = (loaded.last_check(), loaded.heartbeats());
        let heartbeats = heartbeats.map(|(service, heartbeat)| (service.clone(), heartbeat.clone())).collect();
        let notifications = loaded.notifications.into_iter().filter(is_owed);
        let renumbered =
            |message: Notification| Notification { incident: message.incident.wrapping_sub(self.incidents), ..message };
        let still_holds = |silence: &Silence| !matches!(silence.kind, SilenceKind::Acknowledgement { .. });
        LateSnapshot {
            last_check,
            heartbeats,
            notifications: notifications.map(renumbered).collect(),
            silences: loaded.silences.into_iter().filter(still_holds).collect(),
            keys: loaded.keys,
        }
    }

    /// Called when the first commit is stored, and with it the end of the incidents that were left open.
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

fn is_of_one(message: &Notification, incidents: &[Incident]) -> bool {
    incidents.iter().any(|incident| incident.id == message.incident)
}
