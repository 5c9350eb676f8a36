//! Delivers notifications to the channels. Each channel has its own task, so that one that hangs delays no other.
//!
//! A notification is stored before it is sent, and leaves the store when its receiver has confirmed it. The [`queue`] decides what is
//! done when, without clock and IO; the [`task`] does it.

mod compose;
mod connection_test;
mod dispatchers;
mod health;
mod inbox;
mod limits;
mod panic_guard;
mod parts;
mod policy;
mod queue;
mod removed_channels;
mod task;
mod test_notifications;

pub use dispatchers::{Dispatchers, TASK};
pub use health::{ChannelFailure, ChannelHealth};
pub use inbox::Outbox;
pub use limits::Limits;
pub use parts::{Channel, Parts};
pub use policy::{Confirmations, SuppressionSource};
pub use test_notifications::{TestNotifications, TestResult};
