//! Everything that does IO.

pub mod config;
pub mod plugins;
