//! Everything of Platus that does IO.
//!
//! The rooms stand in the order in which data flows through them.

pub mod application;
pub mod auth;
pub mod cli;
pub mod config;
pub mod events;
pub mod http;
pub mod monitor;
pub mod plugins;
