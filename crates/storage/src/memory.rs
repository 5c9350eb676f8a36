//! A store that ends with the process, for `persistent_data: False`. Like every store it is bounded by the retention.

use super::api_key::StoredKey;
use super::note::Note;
use super::records::{Commit, Incident, NodeRecord, Notification, NotificationKey, Transition};
use super::silence::Silence;
use super::store::{Answer, Expired, Fold, IncidentQuery, Store, StoreSnapshot, TransitionQuery};
use chrono::{DateTime, FixedOffset};
use history::{NodeId, StoredChunk, Tier};
use parking_lot::{Mutex, MutexGuard};
use std::collections::{BTreeMap, HashSet};
use std::ops::RangeInclusive;

/// Deleted at a time.
const STEP: usize = 10_000;

/// Everything in memory.
#[derive(Debug, Default)]
pub struct MemoryStore {
    data: Mutex<Data>,
}

#[derive(Debug, Default)]
struct Data {
    last_commit: u64,
    nodes: BTreeMap<NodeId, NodeRecord>,
    journal: BTreeMap<u64, Vec<history::Sample>>,
    chunks: BTreeMap<(Tier, i64, NodeId), Vec<u8>>,
    transitions: BTreeMap<u64, Transition>,
    incidents: BTreeMap<u64, Incident>,
    notifications: BTreeMap<NotificationKey, Notification>,
    silences: BTreeMap<u64, Silence>,
    keys: BTreeMap<u64, StoredKey>,
    /// By incident and id.
    notes: BTreeMap<(u64, u64), Note>,
    last_transition: u64,
    last_incident: u64,
}

impl MemoryStore {
    /// The work is short and never waits, so the answer is always ready.
    fn answer<T: Send + 'static>(&self, work: impl FnOnce(&mut Data) -> T) -> Answer<'_, T> {
        let done = work(&mut self.data());
        Box::pin(std::future::ready(Ok(done)))
    }

    // A panic while the lock was held would be one of the collections', which keep themselves whole.
    fn data(&self) -> MutexGuard<'_, Data> {
        self.data.lock()
    }
}

impl Store for MemoryStore {
    fn kind(&self) -> &'static str {
        "memory"
    }

    fn place(&self) -> String {
        "memory only".to_owned()
    }

    fn load(&self) -> Answer<'_, StoreSnapshot> {
        self.answer(|data| data.load())
    }

    fn commit<'a>(&'a self, commit: &'a Commit) -> Answer<'a, ()> {
        self.answer(|data| data.commit(commit))
    }

    fn fold<'a>(&'a self, fold: &'a Fold) -> Answer<'a, ()> {
        self.answer(|data| data.fold(fold))
    }

    fn chunks<'a>(&'a self, tier: Tier, slots: RangeInclusive<i64>, nodes: Option<&'a [NodeId]>) -> Answer<'a, Vec<StoredChunk>> {
        let wanted: Option<HashSet<NodeId>> = nodes.map(|nodes| nodes.iter().copied().collect());
        self.answer(|data| {
            let range = (tier, *slots.start(), NodeId(0))..=(tier, *slots.end(), NodeId(u32::MAX));
            let chunks = if slots.is_empty() {
                data.chunks.range((tier, 0, NodeId(0))..(tier, 0, NodeId(0)))
            } else {
                data.chunks.range(range)
            };
            let is_wanted = |node: &NodeId| wanted.as_ref().is_none_or(|wanted| wanted.contains(node));
            let chunks = chunks.filter(|((_, _, node), _)| is_wanted(node));
            chunks
                .map(|((tier, slot, node), bytes)| StoredChunk { tier: *tier, slot: *slot, node: *node, bytes: bytes.clone() })
                .collect()
        })
    }

    fn transitions<'a>(&'a self, query: &'a TransitionQuery) -> Answer<'a, Vec<Transition>> {
        self.answer(|data| {
            let is_wanted = |transition: &&Transition| {
                (query.from..query.to).contains(&transition.at) && is_of(query.nodes.as_ref(), transition.node)
            };
            data.transitions.values().rev().filter(is_wanted).take(query.limit).cloned().collect()
        })
    }

    fn incidents<'a>(&'a self, query: &'a IncidentQuery) -> Answer<'a, Vec<Incident>> {
        self.answer(|data| {
            let lasted = |incident: &Incident| incident.since < query.to && incident.ended.is_none_or(|ended| ended >= query.from);
            let is_wanted = |incident: &&Incident| lasted(incident) && is_of(query.nodes.as_ref(), incident.node);
            data.incidents.values().rev().filter(is_wanted).take(query.limit).cloned().collect()
        })
    }

    fn incident(&self, id: u64) -> Answer<'_, Option<Incident>> {
        self.answer(|data| data.incidents.get(&id).cloned())
    }

    fn notes(&self, incident: u64, limit: usize) -> Answer<'_, Vec<Note>> {
        self.answer(|data| {
            let notes = data.notes.range((incident, 0)..=(incident, u64::MAX));
            notes.take(limit).map(|(_, note)| note.clone()).collect()
        })
    }

    fn prune<'a>(&'a self, expired: &'a Expired) -> Answer<'a, bool> {
        self.answer(|data| data.prune(expired))
    }

    fn close(&self) -> Answer<'_, ()> {
        self.answer(|_| ())
    }
}

