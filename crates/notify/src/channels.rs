//! The channels, one file each. `docs/notifications.md` explains how to use them.

pub mod discord;
pub mod email;
pub mod msteams;
pub mod ntfy;
pub mod pagerduty;
pub mod slack;
pub mod telegram;
#[cfg(test)]
mod tests;
pub mod webhook;
