//! When each service is checked next, for those who wait for a confirmation.

use chrono::{DateTime, FixedOffset};
use std::sync::{PoisonError, RwLock};
use tokio::time::Instant;

/// By the place of the service in the list of services. A service that is not scheduled has none.
#[derive(Debug)]
pub struct DueTimes(RwLock<Vec<Option<DueTime>>>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DueTime {
    /// When the next check is due. In the past while that check runs.
    pub at: Instant,
    /// When the latest check ended. Its result may not be published yet; it is as soon as the rows of the service say this time.
    pub ended: Option<DateTime<FixedOffset>>,
}

impl DueTimes {
    /// For so many services, none of which is scheduled yet.
    pub fn new(services: usize) -> Self {
        Self(RwLock::new(vec![None; services]))
    }

    pub fn get(&self, place: usize) -> Option<DueTime> {
        // A panic while the lock was held leaves whole entries behind in any case.
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(place).copied().flatten()
    }

    pub(crate) fn set(&self, place: usize, due: DueTime) {
        if let Some(entry) = self.0.write().unwrap_or_else(PoisonError::into_inner).get_mut(place) {
            *entry = Some(due);
        }
    }
}
