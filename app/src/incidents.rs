//! The decisions of the pages of incidents: addresses, storms, the chart, the timeline. Pure.

mod address;
mod chart;
mod open;
mod storms;
mod timeline;

pub use address::ListAddress;
pub use chart::{Bar, HEIGHT, bars};
pub use open::OpenIncident;
pub use storms::{Entry, Reason, Storm, entries};
pub use timeline::{Step, StepKind, short_time, steps};
