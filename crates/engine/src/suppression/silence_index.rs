//! What users have entered, by what it is about.

use super::entry::{Entry, InForce};
use super::reason::ends_later;
use chrono::{DateTime, FixedOffset};
use model::ServiceId;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;
use storage::{Silence, SilenceKind};

/// Finds what is about a service or an incident without a search through all. Each list is sorted by number.
#[derive(Default)]
pub(super) struct Index {
    pub(super) by_service: HashMap<ServiceId, Vec<Arc<Entry>>>,
    pub(super) of_all_services: Vec<Arc<Entry>>,
    pub(super) by_incident: HashMap<u64, Vec<Arc<Entry>>>,
    pub(super) pauses: HashMap<ServiceId, Vec<Arc<Entry>>>,
}

impl Index {
    /// Adds the one with the highest number so far.
    pub(super) fn add(&mut self, entry: &Arc<Entry>) {
        match entry.silence.kind {
            SilenceKind::Acknowledgement { incident } => {
                self.by_incident.entry(incident).or_default().push(Arc::clone(entry));
            }
            SilenceKind::Pause => {
                for service in &entry.silence.services {
                    self.pauses.entry(service.clone()).or_default().push(Arc::clone(entry));
                }
            }
            SilenceKind::Silence | SilenceKind::Maintenance if entry.silence.services.is_empty() => {
                self.of_all_services.push(Arc::clone(entry));
            }
            SilenceKind::Silence | SilenceKind::Maintenance => {
                for service in &entry.silence.services {
                    self.by_service.entry(service.clone()).or_default().push(Arc::clone(entry));
                }
            }
        }
    }

    /// Replaces the one with the same number, kind and services.
    pub(super) fn replace(&mut self, entry: &Arc<Entry>) {
        let lists = match entry.silence.kind {
            SilenceKind::Acknowledgement { incident } => return replace_in(self.by_incident.get_mut(&incident), entry),
            SilenceKind::Silence | SilenceKind::Maintenance if entry.silence.services.is_empty() => {
                return replace_in(Some(&mut self.of_all_services), entry);
            }
            SilenceKind::Pause => &mut self.pauses,
            SilenceKind::Silence | SilenceKind::Maintenance => &mut self.by_service,
        };
        for service in &entry.silence.services {
            replace_in(lists.get_mut(service), entry);
        }
    }

    pub(super) fn remove(&mut self, silence: &Silence) {
        match silence.kind {
            SilenceKind::Acknowledgement { incident } => remove_from(&mut self.by_incident, &incident, silence.id),
            SilenceKind::Pause => {
                for service in &silence.services {
                    remove_from(&mut self.pauses, service, silence.id);
                }
            }
            SilenceKind::Silence | SilenceKind::Maintenance if silence.services.is_empty() => {
                self.of_all_services.retain(|other| other.silence.id != silence.id);
            }
            SilenceKind::Silence | SilenceKind::Maintenance => {
                for service in &silence.services {
                    remove_from(&mut self.by_service, service, silence.id);
                }
            }
        }
    }
}

fn replace_in(list: Option<&mut Vec<Arc<Entry>>>, entry: &Arc<Entry>) {
    for other in list.into_iter().flatten().filter(|other| other.silence.id == entry.silence.id) {
        *other = Arc::clone(entry);
    }
}

/// Removes this number from the list of the key, and an empty list with its key.
fn remove_from<K: Eq + Hash>(lists: &mut HashMap<K, Vec<Arc<Entry>>>, key: &K, id: u64) {
    if let Some(list) = lists.get_mut(key) {
        list.retain(|entry| entry.silence.id != id);
        if list.is_empty() {
            lists.remove(key);
        }
    }
}

/// The one of these that is in force and ends last; of several that end together, the one that was entered first.
pub(super) fn longest(entries: &[Arc<Entry>], now: DateTime<FixedOffset>) -> Option<InForce> {
    let in_force = entries.iter().filter_map(|entry| entry.in_force(now));
    in_force.reduce(|longest, other| if ends_later(other.until, longest.until) { other } else { longest })
}
