//! The trait of a channel.

use super::delivery::Delivery;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use std::future::Future;
use std::time::Duration;

/// Delivers notifications to one kind of receiver.
pub trait Channel: Sized + Send + Sync + 'static {
    /// The `type:` of `notify_backend`.
    const NAME: &'static str;

    /// The `data:` of `notify_backend`. Deny unknown fields and document every field, which becomes user documentation. A secret field is a
    /// [`Secret`](yaml::Secret); the others are shown on the settings page.
    type Data: DeserializeOwned + JsonSchema;

    /// A complete `notify_backend` in YAML. A test loads it.
    const EXAMPLE: &'static str;

    /// Prepares the channel without network access. Fails if the values contradict each other.
    fn connect(data: Self::Data) -> Result<Self, ChannelError>;

    /// Makes one delivery attempt. Returns when the receiver has confirmed it.
    ///
    /// The caller applies a timeout, and calls again with the same [`Delivery::key`] after an error. A receiver that can detect repetitions
    /// by a key gets this one.
    fn deliver(&self, delivery: &Delivery) -> impl Future<Output = Result<(), DeliveryError>> + Send;

    /// Tests the connection that a delivery would use, without a message to a person and without a change: it connects, encrypts, and logs
    /// in if the protocol has a login of its own. Returns at once for a channel that has nothing to test.
    ///
    /// The caller applies a timeout.
    fn test_connection(&self) -> impl Future<Output = Result<(), DeliveryError>> + Send {
        async { Ok(()) }
    }

    /// Whether the message contains [`Delivery::text`] if there is one.
    fn shows_text(&self) -> bool {
        true
    }
}

/// Why a configuration is rejected: its values are well formed, but contradict each other. The text says what is wrong and what to
/// change, in one sentence. It never contains a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ChannelError(pub String);

/// Why a delivery attempt failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct DeliveryError {
    /// What happened, in one sentence. Never contains a secret, such as the address of a webhook.
    pub message: String,
    pub outlook: Outlook,
}

/// Whether another attempt can succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outlook {
    /// It can: no connection, an error of the receiver, a login that an administrator can correct.
    Later,
    /// It can, after the time for which the receiver asks.
    After(Duration),
    /// It cannot: the receiver rejects this message.
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
