//! Marks the rows of which nobody is told now, and forgets what holds no more.

use super::Holding;
use crate::Service;
use crate::events::Events;
use crate::open_incidents::OpenIncidents;
use std::sync::Arc;
use std::time::Duration;
use system::clock::Clock;
use tokio_util::sync::CancellationToken;

/// Between two looks at what begins and ends by the clock.
const LOOK: Duration = Duration::from_secs(1);

/// What it takes to know of which rows nobody is told.
pub struct Marking {
    pub events: Arc<Events>,
    pub holding: Arc<Holding>,
    pub services: Arc<[Arc<Service>]>,
    pub open_incidents: Arc<OpenIncidents>,
    pub clock: Clock,
}

impl Marking {
    /// Marks the rows as is right now.
    pub fn mark(&self) {
        self.events.hold(self.holding.holds(&self.services, self.clock.now()));
    }

    /// Marks them again and again, until the process is to end: at once when somebody orders something, and a second late at most
    /// when something begins or ends by itself.
    pub async fn run(self, shutdown: CancellationToken) {
        let directives = Arc::clone(&self.holding.directives);
        let mut orders = directives.changes();
        loop {
            let is_open = |incident| self.open_incidents.service(incident).is_some();
            directives.forget(self.clock.now(), is_open).await;
            self.mark();
            tokio::select! {
                () = shutdown.cancelled() => return,
                // It cannot fail: the directives are held here.
                _ = orders.changed() => self.events.publish_holds(),
                () = self.clock.until(self.clock.elapsed() + LOOK) => {}
            }
        }
    }
}
