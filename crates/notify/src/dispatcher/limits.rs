use std::time::Duration;

/// How a channel is treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// So long is waited for more to tell at the same time, after each piece of news; six times that at most. Zero to wait for nothing.
    pub group_window: Duration,
    /// A notification of a failure waits so long at most while other failures are about to be confirmed. Zero to send it without them.
    pub group_wait: Duration,
    /// So many messages are sent within a minute. What comes besides is told in the next one.
    pub max_per_minute: usize,
    /// After so long nobody tries any more.
    pub give_up_after: Duration,
    /// So long a receiver may take for one message.
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
