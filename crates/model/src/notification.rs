use serde::{Deserialize, Serialize};

/// What a notification says about an incident.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotificationKind {
    /// A failure is confirmed.
    #[default]
    Opened,
    /// The incident has a more urgent state than before, of which further channels are notified.
    Worsened,
    /// The incident is still open.
    Reminder,
    /// The node changes its state too often. No notifications follow until that ends.
    FlappingStarted,
    /// The node keeps its state again, operational or not.
    FlappingEnded,
    /// The node is operational again.
    Recovered,
    /// The check no longer reports the node, which ends its incident without a recovery.
    Removed,
    /// A user tests the channel. It is about no incident and never stored.
    Test,
}

/// What became of a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryResult {
    /// The receiver has confirmed it.
    Delivered,
    /// It could not be delivered, and is no longer retried.
    Dropped,
    /// It was suppressed, and is obsolete now.
    Suppressed,
}
