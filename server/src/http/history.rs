//! The JSON API of history: which services there are, how they were, what went wrong, and how available they were.
//!
//! Who may see a service is asked before anything is read, and what somebody may not see looks like what does not exist. Questions that
//! the store has to answer wait for a place and have a deadline.

#[cfg(test)]
pub(super) mod fuzz;
mod query;
mod time;
mod seconds;
mod by_state;
mod watched;
mod question;
mod readings;
mod services;
mod series;
mod incidents;
mod report;
mod availability;
mod csv;

pub use incidents::{all_incidents, incidents};
pub use query::{BadParameter, Query};
pub use readings::Readings;
pub use report::report;
pub use series::history;
pub use services::{service, services};
