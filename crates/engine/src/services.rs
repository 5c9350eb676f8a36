//! The services that are watched now.

use crate::Service;
use model::ServiceId;
use parking_lot::RwLock;
use std::collections::HashMap;
use std::sync::Arc;
use storage::{LeftHistory, Renames};

/// What another configuration changes.
#[derive(Default)]
pub struct ServiceChanges {
    pub added: Vec<Arc<Service>>,
    /// Each before and after. A renamed service has another id after.
    pub changed: Vec<(Arc<Service>, Arc<Service>)>,
    pub removed: Vec<Arc<Service>>,
    /// The histories of former ids that stay where they are.
    pub left: Vec<LeftHistory>,
}

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

    /// Whether this is the service with its id: neither one that was removed, nor one as it was configured before.
    pub(crate) fn is_current(&self, service: &Arc<Service>) -> bool {
        self.0.read().get(&service.id).is_some_and(|current| Arc::ptr_eq(current, service))
    }

    /// Replaces all services. A service that is given as it is, as the same [`Arc`], has not changed.
    pub(crate) fn replace(&self, services: impl IntoIterator<Item = Arc<Service>>, renames: &Renames) -> ServiceChanges {
        let Self(next) = Self::new(services);
        let mut changes = ServiceChanges { left: renames.left().to_vec(), ..ServiceChanges::default() };
        let mut current = self.0.write();
        let mut before = std::mem::replace(&mut *current, next.into_inner());
        for service in current.values() {
            match before.remove(&service.id) {
                None => changes.added.push(Arc::clone(service)),
                Some(before) if Arc::ptr_eq(&before, service) => {}
                Some(before) => changes.changed.push((before, Arc::clone(service))),
            }
        }
        changes.removed = before.into_values().collect();
        changes.find_renamed(renames);
        changes
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

impl ServiceChanges {
    /// Whether the services are the same as before.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty() && self.removed.is_empty()
    }

    /// A service that was removed and added under another id has changed.
    fn find_renamed(&mut self, renames: &Renames) {
        let mut added: HashMap<_, _> = self.added.drain(..).map(|service| (service.id.clone(), service)).collect();
        // Of several services that have become one, it is the one whose history goes on.
        self.removed.sort_by_key(|service| !renames.is_continued(&service.id));
        self.removed.retain(|before| match renames.present(&before.id).and_then(|id| added.remove(id)) {
            Some(after) => {
                self.changed.push((Arc::clone(before), after));
                false
            }
            None => true,
        });
        self.added.extend(added.into_values());
    }

    /// The services that are no longer scheduled under their id.
    pub(crate) fn former_ones(&self) -> impl Iterator<Item = &Arc<Service>> {
        let renamed = self.changed.iter().filter(|(before, after)| before.id != after.id).map(|(before, _)| before);
        self.removed.iter().chain(renamed)
    }

    /// The services that have a new configuration: those that were added, and those that changed.
    pub(crate) fn new_ones(&self) -> impl Iterator<Item = &Arc<Service>> {
        self.added.iter().chain(self.changed.iter().map(|(_, after)| after))
    }
}

impl FromIterator<Service> for Services {
    fn from_iter<T: IntoIterator<Item = Service>>(services: T) -> Self {
        Self::new(services.into_iter().map(Arc::new))
    }
}
