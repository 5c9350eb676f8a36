//! The task that keeps the suppression of rows up to date and removes silences that have ended.

use super::SuppressionRules;
use crate::events::Events;
use crate::open_incidents::OpenIncidents;
use std::sync::Arc;
use std::time::Duration;
use system::clock::Clock;
use tokio_util::sync::CancellationToken;

/// How often rows are compared with what begins and ends by the clock.
const INTERVAL: Duration = Duration::from_secs(1);

/// What the task needs.
pub struct RowTask {
    pub events: Arc<Events>,
    pub rules: Arc<SuppressionRules>,
    pub open_incidents: Arc<OpenIncidents>,
    pub clock: Clock,
}

impl RowTask {
    /// Updates the suppression of all rows.
    pub fn update(&self) {
        let now = self.clock.now();
        let rows = self.events.rows_where(|_| true).into_iter().filter_map(|row| {
            let suppression = self.rules.of_row(&row, now);
            (suppression != row.status.suppression).then_some((row, suppression))
        });
        self.events.suppress(rows.collect());
    }

    /// Updates the rows until the shutdown: at once when a user enters or withdraws something, and within a second when something
    /// begins or ends by the clock.
    pub async fn run(self, shutdown: CancellationToken) {
        let silences = Arc::clone(&self.rules.silences);
        let mut changes = silences.changes();
        loop {
            let is_open = |incident| self.open_incidents.service(incident).is_some();
            silences.remove_ended(self.clock.now(), is_open).await;
            self.update();
            tokio::select! {
                () = shutdown.cancelled() => return,
                // It cannot fail, since the sender is in `silences`.
                _ = changes.changed() => self.events.publish_suppressions(),
                () = self.clock.until(self.clock.elapsed() + INTERVAL) => {}
            }
        }
    }
}
