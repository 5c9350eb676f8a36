use chrono::{DateTime, FixedOffset};
use std::collections::BTreeMap;
use std::sync::Arc;
use storage::Notification;

/// How a channel is.
#[derive(Clone, Debug, Default)]
pub struct ChannelHealth {
    /// What it is called: `name` of the `notify_backend`, else its `type`.
    pub name: String,
    /// `type` of the `notify_backend`.
    pub kind: String,
    /// Whether its configuration cannot be used; `trouble` says why.
    pub is_disabled: bool,
    /// Messages that are to be sent, those included that are held.
    pub waiting: usize,
    /// Messages that nobody is to be told of now, by why not.
    pub held: BTreeMap<String, usize>,
    /// The last messages that were given up, the oldest first.
    pub given_up: Arc<Vec<Notification>>,
    /// When the receiver last took a message.
    pub last_success: Option<DateTime<FixedOffset>>,
    /// Why it does not take them, or failed the connection test at the start; absent while it does.
    pub trouble: Option<Trouble>,
    /// Deliveries that were taken since the start.
    pub delivered: u64,
    /// Attempts that failed since the start.
    pub failures: u64,
}

impl ChannelHealth {
    /// Messages that nobody is to be told of now.
    pub fn all_held(&self) -> usize {
        self.held.values().sum()
    }
}

/// Why a channel cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    pub since: DateTime<FixedOffset>,
    /// What happened last, in one sentence; holds no secret.
    pub message: String,
    /// Attempts in a row; 0 when only the connection test failed.
    pub failures: u32,
}
