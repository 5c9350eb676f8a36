//! The JSON API of history: services, their past states, incidents and availability.
//!
//! Every handler checks what the caller may see before it reads. A service that the caller may not see is answered like one that does
//! not exist. Queries to the store are limited in number and in time.

#[cfg(test)]
pub(super) mod fuzz;
mod query;
mod time;
mod seconds;
mod by_state;
mod watched;
mod question;
mod history_queries;
mod services;
mod series;
mod incidents;
mod report;
mod availability;
mod csv;

pub use history_queries::HistoryQueries;
pub use incidents::{all_incidents, incident, incidents, list_for_page, one_for_page};
pub use query::{BadParameter, Query};
pub use report::report;
pub use series::history;
pub use services::{service, services};
pub use watched::visible;
