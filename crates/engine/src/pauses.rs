//! Which services are paused, for the scheduler.

use super::Service;
use super::suppression::Silences;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use system::clock::Clock;
use tokio::sync::watch;

/// The pauses by the index of their service in the list of services.
pub struct Pauses {
    services: Arc<[Arc<Service>]>,
    silences: Arc<Silences>,
    clock: Clock,
}

impl Pauses {
    pub fn new(services: Arc<[Arc<Service>]>, silences: Arc<Silences>, clock: Clock) -> Self {
        Self { services, silences, clock }
    }

    /// Changes whenever a pause begins, and within a second after one has ended.
    pub(super) fn changes(&self) -> watch::Receiver<()> {
        self.silences.changes()
    }

    /// Whether this service is paused now.
    pub(super) fn is_paused(&self, service: usize) -> bool {
        self.services.get(service).is_some_and(|service| self.silences.pause(&service.id, self.clock.now()).is_some())
    }

    /// The services that are paused now.
    pub(super) fn paused(&self) -> HashSet<usize> {
        let paused = self.silences.paused(self.clock.now());
        if paused.is_empty() {
            return HashSet::new();
        }
        let indices: HashMap<_, _> = self.services.iter().enumerate().map(|(index, service)| (&service.id, index)).collect();
        paused.iter().filter_map(|service| indices.get(service).copied()).collect()
    }
}
