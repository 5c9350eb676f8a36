use crate::storage::Message;
use chrono::{DateTime, FixedOffset};

/// Says which messages are not to be sent now.
pub trait Gate: Send + Sync + 'static {
    /// Why nobody is to be told of this now, in a few words; nothing when somebody is.
    fn hold(&self, message: &Message, now: DateTime<FixedOffset>) -> Option<String>;
}
