//! What the dispatcher asks the engine before it sends: the two crates do not know each other.

use chrono::{DateTime, FixedOffset};
use engine::suppression::SuppressionRules;
use model::SuppressionReason;
use notify::dispatcher::{Confirmations, SuppressionSource};
use std::sync::Arc;
use std::time::Duration;
use storage::Notification;

/// Which notifications are suppressed.
pub(super) struct Suppression(pub Arc<SuppressionRules>);

impl SuppressionSource for Suppression {
    fn reason(&self, message: &Notification, now: DateTime<FixedOffset>) -> Option<SuppressionReason> {
        self.0.of_notification(message, now).map(|suppression| suppression.reason())
    }
}

/// Which failures are about to be confirmed.
pub(super) struct SoftFailures(pub engine::SoftFailures);

impl Confirmations for SoftFailures {
    fn are_due(&self, channel: &str, within: Duration, now: DateTime<FixedOffset>) -> bool {
        self.0.are_due(channel, within, now)
    }
}
