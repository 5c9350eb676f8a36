use chrono::{DateTime, FixedOffset};
use model::SuppressionReason;
use std::collections::BTreeMap;
use std::sync::Arc;
use storage::Notification;

/// The most dropped notifications of a channel that are kept and shown.
pub(super) const MOST_DROPPED: usize = 1000;

/// The condition of a channel.
#[derive(Clone, Debug, Default)]
pub struct ChannelHealth {
    /// The `name` of the `notify_backend`, else its `type`.
    pub name: String,
    /// `type` of the `notify_backend`.
    pub kind: String,
    /// Whether its configuration cannot be used; `failure` has the reason.
    pub is_disabled: bool,
    /// Pending notifications, including suppressed ones.
    pub waiting: usize,
    /// The number of suppressed notifications for each reason.
    pub suppressed: BTreeMap<SuppressionReason, usize>,
    /// The latest dropped notifications, the oldest first.
    pub given_up: Arc<Vec<Notification>>,
    /// The latest confirmed delivery.
    pub last_success: Option<DateTime<FixedOffset>>,
    /// Why the latest delivery or its connection test failed; absent while the channel works.
    pub failure: Option<ChannelFailure>,
    /// Confirmed deliveries since the start.
    pub delivered: u64,
    /// Failed attempts since the start.
    pub failures: u64,
}

impl ChannelHealth {
    /// The number of suppressed notifications.
    pub fn all_suppressed(&self) -> usize {
        self.suppressed.values().sum()
    }
}

/// Why a channel does not work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelFailure {
    /// The first failed attempt.
    pub since: DateTime<FixedOffset>,
    /// The latest error, in one sentence. It contains no secret.
    pub message: String,
    /// Failed attempts in a row; 0 if only the connection test failed.
    pub failures: u32,
}
