//! Services that have another id than before: what is stored under a former id becomes theirs, once.

use crate::{Commit, NodeChange, StoreSnapshot};
use model::{NodeKey, ServiceId};
use std::collections::{HashMap, HashSet};

/// The former ids of services.
#[derive(Clone, Debug, Default)]
pub struct FormerIds(Vec<(ServiceId, Vec<ServiceId>)>);

/// What becomes of the data under former ids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Renames {
    /// The present id by the former one.
    present: HashMap<ServiceId, ServiceId>,
    /// The former ids whose history goes on.
    continued: HashSet<ServiceId>,
    left: Vec<LeftHistory>,
}

/// The history of a former id that stays where it is, because the service has one of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftHistory {
    pub former: ServiceId,
    pub service: ServiceId,
}

impl FormerIds {
    /// Services with their former ids, the latest last. No service has one of these ids now, and no two services have had the same.
    pub fn new(services: impl IntoIterator<Item = (ServiceId, Vec<ServiceId>)>) -> Self {
        Self(services.into_iter().filter(|(_, former)| !former.is_empty()).collect())
    }

    /// Decides what becomes of their data. `has_history` says whether there are nodes under an id.
    ///
    /// Histories are never mixed: a service continues the latest one of its former ids if it has none itself. All others stay where they
    /// are, with the silences of their ids.
    pub fn decide(&self, has_history: impl Fn(&ServiceId) -> bool) -> Renames {
        let mut renames = Renames::default();
        for (service, former) in &self.0 {
            let mut has_one = has_history(service);
            for former in former.iter().rev() {
                let is_history = has_history(former);
                if is_history && has_one {
                    renames.left.push(LeftHistory { former: former.clone(), service: service.clone() });
                } else {
                    if is_history {
                        has_one = true;
                        renames.continued.insert(former.clone());
                    }
                    renames.present.insert(former.clone(), service.clone());
                }
            }
        }
        renames
    }

    /// The same for the content of a store.
    pub fn decide_for(&self, loaded: &StoreSnapshot) -> Renames {
        if self.0.is_empty() {
            return Renames::default();
        }
        let known: HashSet<&ServiceId> = loaded.nodes.iter().map(|record| &record.service).collect();
        self.decide(|id| known.contains(id))
    }
}

impl Renames {
    /// The present id of a service that had this id.
    pub fn present(&self, former: &ServiceId) -> Option<&ServiceId> {
        self.present.get(former)
    }

    /// Whether a service continues the history of this former id.
    pub fn is_continued(&self, former: &ServiceId) -> bool {
        self.continued.contains(former)
    }

    /// Each former id with the present one.
    pub fn iter(&self) -> impl Iterator<Item = (&ServiceId, &ServiceId)> {
        self.present.iter()
    }

    /// The histories that stay where they are.
    pub fn left(&self) -> &[LeftHistory] {
        &self.left
    }

    /// Renames what was loaded: nodes, with everything that is stored by their numbers, and what names services. Returns the commit that
    /// does the same to the store, or `None` if there is nothing to rename.
    pub fn apply(&self, loaded: &mut StoreSnapshot) -> Option<Commit> {
        let mut commit = Commit::default();
        let mut opened_as = HashMap::new();
        for record in &mut loaded.nodes {
            let Some(present) = self.present(&record.service) else { continue };
            let former = std::mem::replace(&mut record.service, present.clone());
            commit.renamed.push(NodeKey { service: former.clone(), node: record.node.clone() });
            commit.nodes.push(NodeChange { record: record.clone(), routine: false });
            opened_as.insert(record.id, former);
        }
        for incident in loaded.open_incidents.iter_mut().filter(|incident| incident.opened_as.is_none()) {
            if let Some(former) = opened_as.get(&incident.node) {
                incident.opened_as = Some(former.clone());
                commit.incidents.push(incident.clone());
            }
        }
        for notification in &mut loaded.notifications {
            if let Some(present) = self.present(&notification.service) {
                notification.rename(present.clone());
                commit.notifications.push(notification.clone());
            }
        }
        for silence in &mut loaded.silences {
            if silence.rename(|id| self.present(id)) {
                commit.silences.push(silence.clone());
            }
        }
        if commit == Commit::default() {
            return None;
        }
        loaded.last_commit += 1;
        Some(Commit { number: loaded.last_commit, ..commit })
    }
}

#[cfg(test)]
mod tests;
