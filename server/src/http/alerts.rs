//! The JSON API of alerts: silences, maintenance and acknowledgements, and how the channels are.

mod acknowledgements;
mod answer;
mod body;
mod channels;
mod directives;
mod orders;
mod paging;

pub use acknowledgements::{acknowledge, withdraw_acknowledgement};
pub use body::BadBody;
pub use channels::channels;
pub use directives::{create, list, withdraw};
pub use orders::{OrderError, Orders};
