//! What the results of checks mean for the store: gives everything its number and collects it into commits.

use super::Service;
use super::audience::Audience;
use super::machine::{Effect, NodeState, Trouble};
use super::open_incidents::OpenIncidents;
use super::service_nodes::{Change, Node, Outcome, Seen, ServiceNodes};
use checks::heartbeats::Heartbeats;
use chrono::{DateTime, FixedOffset};
use history::{NodeId, Sample};
use model::{NotificationKind, ServiceId, State};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;
use storage::write_requests::WriteRequest;
use storage::{
    Commit, Directive, Incident, NodeChange, NodeRecord, Notification, NotificationKey, StoreSnapshot, StoredAlerting,
    StoredFailure, StoredStatus, Transition,
};

/// Gives numbers, and holds the commit that is being written.
pub struct Ledger {
    services: Arc<[Arc<Service>]>,
    /// Says which channels are owed word of what people are to be told of.
    audience: Arc<dyn Audience>,
    heartbeats: Heartbeats,
    /// The numbers of the nodes of each service.
    ids: Vec<HashMap<String, NodeId>>,
    next_node: u32,
    last_commit: u64,
    last_transition: u64,
    last_incident: u64,
    /// The incidents that have not ended.
    open: HashMap<NodeId, Incident>,
    open_incidents: Arc<OpenIncidents>,
    samples: Vec<Sample>,
    nodes: BTreeMap<NodeId, NodeChange>,
    transitions: Vec<Transition>,
    incidents: BTreeMap<u64, Incident>,
    messages: Vec<Notification>,
    settled: Vec<NotificationKey>,
    directives: Vec<Directive>,
    withdrawn: Vec<u64>,
}

impl Ledger {
    /// Goes on from what the store knows.
    pub fn new(services: Arc<[Arc<Service>]>, audience: Arc<dyn Audience>, heartbeats: Heartbeats, loaded: &StoreSnapshot) -> Self {
        let places: HashMap<_, _> = services.iter().enumerate().map(|(index, service)| (&service.id, index)).collect();
        let mut ids = vec![HashMap::new(); services.len()];
        let open_incidents = Arc::<OpenIncidents>::default();
        let services_by_node: HashMap<_, _> = loaded.nodes.iter().map(|record| (record.id, &record.service)).collect();
        for incident in &loaded.open_incidents {
            if let Some(service) = services_by_node.get(&incident.node) {
                open_incidents.opened(incident.id, ServiceId::clone(service));
            }
        }
        for record in &loaded.nodes {
            if let Some(nodes) = places.get(&record.service).and_then(|index| ids.get_mut(*index)) {
                nodes.insert(record.node.clone(), record.id);
            }
        }
        Self {
            audience,
            heartbeats,
            ids,
            next_node: loaded.nodes.iter().map(|record| record.id.0).max().unwrap_or(0) + 1,
            last_commit: loaded.last_commit,
            last_transition: loaded.last_transition,
            last_incident: loaded.last_incident,
            open: loaded.open_incidents.iter().map(|incident| (incident.node, incident.clone())).collect(),
            open_incidents,
            samples: Vec::new(),
            nodes: BTreeMap::new(),
            transitions: Vec::new(),
            incidents: BTreeMap::new(),
            messages: Vec::new(),
            settled: Vec::new(),
            directives: Vec::new(),
            withdrawn: Vec::new(),
            services,
        }
    }

    /// The incidents that have not ended, now and later.
    pub fn open_incidents(&self) -> Arc<OpenIncidents> {
        Arc::clone(&self.open_incidents)
    }

    /// Takes down what came of a check of the service at this place, or of a flush. `nodes` are its nodes after that.
    pub fn note(&mut self, index: usize, nodes: &ServiceNodes, outcome: &Outcome, at: DateTime<FixedOffset>) {
        let Some(service) = self.services.get(index).cloned() else { return };
        for (node, effect) in &outcome.effects {
            let id = self.id(index, node);
            self.note_effect(&service, id, node, nodes.get(node), *effect, at);
        }
        let maintenance = self.audience.is_maintained(&service, at);
        for seen in &outcome.history {
            let id = self.id(index, &seen.node);
            self.samples.push(Sample { maintenance, ..sample(id, seen, at) });
        }
        for (node, routine) in &outcome.touched {
            let id = self.id(index, node);
            let status = nodes.get(node).map(|remembered| self.status(id, remembered));
            let record = NodeRecord { id, service: service.id.clone(), node: node.clone(), folded: 0, status };
            let routine = *routine && self.nodes.get(&id).is_none_or(|change| change.routine);
            self.nodes.insert(id, NodeChange { record, routine });
        }
    }

