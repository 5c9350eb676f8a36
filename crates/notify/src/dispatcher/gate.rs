use chrono::{DateTime, FixedOffset};
use std::time::Duration;
use storage::Notification;

/// Says which messages are not to be sent now.
pub trait Gate: Send + Sync + 'static {
    /// Why nobody is to be told of this now, in a few words; nothing when somebody is.
    fn hold(&self, message: &Notification, now: DateTime<FixedOffset>) -> Option<String>;
}

/// Knows of failures that are not confirmed yet.
pub trait Confirmations: Send + Sync + 'static {
    /// Whether a failure may be confirmed within this time, by the clock of the machine, of which this channel would be notified.
    fn are_due(&self, channel: &str, within: Duration, now: DateTime<FixedOffset>) -> bool;
}
