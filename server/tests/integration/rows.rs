//! The set of rows: after the first and later results of a check, a flush and a restart, each route has exactly the rows of the latest
//! result.

mod board;
#[cfg(feature = "mongodb")]
mod check_types;
mod closing;
#[cfg(feature = "mongodb")]
mod legacy;
mod scripted;
mod stores;
