//! Platus as a separate process, with its targets and receivers. Several benches share it.

#![allow(dead_code, reason = "no bench needs all of it")]

pub(crate) mod program;
pub(crate) mod receiver;
pub(crate) mod target;
pub(crate) mod usage;
