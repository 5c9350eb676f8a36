//! The JSON API of alerts: silences, pauses, maintenance, acknowledgements, and the status of the channels.

mod acknowledgements;
mod answer;
mod body;
mod caller_silences;
mod channel_test;
mod channels;
mod extension;
mod limits;
mod listing;
mod notes;
mod paging;
mod pauses;
mod recurrence;
mod silence_error;
mod silences;

pub use acknowledgements::{acknowledge, withdraw_acknowledgement};
pub use body::read as read_body;
pub use caller_silences::CallerSilences;
pub use channel_test::{send_test, test_channel};
pub use channels::channels;
pub use notes::{add_note, write_note};
pub use silence_error::SilenceError;
pub use silences::{create, extend, list, withdraw};
