//! The queue of commits. When it has too many samples, the oldest are dropped.

use super::health::StoreHealth;
use crate::{Commit, NodeChange};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::hash::Hash;
use std::sync::Arc;

/// Most samples in the queue: more than three minutes of a thousand a second, in some ten megabytes.
const MOST_SAMPLES: usize = 200_000;

/// Commits in the order of their numbers.
#[derive(Debug, Default)]
pub struct Queue {
    commits: VecDeque<Arc<Commit>>,
    samples: usize,
    dropped: u64,
}

impl Queue {
    /// Adds a commit. If there are too many samples, the oldest are dropped; everything else stays.
    pub fn push(&mut self, commit: Commit) {
        self.samples += commit.samples.len();
        self.commits.push_back(Arc::new(commit));
        while self.samples > MOST_SAMPLES && self.drop_oldest() {}
    }

    /// The next commit to store. It stays in the queue until [`Queue::pop`].
    pub fn front(&self) -> Option<Arc<Commit>> {
        self.commits.front().cloned()
    }

    pub fn pop(&mut self) {
        if let Some(commit) = self.commits.pop_front() {
            self.samples -= commit.samples.len();
        }
    }

    pub fn len(&self) -> usize {
        self.commits.len()
    }

    /// Writes the length of the queue and the number of dropped samples into `health`.
    pub fn count(&self, health: &mut StoreHealth) {
        health.waiting_commits = self.commits.len();
        health.waiting_samples = self.samples;
        health.dropped_samples = self.dropped;
    }

    /// Drops the samples of the oldest commit that was not attempted yet, and joins the rest of it with the next one. The commit that is
    /// being attempted stays as it is: the store may have taken it already.
    fn drop_oldest(&mut self) -> bool {
        if self.commits.len() < 3 {
            return false;
        }
        let Some(oldest) = self.commits.remove(1) else { return false };
        let Some(next) = self.commits.get_mut(1) else { return false };
        self.samples -= oldest.samples.len();
        self.dropped += oldest.samples.len() as u64;
        *next = Arc::new(join(&oldest, next));
        true
    }
}

/// One commit with the content of both, without the samples of the first.
fn join(first: &Commit, second: &Commit) -> Commit {
    Commit {
        number: second.number,
        samples: second.samples.clone(),
        nodes: nodes(&first.nodes, &second.nodes),
        renamed: first.renamed.iter().chain(&second.renamed).cloned().collect(),
        transitions: first.transitions.iter().chain(&second.transitions).cloned().collect(),
        incidents: latest(&first.incidents, &second.incidents, |incident| incident.id),
        notifications: latest(&first.notifications, &second.notifications, |notification| notification.key.clone()),
        settled: first.settled.iter().chain(&second.settled).cloned().collect(),
        silences: latest(&first.silences, &second.silences, |silence| silence.id),
        withdrawn: first.withdrawn.iter().chain(&second.withdrawn).copied().collect(),
        keys: latest(&first.keys, &second.keys, |key| key.id),
        revoked: first.revoked.iter().chain(&second.revoked).copied().collect(),
        notes: latest(&first.notes, &second.notes, |note| note.id),
    }
}

/// The later record of each node. It is routine only if both are.
fn nodes(first: &[NodeChange], second: &[NodeChange]) -> Vec<NodeChange> {
    let mut nodes: BTreeMap<_, NodeChange> = first.iter().map(|change| (change.record.id, change.clone())).collect();
    for change in second {
        let routine = change.routine && nodes.get(&change.record.id).is_none_or(|earlier| earlier.routine);
        nodes.insert(change.record.id, NodeChange { record: change.record.clone(), routine });
    }
    nodes.into_values().collect()
}

/// The later item of each key, in the order of the first appearance.
fn latest<T: Clone, K: Eq + Hash>(first: &[T], second: &[T], key: impl Fn(&T) -> K) -> Vec<T> {
    let mut places = HashMap::new();
    let mut all: Vec<T> = Vec::new();
    for item in first.iter().chain(second) {
        let place = *places.entry(key(item)).or_insert(all.len());
        match all.get_mut(place) {
            Some(earlier) => *earlier = item.clone(),
            None => all.push(item.clone()),
        }
    }
    all
}
