//! What a channel gets.

use chrono::{DateTime, FixedOffset, TimeDelta};
use model::{NotificationKind, ServiceId, State};

/// One notification to one channel, with one or more alerts.
#[derive(Clone, Debug, PartialEq)]
pub struct Delivery {
    /// The same for every attempt, and unique. Letters, digits and `-`; at most 64.
    pub key: String,
    /// In the order in which they happened; at least one.
    pub alerts: Vec<Alert>,
    /// The number of incidents notified to this channel that are open after this delivery.
    pub still_failing: usize,
    /// The delay; absent unless the delivery is notably late.
    pub late: Option<TimeDelta>,
    /// The text of the template of the channel, which replaces the usual text.
    pub text: Option<String>,
}

/// One event of one node.
#[derive(Clone, Debug, PartialEq)]
pub struct Alert {
    pub kind: NotificationKind,
    /// The same for all alerts of one incident, and unique to it.
    pub incident_key: String,
    pub service: ServiceId,
    /// `data.type`
    pub group: String,
    /// `data.name`
    pub name: String,
    pub node: String,
    /// The state, and the one before the failure or, when the incident ends, the latest one in it.
    pub state: State,
    pub last_state: State,
    /// What the check found, in one sentence.
    pub seen: Option<String>,
    /// The first failed check.
    pub since: DateTime<FixedOffset>,
    /// The time of the event.
    pub at: DateTime<FixedOffset>,
    /// The number of failed checks in a row; 0 for a recovery.
    pub checks: u32,
    /// The address of the service on the page; absent without `public_url`.
    pub link: Option<String>,
}

/// The urgency of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tone {
    /// Only recoveries.
    Good,
    /// A test, or a node that is no longer reported.
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

    /// Whether the node fails after this event.
    pub fn is_failing(&self) -> bool {
        match self.kind {
            NotificationKind::FlappingStarted => true,
            NotificationKind::Removed => false,
            _ => !self.state.is_operational(),
        }
    }
}

impl Delivery {
    /// Whether it is a test. There is one attempt to deliver it, and the channel must forget it.
    pub fn is_test(&self) -> bool {
        self.alerts.iter().all(|alert| alert.kind == NotificationKind::Test)
    }

    /// The most urgent tone in it.
    pub fn tone(&self) -> Tone {
        self.alerts.iter().map(Alert::tone).max().unwrap_or(Tone::Neutral)
    }
}
