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
    /// The incident goes on.
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
