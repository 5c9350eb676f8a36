//! When each service is checked next, for notifications that wait for a confirmation.

use chrono::{DateTime, FixedOffset};
use model::ServiceId;
use parking_lot::RwLock;
use std::collections::HashMap;
use tokio::time::Instant;

/// By the id of the service. A service that is not scheduled has none.
#[derive(Debug, Default)]
pub struct DueTimes(RwLock<HashMap<ServiceId, DueTime>>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DueTime {
    /// The begin of the next check. In the past while that check runs.
    pub at: Instant,
    /// The end of the latest check. Its result is published when the rows of the service have this time.
    pub ended: Option<DateTime<FixedOffset>>,
}

impl DueTimes {
    /// The due time of this service.
    pub fn get(&self, service: &ServiceId) -> Option<DueTime> {
        // A panic while the lock was held leaves whole entries behind in any case.
        self.0.read().get(service).copied()
    }

    /// The service is not scheduled any more.
    pub(crate) fn clear(&self, service: &ServiceId) {
        self.0.write().remove(service);
    }

    pub(crate) fn set(&self, service: &ServiceId, due: DueTime) {
        let mut times = self.0.write();
        match times.get_mut(service) {
            Some(entry) => *entry = due,
            None => drop(times.insert(service.clone(), due)),
        }
    }
}
