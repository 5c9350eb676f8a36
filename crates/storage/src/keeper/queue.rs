//! What waits to be stored, in order, and what is given up when there is too much of it.

use super::health::StoreHealth;
use crate::{Commit, NodeChange};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::hash::Hash;
use std::sync::Arc;

/// Samples that may wait: more than three minutes of a thousand a second, in some ten megabytes.
const MOST_SAMPLES: usize = 200_000;

/// Commits in the order in which they are to be stored.
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
        while self.samples > MOST_SAMPLES && self.give_up_oldest() {}
    }

    /// The commit that is to be stored next. It stays in the queue until [`Queue::pop`].
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

    /// Says how much waits and how much was given up.
    pub fn count(&self, health: &mut StoreHealth) {
        health.waiting_commits = self.commits.len();
        health.waiting_samples = self.samples;
        health.dropped_samples = self.dropped;
    }

    /// Drops the samples of the oldest commit that was not tried yet, and joins what is left of it with the next one. The commit that
    /// is tried is left as it is: the store may have taken it already.
    fn give_up_oldest(&mut self) -> bool {
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

/// One commit that says what both said, without the samples of the first.
fn join(first: &Commit, second: &Commit) -> Commit {
    Commit {
        number: second.number,
        samples: second.samples.clone(),
        nodes: nodes(&first.nodes, &second.nodes),
        transitions: first.transitions.iter().chain(&second.transitions).cloned().collect(),
        incidents: latest(&first.incidents, &second.incidents, |incident| incident.id),
        messages: latest(&first.messages, &second.messages, |message| message.key.clone()),
        settled: first.settled.iter().chain(&second.settled).cloned().collect(),
        directives: latest(&first.directives, &second.directives, |directive| directive.id),
        withdrawn: first.withdrawn.iter().chain(&second.withdrawn).copied().collect(),
    }
}

/// The later record of each node; one that is routine after one that is not has to be stored all the same.
fn nodes(first: &[NodeChange], second: &[NodeChange]) -> Vec<NodeChange> {
    let mut nodes: BTreeMap<_, NodeChange> = first.iter().map(|change| (change.record.id, change.clone())).collect();
    for change in second {
        let routine = change.routine && nodes.get(&change.record.id).is_none_or(|earlier| earlier.routine);
        nodes.insert(change.record.id, NodeChange { record: change.record.clone(), routine });
    }
    nodes.into_values().collect()
}

/// The later of what has the same key, in the order of the first appearance.
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
