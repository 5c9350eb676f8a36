//! The check types. A plugin defines how to connect and what to check, and does what a user of the service would do. It knows
//! neither storage, nor notifications, nor other plugins.
//!
//! Connections, TLS and HTTP are in the crate `net`. `docs/adding-a-plugin.md` shows how to add a plugin: its `mod` line is here,
//! its type in [`CheckTypes::built_in`].

#![cfg_attr(test, allow(clippy::disallowed_methods, reason = "tests start tasks, connections and threads directly"))]

mod any_case;
mod check;
mod check_types;
mod config;
mod documentation;
#[cfg(test)]
mod fuzzing;
pub mod heartbeats;
mod plain_text;
mod plugin;
#[cfg(test)]
mod tests;

#[cfg(feature = "aws")]
mod aws_ec2;
#[cfg(feature = "celery")]
mod celery_worker;
mod dns;
mod exec;
mod heartbeat;
#[cfg(feature = "mongodb")]
mod mongodb;
mod ping;
mod redis;
mod rest_http;
mod tcp;
mod tls;

pub use check::Check;
pub use check_types::{CheckSchema, CheckTypes, Completeness, Connect};
pub use config::CheckConfig;
pub use documentation::Documentation;
pub use exec::no_program_is_starting;
pub use model::{CheckError, Expectation, Metric, Observation, Phase};
pub use plugin::{Host, NoData, Plugin};
pub use yaml::InvalidSetting;
