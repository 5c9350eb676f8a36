//! The incidents that have not ended, for those who are asked about one.

use model::ServiceId;
use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

/// The service of each, by the number of the incident.
#[derive(Debug, Default)]
pub struct OpenIncidents(RwLock<HashMap<u64, ServiceId>>);

impl OpenIncidents {
    /// The service of an incident; nothing when there is none of that number, or it has ended.
    pub fn service(&self, incident: u64) -> Option<ServiceId> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(&incident).cloned()
    }

    pub(super) fn opened(&self, incident: u64, service: ServiceId) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(incident, service);
    }

    pub(super) fn ended(&self, incident: u64) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).remove(&incident);
    }
}