    /// Records that the job of the service at this place has reported something.
    pub fn note_heartbeat(&mut self, index: usize, nodes: &ServiceNodes) {
        let Some(service) = self.services.get(index).cloned() else { return };
        for (node, remembered) in nodes.iter() {
            let id = self.id(index, node);
            let status = Some(self.status(id, remembered));
            let record = NodeRecord { id, service: service.id.clone(), node: node.to_owned(), folded: 0, status };
            self.nodes.insert(id, NodeChange { record, routine: false });
        }
    }

    /// Forgets the jobs that were configured when the store was written and are not now: one that is added again is a new one. An
    /// incident of such a job ends with a notification.
    pub fn forget_removed_jobs(&mut self, loaded: &StoreSnapshot, at: DateTime<FixedOffset>) {
        let configured: HashSet<_> = self.services.iter().map(|service| service.id.clone()).collect();
        for record in loaded.nodes.iter().filter(|record| !configured.contains(&record.service)) {
            let Some(status) = record.status.as_ref().filter(|status| status.heartbeat.is_some()) else { continue };
            if let Some(incident) = self.open.remove(&record.id) {
                self.open_incidents.ended(incident.id);
                let names = Names { service: &record.service, name: &status.name, group: &status.group, node: &record.node };
                let subject = Subject { names, remembered: None, incident: &incident, at };
                let (last_state, channels) = (status.state, incident.notified_channels.clone());
                self.messages.extend(subject.messages(NotificationKind::Removed, State::Unknown, last_state, channels));
                self.incidents.insert(incident.id, Incident { ended: Some(at), ..incident });
            }
            let record = NodeRecord { folded: 0, status: None, ..record.clone() };
            self.nodes.insert(record.id, NodeChange { record, routine: false });
        }
    }

    /// The row with the number of the incident that its node is in.
    pub fn numbered(&self, index: usize, mut change: Change) -> Change {
        if let Change::Row(row) = &mut change {
            let id = self.ids.get(index).and_then(|ids| ids.get(&row.node));
            row.incident = id.and_then(|id| self.open.get(id)).map(|incident| incident.id);
        }
        change
    }

    /// Takes down what no check has brought.
    pub fn enter(&mut self, entry: WriteRequest) {
        self.messages.extend(entry.notifications);
        self.settled.extend(entry.settled);
        self.directives.extend(entry.directives);
        self.withdrawn.extend(entry.withdrawn);
    }

