//! The JSON API of alerts: silences, pauses, maintenance, acknowledgements, and the status of the channels.

mod acknowledgements;
mod answer;
mod body;
mod channel_test;
mod channels;
mod directives;
mod extension;
mod limits;
mod listing;
mod notes;
mod order_error;
mod orders;
mod paging;
mod pauses;
mod recurrence;

pub use acknowledgements::{acknowledge, withdraw_acknowledgement};
pub use body::read as read_body;
pub use channel_test::{send_test, test_channel};
pub use channels::channels;
pub use directives::{create, extend, list, withdraw};
pub use notes::{add_note, write_note};
pub use order_error::OrderError;
pub use orders::Orders;
