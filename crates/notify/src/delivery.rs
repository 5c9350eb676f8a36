//! What is handed to a channel.

use chrono::{DateTime, FixedOffset, TimeDelta};
use model::{NotificationKind, ServiceId, State};

/// One message: everything that a channel is to tell at one time.
#[derive(Clone, Debug, PartialEq)]
pub struct Delivery {
    /// The same for every attempt, and for no other message. Letters, digits and `-`; at most 64.
    pub key: String,
    /// In the order in which it happened; at least one.
    pub alerts: Vec<Alert>,
    /// How many nodes that the channel has told of are still in trouble after this.
    pub still_in_trouble: usize,
    /// How much later than it should it is sent; absent when that is not worth a word.
    pub late: Option<TimeDelta>,
    /// What somebody wants to be told instead of the usual text.
    pub text: Option<String>,
}

/// One piece of news about one node.
#[derive(Clone, Debug, PartialEq)]
pub struct Alert {
    pub kind: NotificationKind,
    /// The same for everything about one outage of one node, and for nothing else.
    pub incident_key: String,
    pub service: ServiceId,
    /// `data.type`
    pub group: String,
    /// `data.name`
    pub name: String,
    pub node: String,
    /// How the node is, and how it was before the trouble or, when the incident ends, within it.
    pub state: State,
    pub last_state: State,
    /// What was seen, in one sentence.
    pub seen: Option<String>,
    /// When the trouble was seen first.
    pub since: DateTime<FixedOffset>,
    /// When this piece of news came up.
    pub at: DateTime<FixedOffset>,
    /// How many checks in a row have found the node in trouble; 0 for a recovery.
    pub checks: u32,
    /// The page of the service; absent when nobody has said where the page is.
    pub link: Option<String>,
}

/// What a message is about as a whole; the order is that of urgency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tone {
    /// Nothing but the end of trouble.
    Good,
    /// A trial, or a node that is no longer reported.
    Neutral,
    Warning,
    Bad,
}

impl Alert {
    pub fn tone(&self) -> Tone {
        match (self.kind, self.state) {
            (NotificationKind::Test | NotificationKind::Removed, _) => Tone::Neutral,
            (NotificationKind::FlappingStarted, _) => Tone::Warning,
            (_, State::Operational) => Tone::Good,
            (_, State::Down) => Tone::Bad,
            (_, State::Unhealthy | State::Unknown) => Tone::Warning,
        }
    }

    /// Whether the node is in trouble after it.
    pub fn is_trouble(&self) -> bool {
        match self.kind {
            NotificationKind::FlappingStarted => true,
            NotificationKind::Removed => false,
            _ => !self.state.is_operational(),
        }
    }
}

impl Delivery {
    /// The most urgent tone in it.
    pub fn tone(&self) -> Tone {
        self.alerts.iter().map(Alert::tone).max().unwrap_or(Tone::Neutral)
    }
}
