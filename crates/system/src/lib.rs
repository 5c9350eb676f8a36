//! The process and its host: supervised tasks, the clock, files, descriptors, and untrusted text.

#![cfg_attr(test, allow(clippy::disallowed_methods, reason = "tests start tasks, connections and threads directly"))]
#![warn(unreachable_pub)]

pub mod backoff;
pub mod clock;
pub mod current;
pub mod descriptors;
pub mod environment;
pub mod exhaustion;
pub mod files;
pub mod foreign_text;
pub mod health;
pub mod log_limit;
pub mod tasks;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
