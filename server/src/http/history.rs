//! The JSON API of history: services, their past states, incidents and availability.
//!
//! Every handler checks what the caller may see before it reads. A service that the caller may not see is answered like one that does
//! not exist. Queries to the store are limited in number and in time.

#[cfg(test)]
pub(super) mod fuzz;
pub(super) mod query;
pub(super) mod time;
pub(super) mod seconds;
pub(super) mod by_state;
pub(super) mod watched;
pub(super) mod question;
mod history_queries;
pub(super) mod services;
pub(super) mod series;
mod incidents;
mod report;
pub(super) mod availability;
mod check_metrics;
mod csv;

pub use check_metrics::check_metrics;
pub use history_queries::HistoryQueries;
pub use incidents::{
    NoteAnswer, all_incidents, around as around_incident, ask_for_incident, deliveries, incident, incidents, list_for_page,
    notes_of, one_for_page,
};
pub use query::{BadParameter, Query};
pub use report::report;
pub use series::history;
pub use services::services;
pub use watched::visible;
