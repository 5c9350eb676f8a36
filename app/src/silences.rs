//! The address of the list of silences and maintenance, and their calendar. Pure.

mod address;
mod calendar;

pub use address::SilencesAddress;
pub use calendar::{Calendar, Lane, Span, WIDTH};
