//! Every store against the same contract, and each against the failures of its own database.

mod addresses;
mod contract;
mod records;
mod memory;
mod sqlite;
mod redis;
#[cfg(feature = "mongodb")]
mod mongodb;
