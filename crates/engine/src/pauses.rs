//! Which services are paused, for the scheduler.

use super::suppression::Silences;
use model::ServiceId;
use std::collections::HashSet;
use std::sync::Arc;
use system::clock::Clock;
use tokio::sync::watch;

/// The pauses of services.
pub struct Pauses {
    silences: Arc<Silences>,
    clock: Clock,
}

impl Pauses {
    pub fn new(silences: Arc<Silences>, clock: Clock) -> Self {
        Self { silences, clock }
    }

    /// Changes whenever a pause begins, and within a second after one has ended.
    pub(super) fn changes(&self) -> watch::Receiver<()> {
        self.silences.changes()
    }

    /// Whether this service is paused now.
    pub(super) fn is_paused(&self, service: &ServiceId) -> bool {
        self.silences.pause(service, self.clock.now()).is_some()
    }

    /// The services that are paused now.
    pub(super) fn paused(&self) -> HashSet<ServiceId> {
        self.silences.paused(self.clock.now())
    }
}
