//! Builds commits: numbers what check results change, and collects it for the store.

mod current_incidents;
mod notifications;

use super::alert_sink::AlertSink;
use super::machine::{Effect, Failure, NodeState};
use super::open_incidents::OpenIncidents;
use super::row::LatestCheck;
use super::service_nodes::{Change, HistoryEntry, Node, Outcome, ServiceNodes};
use super::{Service, Services};
use checks::heartbeats::Heartbeats;
use chrono::{DateTime, FixedOffset};
use current_incidents::CurrentIncidents;
use history::{NodeId, Sample};
use model::{NodeKey, NotificationKind, ServiceId, State};
use notifications::{Names, Subject};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;
use storage::write_requests::WriteRequest;
use storage::{
    Commit, Incident, NodeChange, NodeRecord, Note, Notification, NotificationKey, Silence, StoreSnapshot, StoredAlerting,
    StoredFailure, StoredKey, StoredStatus, Transition,
};

/// The commit that is being built, and the latest numbers.
pub struct CommitBuilder {
    alert_sink: Arc<dyn AlertSink>,
    heartbeats: Heartbeats,
    /// The ids of the nodes of each service, also of services that are not configured any more.
    ids: HashMap<ServiceId, HashMap<String, NodeId>>,
    next_node: u32,
    last_commit: u64,
    last_transition: u64,
    last_incident: u64,
    current: CurrentIncidents,
    samples: Vec<Sample>,
    nodes: BTreeMap<NodeId, NodeChange>,
    /// The names of nodes before their service was renamed.
    renamed: Vec<NodeKey>,
    transitions: Vec<Transition>,
    incidents: BTreeMap<u64, Incident>,
    messages: Vec<Notification>,
    /// Those that have changed in the queue of their channel.
    changed_messages: Vec<Notification>,
    settled: Vec<NotificationKey>,
    silences: Vec<Silence>,
    withdrawn: Vec<u64>,
    keys: Vec<StoredKey>,
    revoked: Vec<u64>,
    notes: Vec<Note>,
}

