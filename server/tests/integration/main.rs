//! All integration tests, as one program: it is linked once, and the real servers are started once.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should say where")]

mod added_plugin;
mod api;
mod command_line;
mod events;
mod looking;
#[cfg(feature = "mongodb")]
mod mongodb;
mod page;
mod rest_http;
mod roles;
mod servers;
mod targets;
mod test_app;