    /// Whether there is something that people wait for, which more samples are not.
    pub fn is_urgent(&self) -> bool {
        !(self.transitions.is_empty()
            && self.incidents.is_empty()
            && self.messages.is_empty()
            && self.settled.is_empty()
            && self.directives.is_empty()
            && self.withdrawn.is_empty())
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
            notifications: std::mem::take(&mut self.messages),
            settled: std::mem::take(&mut self.settled),
            directives: std::mem::take(&mut self.directives),
            withdrawn: std::mem::take(&mut self.withdrawn),
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
                let incident = Incident {
                    id: self.last_incident,
                    node: id,
                    since: trouble.since,
                    opened: at,
                    ended: None,
                    worst: trouble.worst,
                    message,
                    notified_channels: self.audience.channels(service, trouble.latest, at),
                };
                self.incidents.insert(incident.id, incident.clone());
                self.open_incidents.opened(incident.id, service.id.clone());
                self.open.insert(id, incident);
            }
            Effect::IncidentWorsened { worst, last_state } => {
                let Some(incident) = self.open.get_mut(&id) else { return };
                (incident.worst, incident.message) = (worst, message);
                let mut channels = self.audience.channels(service, worst, at);
                channels.retain(|channel| !incident.notified_channels.contains(channel));
                incident.notified_channels.extend(channels.iter().cloned());
                let incident = incident.clone();
                let subject = Subject { names: Names::of(service, node), remembered, incident: &incident, at };
                self.messages.extend(subject.messages(NotificationKind::Worsened, worst, last_state, channels));
                self.incidents.insert(incident.id, incident);
            }
            Effect::IncidentEnded => {
                if let Some(incident) = self.open.remove(&id) {
                    self.open_incidents.ended(incident.id);
                    self.incidents.insert(incident.id, Incident { ended: Some(at), ..incident });
                }
            }
            Effect::Notify { kind, state, last_state } => {
                // The incident of a recovery or a removal has just ended, in this very commit.
                let ended = || self.incidents.values().rfind(|incident| incident.node == id);
                let Some(incident) = self.open.get(&id).or_else(ended).cloned() else { return };
                let channels = incident.notified_channels.clone();
                let subject = Subject { names: Names::of(service, node), remembered, incident: &incident, at };
                self.messages.extend(subject.messages(kind, state, last_state, channels));
            }
        }
    }

    fn status(&self, id: NodeId, node: &Node) -> StoredStatus {
        let Node { state: remembered, row, shown, stands_in, .. } = node;
        let NodeState { state, since, retries, last_state, announced, trouble, .. } = remembered;
        let incident = self.open.get(&id).filter(|_| *announced).map(|incident| incident.id);
        let trouble =
            trouble.map(|Trouble { since, worst, latest }| StoredFailure { since, worst, latest: Some(latest), incident });
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
            failure: trouble,
            shown: *shown,
            stands_in: *stands_in,
            alerting: StoredAlerting {
                successes: remembered.successes,
                changes: remembered.changes.0,
                is_flapping: remembered.is_flapping,
                reminded: remembered.reminded.map(|reminded| (reminded.at, reminded.times)),
            },
            heartbeat: self.heartbeats.stored(&row.service),
        }
    }
}

/// What messages are about.
struct Subject<'a> {
    names: Names<'a>,
    remembered: Option<&'a Node>,
    incident: &'a Incident,
    at: DateTime<FixedOffset>,
}

/// The names of a node.
#[derive(Clone, Copy)]
struct Names<'a> {
    service: &'a ServiceId,
    name: &'a str,
    group: &'a str,
    node: &'a str,
}

impl<'a> Names<'a> {
    fn of(service: &'a Service, node: &'a str) -> Self {
        Self { service: &service.id, name: &service.name, group: &service.group, node }
    }
}

impl Subject<'_> {
    /// One message for each of these channels.
    fn messages(
        &self,
        kind: NotificationKind,
        state: State,
        last_state: State,
        channels: Vec<String>,
    ) -> impl Iterator<Item = Notification> {
        let Self { names, remembered, incident, at } = self;
        let Names { service, name, group, node } = *names;
        // The time makes the key one that no other database has given either; of some kinds an incident has several.
        let opened = incident.opened.timestamp_micros();
        let word = match kind {
            NotificationKind::Opened => "opened".to_owned(),
            NotificationKind::Recovered | NotificationKind::Removed => "ended".to_owned(),
            NotificationKind::Worsened => "worsened".to_owned(),
            NotificationKind::Reminder => format!("reminder-{}", at.timestamp_micros()),
            NotificationKind::FlappingStarted => format!("flapping-{}", at.timestamp_micros()),
            NotificationKind::Test => "test".to_owned(),
            NotificationKind::FlappingEnded => format!("still-{}", at.timestamp_micros()),
        };
        let message = Notification {
            key: NotificationKey(format!("{service}/{node}/{opened}/{word}")),
            channel: String::new(),
            created: *at,
            incident: incident.id,
            service: service.clone(),
            node: node.to_owned(),
            name: name.to_owned(),
            state,
            last_state,
            message: remembered.and_then(|remembered| remembered.row.message.clone()),
            kind,
            group: group.to_owned(),
            since: Some(incident.since),
            checks: remembered.map_or(0, |remembered| remembered.state.retries),
            delivery: None,
            given_up: None,
        };
        channels.into_iter().map(move |channel| {
            let key = NotificationKey(format!("{}/{channel}", message.key.0));
            Notification { key, channel, ..message.clone() }
        })
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
