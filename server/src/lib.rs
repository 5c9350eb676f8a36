//! The server: configuration, access, HTTP, command line, and the assembly of all parts.

#![cfg_attr(test, allow(clippy::disallowed_methods, reason = "tests start tasks, connections and threads directly"))]

pub mod logging;
mod process;
pub mod config;
#[cfg(test)]
mod fuzzing;
#[cfg(test)]
mod network_tests;
pub mod uptime_bars;
pub mod auth;
pub mod http;
pub mod import;
pub mod application;
pub mod probe;
pub mod reload;
pub mod backfill;
pub mod demo;
pub mod schema;
pub mod validation;
pub mod effective;
pub mod version;
pub mod cli;
