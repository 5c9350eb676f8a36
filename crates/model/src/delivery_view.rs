//! What pages show of a notification that has left the outbox.

use super::{DeliveryResult, NotificationKind};
use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

/// The result of one notification to one channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryView {
    pub at: DateTime<FixedOffset>,
    pub kind: NotificationKind,
    pub result: DeliveryResult,
    /// The name of the channel, only for administrators.
    pub channel: Option<String>,
    /// Why it was not delivered, only for administrators.
    pub reason: Option<String>,
}
