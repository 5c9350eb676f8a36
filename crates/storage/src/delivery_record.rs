//! The result of a notification, which stays with its incident when the notification has left the outbox.

use chrono::{DateTime, FixedOffset};
use model::{DeliveryResult, NotificationKind};
use serde::{Deserialize, Serialize};

/// The result of one notification to one channel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeliveryRecord {
    pub channel: String,
    pub kind: NotificationKind,
    /// When the result was known.
    pub at: DateTime<FixedOffset>,
    pub result: DeliveryResult,
    /// Why it was not delivered, in one sentence; contains no secret. Absent if it was delivered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}
