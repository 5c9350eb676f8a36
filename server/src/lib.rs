//! Everything of Platus that does IO.
//!
//! The rooms stand in the order in which data flows through them.

pub mod logging;
mod log_limit;
pub mod descriptors;
mod exhaustion;
pub mod clock;
pub mod tasks;
pub mod health;
mod process;
pub mod config;
mod files;
pub mod heartbeats;
pub mod plugins;
mod foreign_text;
#[cfg(test)]
mod fuzzing;
mod json;
mod python_format;
pub mod storage;
pub mod monitor;
pub mod notify;
pub mod events;
pub mod strips;
pub mod vault;
pub mod auth;
pub mod http;
pub mod application;
pub mod probe;
pub mod cli;
