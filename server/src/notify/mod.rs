//! Telling people. What they are to be told comes from the monitor; how it reaches them is here.
//!
//! A [`Channel`] is one file: it says how to reach a service of messages and hands it one [`Delivery`]. It knows neither the monitor
//! nor the store nor another channel, and it does not try again: whoever calls it does.

mod channel;
mod channels;
mod confirmations;
mod delivery;
pub mod dispatcher;
mod excerpt;
pub mod holding;
mod hours;
mod http;
mod own_links;
mod registry;
mod routing;
mod template;
mod templated;
#[cfg(test)]
pub(crate) mod testing;
mod text;
mod tone;
mod view;

pub use channel::{Channel, ChannelError, DeliveryError, Outlook};
pub use confirmations::SoftFailures;
pub use delivery::{Alert, AlertKind, Delivery, Tone};
pub use hours::Weekly;
pub use registry::{Connected, Registry};
pub use routing::{Pattern, Route};
pub use template::{Template, TemplateError};
pub use templated::Templated;
