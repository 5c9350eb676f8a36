//! A store that was away at the start, and comes back later.

use super::alerting::Alerting;
use super::shared::Shared;
use crate::auth::Keys;
use model::ServiceId;
use std::collections::HashSet;
use std::sync::Arc;
use storage::writer::LateSnapshot;
use system::tasks::Tasks;
use tokio::sync::oneshot;

/// Starts the task that continues with what the store knows, once it is connected. `jobs` are the services that are checked by heartbeat.
pub(super) fn start(
    late: oneshot::Receiver<LateSnapshot>,
    alerting: &Alerting,
    keys: &Arc<Keys>,
    shared: &Shared,
    jobs: HashSet<ServiceId>,
    tasks: &mut Tasks,
) {
    let (alert_sink, silences) = (Arc::clone(&alerting.alert_sink), Arc::clone(&alerting.silences));
    let (heartbeats, write_requests) = (shared.heartbeats.clone(), shared.write_requests.clone());
    let keys = Arc::clone(keys);
    tasks.spawn_finite("late store", async move {
        // It never comes if the process ends before the store is back.
        if let Ok(LateSnapshot { notifications, silences: ordered, keys: stored_keys, heartbeats: mut heard, last_check }) =
            late.await
        {
            heard.retain(|(service, _)| jobs.contains(service));
            tracing::info!(
                notifications = notifications.len(),
                silences = ordered.len(),
                "Store connected; resuming its pending notifications and silences."
            );
            keys.add_stored(stored_keys);
            silences.add_stored(ordered);
            alert_sink.queue(notifications);
            heartbeats.restore(heard.iter().map(|(service, heartbeat)| (service, heartbeat)), last_check);
            write_requests.store_heartbeats(heard.into_iter().map(|(service, _)| service).collect()).await;
        }
    });
}
