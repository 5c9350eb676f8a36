//! What a channel has to be able to do.

use super::delivery::Delivery;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use std::future::Future;
use std::time::Duration;

/// A way to people.
pub trait Channel: Sized + Send + Sync + 'static {
    /// The `type:` of `notify_backend`.
    const NAME: &'static str;

    /// How to reach it: the `data:` of `notify_backend`. Deny unknown fields. Every field is documented; a field that must not be seen
    /// is a [`Secret`](yaml::Secret), the others are shown on the settings page.
    type Data: DeserializeOwned + JsonSchema;

    /// A complete `notify_backend` in YAML. A test loads it.
    const EXAMPLE: &'static str;

    /// Prepares the channel without touching the network. Fails when the values do not fit together.
    fn connect(data: Self::Data) -> Result<Self, ChannelError>;

    /// Sends one message. Returns when the receiver has confirmed it.
    ///
    /// The caller gives up on it in time and calls again with the same [`Delivery::key`] after an error: where the receiver can tell a
    /// repetition by a key, it is given that one.
    fn deliver(&self, delivery: &Delivery) -> impl Future<Output = Result<(), DeliveryError>> + Send;

    /// Tests the connection as far as a delivery would use it, without sending anything that reaches a person or changes anything: it
    /// connects, encrypts, and logs in where the protocol has a login of its own. Fails with what is wrong. Returns at once for a channel
    /// that has nothing to test.
    ///
    /// The caller ends it in time.
    fn test_connection(&self) -> impl Future<Output = Result<(), DeliveryError>> + Send {
        async { Ok(()) }
    }

    /// Whether a message has [`Delivery::text`] in it when there is one.
    fn shows_text(&self) -> bool {
        true
    }
}

/// Why a channel does not take its configuration: values that are well formed, but do not fit together. What is wrong and what to
/// change, in one sentence; never holds a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ChannelError(pub String);

/// Why a message was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct DeliveryError {
    /// What happened, in one sentence. Never holds a secret: the address of a hook is one.
    pub message: String,
    pub outlook: Outlook,
}

/// What to expect of another attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outlook {
    /// It may go better: no connection, a fault of the receiver, a login that somebody has to mend.
    Later,
    /// The receiver has said how long to wait.
    After(Duration),
    /// The receiver does not take this very message, and never will.
    Refused,
}

impl DeliveryError {
    pub fn later(message: impl Into<String>) -> Self {
        Self { message: message.into(), outlook: Outlook::Later }
    }

    pub fn refused(message: impl Into<String>) -> Self {
        Self { message: message.into(), outlook: Outlook::Refused }
    }
}