impl CommitBuilder {
    /// Continues with the numbers of the store.
    pub fn new(alert_sink: Arc<dyn AlertSink>, heartbeats: Heartbeats, loaded: &StoreSnapshot) -> Self {
        let mut ids: HashMap<_, HashMap<_, _>> = HashMap::new();
        for record in &loaded.nodes {
            ids.entry(record.service.clone()).or_default().insert(record.node.clone(), record.id);
        }
        Self {
            alert_sink,
            heartbeats,
            ids,
            next_node: loaded.nodes.iter().map(|record| record.id.0).max().unwrap_or(0) + 1,
            last_commit: loaded.last_commit,
            last_transition: loaded.last_transition,
            last_incident: loaded.last_incident,
            current: CurrentIncidents::new(loaded),
            samples: Vec::new(),
            nodes: BTreeMap::new(),
            renamed: Vec::new(),
            transitions: Vec::new(),
            incidents: BTreeMap::new(),
            messages: Vec::new(),
            changed_messages: Vec::new(),
            settled: Vec::new(),
            silences: Vec::new(),
            withdrawn: Vec::new(),
            keys: Vec::new(),
            revoked: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// The open incidents, now and later.
    pub fn open_incidents(&self) -> Arc<OpenIncidents> {
        self.current.shared()
    }

    /// Adds what a check of this service, or a flush, has changed. `nodes` are its nodes after that.
    pub fn add_outcome(&mut self, service: &Service, nodes: &ServiceNodes, outcome: &Outcome, at: DateTime<FixedOffset>) {
        for (node, effect) in &outcome.effects {
            let id = self.id(&service.id, node);
            self.add_effect(service, id, node, nodes.get(node), *effect, at);
        }
        let maintenance = self.alert_sink.is_maintained(service, at);
        for entry in &outcome.history {
            let id = self.id(&service.id, &entry.node);
            self.samples.push(Sample { maintenance, ..sample(id, entry, at) });
        }
        for (node, routine) in &outcome.touched {
            let id = self.id(&service.id, node);
            let status = nodes.get(node).map(|node| self.status(service, id, node));
            let record = NodeRecord { id, service: service.id.clone(), node: node.clone(), folded: 0, status };
            let routine = *routine && self.nodes.get(&id).is_none_or(|change| change.routine);
            self.nodes.insert(id, NodeChange { record, routine });
        }
    }

    /// Adds the latest report of the job of this service.
    pub fn add_heartbeat(&mut self, service: &Service, nodes: &ServiceNodes) {
        for (name, node) in nodes.iter() {
            let id = self.id(&service.id, name);
            let status = Some(self.status(service, id, node));
            let record = NodeRecord { id, service: service.id.clone(), node: name.to_owned(), folded: 0, status };
            self.nodes.insert(id, NodeChange { record, routine: false });
        }
    }

    /// Resets the jobs that are no longer configured, so that a job that is added again is a new one. Their incidents end with a
    /// notification.
    pub fn reset_removed_jobs(&mut self, services: &Services, loaded: &StoreSnapshot, at: DateTime<FixedOffset>) {
        for record in loaded.nodes.iter().filter(|record| services.get(&record.service).is_none()) {
            let Some(status) = record.status.as_ref().filter(|status| status.heartbeat.is_some()) else { continue };
            let names = Names { service: &record.service, name: &status.name, group: &status.group, node: &record.node };
            self.end_as_removed(record.id, names, Some(status.state), at);
            let record = NodeRecord { folded: 0, status: None, ..record.clone() };
            self.nodes.insert(record.id, NodeChange { record, routine: false });
        }
    }

    /// Ends the incidents of nodes that a service of the same id had before it was removed, while Platus was not running.
    pub fn end_earlier_incidents(&mut self, service: &Service, at: DateTime<FixedOffset>) {
        let earlier = self.ids.get(&service.id).into_iter().flatten();
        let open: Vec<_> =
            earlier.filter(|(_, id)| self.current.of_node(**id).is_some()).map(|(node, id)| (node.clone(), *id)).collect();
        for (node, id) in open {
            self.end_as_removed(id, Names::of(service, &node), None, at);
        }
    }

    /// Ends the open incident of a node, if there is one, with a notification. Without a last state, it is the worst of the incident.
    fn end_as_removed(&mut self, id: NodeId, names: Names<'_>, last_state: Option<State>, at: DateTime<FixedOffset>) {
        let Some(incident) = self.current.end(id, at) else { return };
        let subject = Subject { names, reported: None, incident: &incident, at };
        let (last_state, channels) = (last_state.unwrap_or(incident.worst), incident.notified_channels.clone());
        self.notify(&subject, NotificationKind::Removed, State::Unknown, last_state, channels);
        self.incidents.insert(incident.id, incident);
    }

    /// Whether there are or were nodes under this id.
    pub fn has_history(&self, service: &ServiceId) -> bool {
        self.ids.get(service).is_some_and(|nodes| !nodes.is_empty())
    }

    /// What was of a former id is of this service now: its nodes with their history and their incidents, and its heartbeats. `nodes` are
    /// those that it has now.
    pub fn rename(&mut self, former: &ServiceId, service: &Service, nodes: &ServiceNodes) {
        let Some(ids) = self.ids.remove(former) else { return };
        self.heartbeats.rename(former, &service.id);
        self.current.rename(former, &service.id);
        for (node, id) in &ids {
            if let Some(incident) = self.current.of_node_mut(*id).filter(|incident| incident.opened_as.is_none()) {
                incident.opened_as = Some(former.clone());
                self.incidents.insert(incident.id, incident.clone());
            }
            let status = nodes.get(node).map(|node| self.status(service, *id, node));
            let record = NodeRecord { id: *id, service: service.id.clone(), node: node.clone(), folded: 0, status };
            self.nodes.insert(*id, NodeChange { record, routine: false });
            self.renamed.push(NodeKey { service: former.clone(), node: node.clone() });
        }
        self.ids.entry(service.id.clone()).or_default().extend(ids);
    }

    /// Adds the number of the open incident of the node.
    pub fn numbered(&self, service: &ServiceId, mut change: Change) -> Change {
        if let Change::Row(report) = &mut change {
            let id = self.ids.get(service).and_then(|ids| ids.get(&report.node));
            report.incident = id.and_then(|id| self.current.of_node(*id)).map(|incident| incident.id);
        }
        change
    }

    /// Adds what is stored without a check.
    pub fn add_entry(&mut self, entry: WriteRequest) {
        self.changed_messages.extend(entry.notifications);
        self.settled.extend(entry.settled);
        for (id, delivery) in entry.deliveries {
            let changed = self.current.add_delivery(id, delivery);
            self.incidents.extend(changed.map(|incident| (id, incident)));
        }
        self.silences.extend(entry.silences);
        self.withdrawn.extend(entry.withdrawn);
        self.keys.extend(entry.keys);
        self.revoked.extend(entry.revoked);
        self.notes.extend(entry.notes);
    }

    /// Whether the commit has more than samples, so that it must not wait for others.
    pub fn is_urgent(&self) -> bool {
        !(self.transitions.is_empty()
            && self.incidents.is_empty()
            && self.messages.is_empty()
            && self.changed_messages.is_empty()
            && self.settled.is_empty()
            && self.silences.is_empty()
            && self.withdrawn.is_empty()
            && self.keys.is_empty()
            && self.revoked.is_empty()
            && self.notes.is_empty())
    }

    /// The notifications of the commit that are to be queued once it is stored.
    pub fn new_notifications(&self) -> Vec<Notification> {
        self.messages.clone()
    }

    /// Whether the commit has a notification of this kind about a node.
    pub fn has_notification(&self, service: &ServiceId, node: &str, kind: NotificationKind) -> bool {
        self.messages.iter().any(|message| message.kind == kind && message.service == *service && message.node == node)
    }

    /// Ends the commit and begins the next one. `None` if there is nothing to store.
    pub fn take(&mut self) -> Option<Commit> {
        if self.samples.is_empty() && self.nodes.is_empty() && !self.is_urgent() {
            return None;
        }
        self.current.forget_settled();
        self.last_commit += 1;
        Some(Commit {
            number: self.last_commit,
            samples: std::mem::take(&mut self.samples),
            nodes: std::mem::take(&mut self.nodes).into_values().collect(),
            renamed: std::mem::take(&mut self.renamed),
            transitions: std::mem::take(&mut self.transitions),
            incidents: std::mem::take(&mut self.incidents).into_values().collect(),
            notifications: self.messages.drain(..).chain(self.changed_messages.drain(..)).collect(),
            settled: std::mem::take(&mut self.settled),
            silences: std::mem::take(&mut self.silences),
            withdrawn: std::mem::take(&mut self.withdrawn),
            keys: std::mem::take(&mut self.keys),
            revoked: std::mem::take(&mut self.revoked),
            notes: std::mem::take(&mut self.notes),
        })
    }

    fn id(&mut self, service: &ServiceId, node: &str) -> NodeId {
        if let Some(id) = self.ids.get(service).and_then(|nodes| nodes.get(node)) {
            return *id;
        }
        let id = NodeId(self.next_node);
        self.next_node += 1;
        self.ids.entry(service.clone()).or_default().insert(node.to_owned(), id);
        id
    }

    fn add_effect(
        &mut self,
        service: &Service,
        id: NodeId,
        node: &str,
        reported: Option<&Node>,
        effect: Effect,
        at: DateTime<FixedOffset>,
    ) {
        let message = reported.and_then(|node| node.latest.message.clone());
        match effect {
            Effect::Transition { from, to, since } => {
                self.last_transition += 1;
                let lasted = u64::try_from((at - since).num_milliseconds()).unwrap_or_default();
                self.transitions.push(Transition { id: self.last_transition, node: id, at, from, to, message, lasted });
            }
            Effect::IncidentOpened(failure) => {
                self.last_incident += 1;
                let incident = Incident {
                    id: self.last_incident,
                    node: id,
                    since: failure.since,
                    opened: at,
                    ended: None,
                    worst: failure.worst,
                    message,
                    notified_channels: self.alert_sink.channels(service, failure.latest, at),
                    opened_as: None,
                    deliveries: Vec::new(),
                };
                self.incidents.insert(incident.id, incident.clone());
                self.current.open(incident, service.id.clone());
            }
            Effect::IncidentWorsened { worst, last_state } => {
                let Some(incident) = self.current.of_node_mut(id) else { return };
                (incident.worst, incident.message) = (worst, message);
                let mut channels = self.alert_sink.channels(service, worst, at);
                channels.retain(|channel| !incident.notified_channels.contains(channel));
                incident.notified_channels.extend(channels.iter().cloned());
                let incident = incident.clone();
                let subject = Subject { names: Names::of(service, node), reported, incident: &incident, at };
                self.notify(&subject, NotificationKind::Worsened, worst, last_state, channels);
                self.incidents.insert(incident.id, incident);
            }
            Effect::IncidentEnded => {
                let ended = self.current.end(id, at);
                self.incidents.extend(ended.map(|incident| (incident.id, incident)));
            }
            Effect::Notify { kind, state, last_state } => {
                // The incident of a recovery or a removal has ended in this commit.
                let ended = || self.incidents.values().rfind(|incident| incident.node == id);
                let Some(incident) = self.current.of_node(id).or_else(ended).cloned() else { return };
                let channels = incident.notified_channels.clone();
                let subject = Subject { names: Names::of(service, node), reported, incident: &incident, at };
                self.notify(&subject, kind, state, last_state, channels);
            }
        }
    }

    /// Adds one notification for each of these channels.
    fn notify(&mut self, subject: &Subject<'_>, kind: NotificationKind, state: State, last_state: State, channels: Vec<String>) {
        self.current.add_pending(subject.incident.id, channels.len());
        self.messages.extend(subject.messages(kind, state, last_state, channels));
    }

    fn status(&self, service: &Service, id: NodeId, node: &Node) -> StoredStatus {
        let Node { state: node_state, latest, shown, stands_in, .. } = node;
        let NodeState { state, since, retries, last_state, incident_open, failure, .. } = node_state;
        let LatestCheck { node_name, message, checked, elapsed, .. } = latest;
        let incident = self.current.of_node(id).filter(|_| *incident_open).map(|incident| incident.id);
        let stored = |Failure { since, worst, latest }| StoredFailure { since, worst, latest: Some(latest), incident };
        StoredStatus {
            group: service.group.clone(),
            name: service.name.clone(),
            node_name: node_name.clone(),
            state: *state,
            message: message.clone(),
            checked: *checked,
            elapsed: *elapsed,
            retries: *retries,
            last_state: *last_state,
            since: *since,
            failure: failure.map(stored),
            shown: *shown,
            stands_in: *stands_in,
            alerting: StoredAlerting {
                successes: node_state.successes,
                changes: node_state.changes.0,
                is_flapping: node_state.is_flapping,
                reminded: node_state.reminded.map(|reminded| (reminded.at, reminded.times)),
            },
            heartbeat: self.heartbeats.stored(&service.id),
        }
    }
}

fn sample(node: NodeId, entry: &HistoryEntry, at: DateTime<FixedOffset>) -> Sample {
    let (previous, lasted) = entry.before.unwrap_or((entry.state, Duration::ZERO));
    Sample {
        node,
        at: at.timestamp_millis(),
        state: entry.state,
        elapsed: entry.elapsed.map(|elapsed| u32::try_from(elapsed.as_micros()).unwrap_or(u32::MAX)),
        previous,
        held: u32::try_from(lasted.as_millis()).unwrap_or(u32::MAX),
        maintenance: false,
    }
}
