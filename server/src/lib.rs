//! Everything of Platus that does IO.
//!
//! The rooms stand in the order in which data flows through them.

pub mod logging;
mod process;
pub mod config;
#[cfg(test)]
mod fuzzing;
#[cfg(test)]
mod network_tests;
pub mod strips;
pub mod auth;
pub mod http;
pub mod application;
pub mod probe;
pub mod cli;
