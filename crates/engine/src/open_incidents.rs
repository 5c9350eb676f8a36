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

    /// The service has another id now.
    pub(super) fn rename(&self, former: &ServiceId, present: &ServiceId) {
        for service in self.0.write().values_mut().filter(|service| *service == former) {
            *service = present.clone();
        }
    }

    pub(super) fn ended(&self, incident: u64) {
        self.0.write().remove(&incident);
    }
}
