//! Delivers what is owed to the channels. Each channel has a task of its own, so that one which hangs holds up no other.
//!
//! A message is in the store before anybody sends it, and leaves it when its receiver has confirmed it. The [`queue`] decides what is
//! done when, without a clock and without IO; the [`task`] does it.

mod backoff;
mod compose;
mod connection_test;
mod fence;
mod gate;
mod gone;
mod health;
mod inbox;
mod limits;
mod queue;
mod start;
mod task;

pub use gate::{Confirmations, Gate};
pub use health::{ChannelHealth, Trouble};
pub use inbox::Outbox;
pub use limits::Limits;
pub use start::{Channel, Dispatchers, Parts, TASK, start};
