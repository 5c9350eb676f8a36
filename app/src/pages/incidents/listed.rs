use super::answer::Answer;
use crate::incidents::{Entry, OpenIncident, Storm};
use crate::live::Derived;

/// The open incidents of a list, as its entries and rows share them.
#[derive(Clone)]
pub(super) struct Listed {
    pub answer: Answer,
    pub open: Derived<Vec<OpenIncident>>,
    pub entries: Derived<Vec<Entry>>,
}

impl Listed {
    /// The incident with this number, unless it has just left the list.
    pub fn incident(&self, number: u64) -> Option<OpenIncident> {
        self.open.with(|open| open.iter().find(|open| open.incident.id == number).cloned())
    }

    pub fn incident_untracked(&self, number: u64) -> Option<OpenIncident> {
        self.open.with_untracked(|open| open.iter().find(|open| open.incident.id == number).cloned())
    }

    /// The storm with this key, unless it has just ended.
    pub fn storm(&self, key: &str) -> Option<Storm> {
        self.entries.with(|entries| entries.iter().find_map(|entry| storm(entry).filter(|storm| storm.key() == key)).cloned())
    }
}

fn storm(entry: &Entry) -> Option<&Storm> {
    match entry {
        Entry::Storm(storm) => Some(storm),
        Entry::Single(_) => None,
    }
}
