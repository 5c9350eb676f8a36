//! The decisions of the pages of incidents: addresses, storms, the chart, the timeline. Pure.

mod address;
mod chart;
mod deliveries;
mod open;
mod storms;
mod timeline;

pub use address::ListAddress;
pub use chart::{Bar, HEIGHT, bars};
pub use deliveries::{ChannelDeliveries, by_channel, delivery_steps, kind_text, result_text};
pub use open::OpenIncident;
pub use storms::{Entry, Reason, Storm, entries};
pub use timeline::{Step, StepKind, short_time, steps};
