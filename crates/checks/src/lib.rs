//! The check types. A plugin is one file: it says how to connect, what to look at, and does exactly what a user of that service would
//! do. It knows neither storage nor notifications nor another plugin.
//!
//! What several plugins need to reach their targets is in the crate `net`. `docs/adding-a-plugin.md` walks through adding one:
//! its `mod` line stands here, its type in [`Registry::built_in`].

mod any_case;
mod check;
mod config;
mod documentation;
#[cfg(test)]
mod fuzzing;
pub mod heartbeats;
mod plain_text;
mod plugin;
mod registry;
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
pub use config::CheckConfig;
pub use documentation::Documentation;
pub use model::{CheckError, Expectation, Metric, Observation, Phase};
pub use plugin::{Host, Nothing, Plugin};
pub use registry::{Connect, Registry};
pub use yaml::InvalidSetting;

/// Waits until no check that was given up is still about to leave something behind; for the end of the process.
pub async fn settled() {
    exec::settled().await;
}
