//! What the dispatcher asks the engine before it sends: the two crates do not know each other.

use chrono::{DateTime, FixedOffset};
use engine::holding::Holding;
use notify::dispatcher::{Confirmations, Gate};
use std::sync::Arc;
use std::time::Duration;
use storage::Notification;

/// Which notifications are suppressed.
pub(super) struct Suppression(pub Arc<Holding>);

impl Gate for Suppression {
    fn hold(&self, message: &Notification, now: DateTime<FixedOffset>) -> Option<String> {
        self.0.hold(message, now)
    }
}

/// Which failures are about to be confirmed.
pub(super) struct SoftFailures(pub engine::SoftFailures);

impl Confirmations for SoftFailures {
    fn are_due(&self, channel: &str, within: Duration, now: DateTime<FixedOffset>) -> bool {
        self.0.are_due(channel, within, now)
    }
}
