use checks::heartbeats::Heartbeats;
use chrono::{DateTime, FixedOffset};
use engine::Services;
use engine::check_details::CheckDetails;
use engine::due_times::DueTimes;
use engine::events::Events;
use std::sync::Arc;
use storage::write_requests::WriteRequests;
use system::clock::Clock;
use tokio_util::sync::CancellationToken;

/// What several parts share.
pub(super) struct Shared {
    pub clock: Clock,
    pub started: DateTime<FixedOffset>,
    pub services: Arc<Services>,
    pub events: Arc<Events>,
    pub due_times: Arc<DueTimes>,
    pub details: Arc<CheckDetails>,
    pub heartbeats: Heartbeats,
    pub write_requests: WriteRequests,
    pub shutdown: CancellationToken,
}
