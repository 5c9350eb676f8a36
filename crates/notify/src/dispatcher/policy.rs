//! What the dispatcher asks the engine.

use chrono::{DateTime, FixedOffset};
use model::SuppressionReason;
use std::time::Duration;
use storage::Notification;

/// Says which notifications are suppressed.
pub trait SuppressionSource: Send + Sync + 'static {
    /// Why this notification is not sent now, or `None` if it is sent.
    fn reason(&self, notification: &Notification, now: DateTime<FixedOffset>) -> Option<SuppressionReason>;
}

/// Knows which failures are not confirmed yet.
pub trait Confirmations: Send + Sync + 'static {
    /// Whether a failure of which this channel would be notified may be confirmed within this time, by the clock of the machine.
    fn are_due(&self, channel: &str, within: Duration, now: DateTime<FixedOffset>) -> bool;
}
