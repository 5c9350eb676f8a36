//! Where notifications go, as the recorder sees it.

use super::Service;
use chrono::{DateTime, FixedOffset};
use model::State;
use storage::{Notification, Renames};

/// Routes notifications to channels.
pub trait AlertSink: Send + Sync {
    /// The channels that are notified of failures of this service in this state.
    fn channels(&self, service: &Service, state: State, at: DateTime<FixedOffset>) -> Vec<String>;

    /// Whether the service is under maintenance, so that reports can exclude the time.
    fn is_maintained(&self, service: &Service, at: DateTime<FixedOffset>) -> bool;

    /// Queues notifications that are stored. They leave the store when they have been delivered.
    fn queue(&self, notifications: Vec<Notification>);

    /// Services have other ids now. Their queued notifications follow.
    fn rename(&self, renames: &Renames);
}
