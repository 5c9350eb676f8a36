use super::{State, SuppressionReason};
use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

/// A channel, as the settings page shows it to an administrator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelView {
    /// `name` of the `notify_backend`, else its `type`.
    pub name: String,
    /// `type` of the `notify_backend`.
    pub kind: String,
    /// Whether its configuration cannot be used; the failure below has the reason.
    pub is_disabled: bool,
    /// Whether a test notification can be sent to it.
    #[serde(default)]
    pub can_be_tested: bool,
    /// Pending notifications.
    pub waiting: u64,
    /// The number of suppressed notifications for each reason.
    pub held: Vec<(SuppressionReason, u64)>,
    /// Deliveries since the start of the process.
    pub delivered: u64,
    /// Failed attempts since the start of the process.
    #[serde(default)]
    pub failed: u64,
    pub last_success: Option<DateTime<FixedOffset>>,
    /// Why the latest delivery or its connection test failed; absent while the channel works.
    #[serde(rename = "trouble")]
    pub failure: Option<ChannelFailureView>,
    /// The number of dropped notifications, and the latest of them, the latest first.
    pub given_up: u64,
    pub latest_given_up: Vec<UndeliverableView>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelFailureView {
    pub since: DateTime<FixedOffset>,
    /// The latest error, in one sentence.
    pub message: String,
    /// Failed attempts in a row; 0 if only the connection test failed.
    pub failures: u32,
}

/// A dropped notification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UndeliverableView {
    /// The display name of the service.
    pub name: String,
    pub state: State,
    pub last_state: State,
    pub created: DateTime<FixedOffset>,
    pub reason: String,
}

/// The result of a test notification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelTestView {
    /// The name of the channel.
    pub channel: String,
    /// When it was sent.
    pub at: DateTime<FixedOffset>,
    /// How long the receiver took, in microseconds.
    pub elapsed: u64,
    /// Why it was not delivered, in one sentence without a secret; absent if it was.
    pub failure: Option<String>,
}
