//! When each service is checked next, for notifications that wait for a confirmation.

use chrono::{DateTime, FixedOffset};
use parking_lot::RwLock;
use tokio::time::Instant;

/// By the index of the service in the list of services. A service that is not scheduled has none.
#[derive(Debug)]
pub struct DueTimes(RwLock<Vec<Option<DueTime>>>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DueTime {
    /// The begin of the next check. In the past while that check runs.
    pub at: Instant,
    /// The end of the latest check. Its result is published when the rows of the service have this time.
    pub ended: Option<DateTime<FixedOffset>>,
}

impl DueTimes {
    /// For this number of services, none of which is scheduled yet.
    pub fn new(services: usize) -> Self {
        Self(RwLock::new(vec![None; services]))
    }

    /// The due time of the service with this index.
    pub fn get(&self, place: usize) -> Option<DueTime> {
        // A panic while the lock was held leaves whole entries behind in any case.
        self.0.read().get(place).copied().flatten()
    }

    /// The service with this index is not scheduled any more.
    pub(crate) fn clear(&self, place: usize) {
        if let Some(entry) = self.0.write().get_mut(place) {
            *entry = None;
        }
    }

    pub(crate) fn set(&self, place: usize, due: DueTime) {
        if let Some(entry) = self.0.write().get_mut(place) {
            *entry = Some(due);
        }
    }
}