fn is_of(nodes: Option<&HashSet<NodeId>>, node: NodeId) -> bool {
    nodes.is_none_or(|nodes| nodes.contains(&node))
}

impl Data {
    fn load(&self) -> StoreSnapshot {
        let mut notifications: Vec<Notification> = self.notifications.values().cloned().collect();
        notifications.sort_by_key(|notification| notification.created);
        StoreSnapshot {
            last_commit: self.last_commit,
            nodes: self.nodes.values().cloned().collect(),
            journal: self.journal.iter().map(|(number, samples)| (*number, samples.clone())).collect(),
            last_transition: self.last_transition,
            last_incident: self.last_incident,
            open_incidents: self.incidents.values().filter(|incident| incident.ended.is_none()).cloned().collect(),
            ended_incidents: Vec::new(),
            notifications,
            silences: self.silences.values().cloned().collect(),
            keys: self.keys.values().cloned().collect(),
            legacy: Vec::new(),
        }
    }

    fn commit(&mut self, commit: &Commit) {
        if commit.number <= self.last_commit {
            return;
        }
        self.last_commit = commit.number;
        if !commit.samples.is_empty() {
            self.journal.insert(commit.number, commit.samples.clone());
        }
        self.nodes.extend(commit.nodes.iter().map(|change| (change.record.id, change.record.clone())));
        self.transitions.extend(commit.transitions.iter().map(|transition| (transition.id, transition.clone())));
        self.incidents.extend(commit.incidents.iter().map(|incident| (incident.id, incident.clone())));
        self.notifications.extend(commit.notifications.iter().map(|notification| (notification.key.clone(), notification.clone())));
        self.silences.extend(commit.silences.iter().map(|silence| (silence.id, silence.clone())));
        self.notes.extend(commit.notes.iter().map(|note| ((note.incident, note.id), note.clone())));
        commit.settled.iter().for_each(|key| drop(self.notifications.remove(key)));
        commit.withdrawn.iter().for_each(|id| drop(self.silences.remove(id)));
        self.keys.extend(commit.keys.iter().map(|key| (key.id, key.clone())));
        commit.revoked.iter().for_each(|id| drop(self.keys.remove(id)));
        let last = |ids: &mut dyn Iterator<Item = u64>, before: u64| ids.max().unwrap_or(0).max(before);
        self.last_transition = last(&mut commit.transitions.iter().map(|transition| transition.id), self.last_transition);
        self.last_incident = last(&mut commit.incidents.iter().map(|incident| incident.id), self.last_incident);
    }

    fn fold(&mut self, fold: &Fold) {
        let chunks = fold.chunks.iter();
        self.chunks.extend(chunks.map(|chunk| ((chunk.tier, chunk.slot, chunk.node), chunk.bytes.clone())));
        self.nodes.extend(fold.nodes.iter().map(|record| (record.id, record.clone())));
        if let Some(through) = fold.drop_journal {
            self.journal.retain(|number, _| *number > through);
        }
    }

    fn prune(&mut self, expired: &Expired) -> bool {
        match expired {
            Expired::Chunks { tier, before } => {
                let range = (*tier, i64::MIN, NodeId(0))..(*tier, *before, NodeId(0));
                let keys: Vec<_> = self.chunks.range(range).map(|(key, _)| *key).take(STEP).collect();
                keys.iter().for_each(|key| drop(self.chunks.remove(key)));
                keys.len() == STEP
            }
            Expired::Transitions { before } => remove_some(&mut self.transitions, |transition| transition.at < *before),
            Expired::Incidents { before } => {
                let is_over = |ended: DateTime<FixedOffset>| ended < *before;
                let has_more = remove_some(&mut self.incidents, |incident| incident.ended.is_some_and(is_over));
                let incidents = &self.incidents;
                self.notes.retain(|(incident, _), _| incidents.contains_key(incident));
                has_more
            }
            Expired::Nodes { ids } => {
                ids.iter().for_each(|id| drop(self.nodes.remove(id)));
                false
            }
        }
    }
}

/// Returns whether there may be more.
fn remove_some<T>(items: &mut BTreeMap<u64, T>, is_old: impl Fn(&T) -> bool) -> bool {
    let ids: Vec<u64> = items.iter().filter(|(_, item)| is_old(item)).map(|(id, _)| *id).take(STEP).collect();
    ids.iter().for_each(|id| drop(items.remove(id)));
    ids.len() == STEP
}
