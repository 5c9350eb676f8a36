//! The incidents that have not ended, by number.

use model::ServiceId;
use parking_lot::RwLock;
use std::collections::HashMap;

/// The service of each open incident.
#[derive(Debug, Default)]
pub struct OpenIncidents(RwLock<HashMap<u64, ServiceId>>);

impl OpenIncidents {
    /// The service of an incident, or `None` if there is no such incident or it has ended.
    pub fn service(&self, incident: u64) -> Option<ServiceId> {
        self.0.read().get(&incident).cloned()
    }

    pub(super) fn opened(&self, incident: u64, service: ServiceId) {
        self.0.write().insert(incident, service);
    }

    pub(super) fn ended(&self, incident: u64) {
        self.0.write().remove(&incident);
    }
}
