use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

/// A way to people, as the settings page shows it to an administrator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelView {
    /// `name` of the `notify_backend`, else its `type`.
    pub name: String,
    /// The word of `notify_backend.type`.
    pub kind: String,
    /// Whether its configuration cannot be used; `trouble` says why.
    pub is_disabled: bool,
    /// Messages that are to be sent.
    pub waiting: u64,
    /// Those of them that nobody is to be told of now, by why not: each with a reason in a few words.
    pub held: Vec<(String, u64)>,
    /// Deliveries since the start of the process.
    pub delivered: u64,
    pub last_success: Option<DateTime<FixedOffset>>,
    /// Why it does not take messages, or failed the connection test at the start; absent while it does.
    pub trouble: Option<ChannelFailureView>,
    /// How many messages were given up, and the latest of them, the latest first.
    pub given_up: u64,
    pub latest_given_up: Vec<UndeliverableView>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelFailureView {
    pub since: DateTime<FixedOffset>,
    /// What happened last, in one sentence.
    pub message: String,
    /// Attempts that failed in a row; 0 when only the connection test failed.
    pub failures: u32,
}

/// A message that nobody tries to send any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UndeliverableView {
    /// What it said.
    pub line: String,
    pub created: DateTime<FixedOffset>,
    pub reason: String,
}
