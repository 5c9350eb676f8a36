//! The calendar of silences and maintenance. Pure.

mod calendar;

pub use calendar::{Calendar, Lane, Span, WIDTH};
