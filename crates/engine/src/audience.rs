//! Those who are to be told, as the monitor sees them.

use super::Service;
use chrono::{DateTime, FixedOffset};
use model::State;
use storage::Notification;

/// Tells people what happens.
pub trait Audience: Send + Sync {
    /// The channels that are to be told of trouble of this kind.
    fn channels(&self, service: &Service, state: State, at: DateTime<FixedOffset>) -> Vec<String>;

    /// Whether trouble of this service is expected, so that reports can leave it out.
    fn is_maintained(&self, service: &Service, at: DateTime<FixedOffset>) -> bool;

    /// Takes messages that are in the store now. They leave it when they have been delivered.
    fn hand_over(&self, messages: Vec<Notification>);
}

/// Nobody.
pub struct Nobody;

impl Audience for Nobody {
    fn channels(&self, _service: &Service, _state: State, _at: DateTime<FixedOffset>) -> Vec<String> {
        Vec::new()
    }

    fn is_maintained(&self, _service: &Service, _at: DateTime<FixedOffset>) -> bool {
        false
    }

    fn hand_over(&self, _messages: Vec<Notification>) {}
}
