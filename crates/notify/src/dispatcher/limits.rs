use std::time::Duration;

/// The limits of a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How long each notification waits for further ones to be sent together, at most six times this. Zero for no wait.
    pub group_window: Duration,
    /// The longest wait of a failure for other failures that are about to be confirmed. Zero for no wait.
    pub group_wait: Duration,
    /// The most messages within a minute. Further notifications are sent together after that.
    pub max_per_minute: usize,
    /// The age at which a failing notification is dropped.
    pub give_up_after: Duration,
    /// The longest duration of one delivery.
    pub timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            group_window: Duration::from_secs(5),
            group_wait: Duration::from_secs(30),
            max_per_minute: 6,
            give_up_after: Duration::from_secs(24 * 3600),
            timeout: Duration::from_secs(30),
        }
    }
}
