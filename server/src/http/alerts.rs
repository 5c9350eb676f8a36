//! The JSON API of alerts: silences, maintenance, acknowledgements, and the status of the channels.

mod acknowledgements;
mod answer;
mod body;
mod channels;
mod directives;
mod orders;
mod paging;

pub use acknowledgements::{acknowledge, withdraw_acknowledgement};
pub use channels::channels;
pub use directives::{create, list, withdraw};
pub use orders::{OrderError, Orders};
