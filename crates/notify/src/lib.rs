//! Notifications: the channels, the texts, and the dispatcher that hands pending notifications to the channels until they are
//! delivered. When a notification is due is decided in the crate `engine`.
//!
//! A [`Channel`] is one file: it connects to one kind of receiver and hands it one [`Delivery`]. It knows neither the engine nor the
//! store nor another channel, and it does not retry: the dispatcher does.

#![cfg_attr(test, allow(clippy::disallowed_methods, reason = "tests start tasks, connections and threads directly"))]

mod channel;
mod channels;
mod delivery;
pub mod dispatcher;
mod excerpt;
mod http;
mod own_links;
mod channel_types;
mod template;
mod templated;
mod test_notification;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod text;
mod tone;
mod view;

pub use channel::{Channel, ChannelError, DeliveryError, Outlook};
pub use channel_types::{ChannelConfig, ChannelTypes, Connect, Connected};
pub use delivery::{Alert, Delivery, Tone};
pub use template::{Template, TemplateError};
pub use templated::Templated;
pub use test_notification::test_notification;
