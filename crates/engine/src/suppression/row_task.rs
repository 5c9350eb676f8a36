//! The task that keeps the suppression of rows up to date and removes silences that have ended.

use super::SuppressionRules;
use crate::events::Events;
use crate::open_incidents::OpenIncidents;
use model::{Suppression, SuppressionKind};
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
    /// Updates the suppression of all rows. Says whether a silence or maintenance has changed one.
    pub fn update(&self) -> bool {
        let now = self.clock.now();
        let rows = self.events.rows_where(|_| true).into_iter().filter_map(|row| {
            let suppression = self.rules.of_row(&row, now);
            (suppression != row.status.suppression).then_some((row, suppression))
        });
        let rows: Vec<_> = rows.collect();
        let is_entered =
            |reason: &Option<Box<Suppression>>| reason.as_ref().is_some_and(|it| it.kind != SuppressionKind::Dependency);
        let has_changed = rows.iter().any(|(row, reason)| is_entered(&row.status.suppression) || is_entered(reason));
        self.events.suppress(rows);
        has_changed
    }

    /// Updates the rows until the shutdown: at once when a user enters or withdraws something, and within a second when something
    /// begins or ends by the clock.
    pub async fn run(self, shutdown: CancellationToken) {
        let silences = Arc::clone(&self.rules.silences);
        let mut changes = silences.changes();
        let mut is_by_clock = false;
        loop {
            let is_open = |incident| self.open_incidents.service(incident).is_some();
            silences.remove_ended(self.clock.now(), is_open).await;
            if self.update() && is_by_clock {
                self.events.publish_suppressions();
            }
            is_by_clock = tokio::select! {
                () = shutdown.cancelled() => return,
                // It cannot fail, since the sender is in `silences`.
                _ = changes.changed() => {
                    self.events.publish_suppressions();
                    false
                }
                () = self.clock.until(self.clock.elapsed() + INTERVAL) => true,
            };
        }
    }
}
