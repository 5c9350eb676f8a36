//! Delivers notifications to the channels. Each channel has its own task, so that one that hangs delays no other.
//!
//! A notification is stored before it is sent, and leaves the store when its receiver has confirmed it. The [`queue`] decides what is
//! done when, without clock and IO; the [`task`] does it.

mod compose;
mod connection_test;
mod health;
mod inbox;
mod limits;
mod panic_guard;
mod policy;
mod queue;
mod removed_channels;
mod start;
mod task;
mod test_notifications;

pub use health::{ChannelFailure, ChannelHealth};
pub use inbox::Outbox;
pub use limits::Limits;
pub use policy::{Confirmations, SuppressionSource};
pub use start::{Channel, Dispatchers, Parts, TASK, start};
pub use test_notifications::{TestNotifications, TestResult};
