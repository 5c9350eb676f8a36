//! The services that are watched now.

use crate::Service;
use model::ServiceId;
use parking_lot::RwLock;
use std::collections::HashMap;
use std::sync::Arc;

/// The services by their ids. The parts of the engine share it, so that all of them know the same services.
#[derive(Default)]
pub struct Services(RwLock<HashMap<ServiceId, Arc<Service>>>);

impl Services {
    /// These services. Ids are unique; of two services with one id, the last one counts.
    pub fn new(services: impl IntoIterator<Item = Arc<Service>>) -> Self {
        Self(RwLock::new(services.into_iter().map(|service| (service.id.clone(), service)).collect()))
    }

    /// The service with this id.
    pub fn get(&self, id: &ServiceId) -> Option<Arc<Service>> {
        self.0.read().get(id).cloned()
    }

    /// All services, sorted by group, name and id.
    pub fn all(&self) -> Vec<Arc<Service>> {
        let mut services: Vec<_> = self.0.read().values().cloned().collect();
        services.sort_by(|a, b| a.rank().cmp(&b.rank()));
        services
    }

    /// The number of services.
    pub fn len(&self) -> usize {
        self.0.read().len()
    }

    /// Whether there are no services.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl FromIterator<Service> for Services {
    fn from_iter<T: IntoIterator<Item = Service>>(services: T) -> Self {
        Self::new(services.into_iter().map(Arc::new))
    }
}
