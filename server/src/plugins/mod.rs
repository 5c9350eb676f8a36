//! The checks. A plugin is one file: it says how to connect, what to look at, and does exactly what a user of that service would
//! do. It knows neither storage nor notifications nor another plugin.
//!
//! What several plugins need to reach their targets is in [`network`]. `docs/adding-a-plugin.md` walks through adding one.

mod any_case;
mod documentation;
#[cfg(test)]
pub(crate) mod fuzz;
pub(crate) mod network;
mod observation;
mod one_or_many;
mod plain_text;
mod registry;
#[cfg(test)]
mod tests;

pub(crate) use documentation::harmless_keys;
pub use documentation::{Documentation, KeyDocumentation};
pub use observation::{CheckError, Expectation, Metric, Observation, Phase};
pub use registry::{Check, PluginError, Registry};

#[cfg(feature = "mongodb")]
pub(crate) use self::mongodb::{
    Address as MongoDbAddress, TlsFiles as MongoDbTls, TlsMode as MongoDbTlsMode, TlsOffer, ask_for_tls,
};
#[cfg(feature = "mongodb")]
pub(crate) use one_or_many::OneOrMany;

use crate::heartbeats::Heartbeats;
use app::model::ServiceId;
use network::http::Proxies;
use registry::plugins;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use std::future::Future;
use std::time::Duration;

plugins! {
    "aws" => aws_ec2::AwsEc2,
    "celery" => celery_worker::CeleryWorker,
    dns::Dns,
    exec::Exec,
    heartbeat::Heartbeat,
    "mongodb" => mongodb::MongoDb,
    ping::Ping,
    redis::Redis,
    rest_http::RestHttp,
    tcp::Tcp,
    tls::Tls,
}

/// One kind of check, the `type` of a service in `services.yaml`.
///
/// A value of it belongs to one service and lives as long as that service's configuration, so that connections are kept between
/// checks.
pub trait Plugin: Sized + Send + Sync + 'static {
    /// The word after `type:`. Unique among the plugins.
    const NAME: &'static str;

    /// What it does, in one sentence for `platus plugins`.
    const SUMMARY: &'static str;

    /// How to connect. Derive `Deserialize` with `deny_unknown_fields`: an unknown key is then told with its place and the nearest
    /// known one. Derive `JsonSchema`: the comments of the fields are the documentation that people read. A field that must not be
    /// seen is a [`Secret`](crate::config::Secret); all the others are shown on the settings page.
    type Properties: DeserializeOwned + JsonSchema;

    /// What to check. `type` and `name` have been taken out, since they say how to show the service, whatever checks it.
    type Data: DeserializeOwned + JsonSchema;

    /// A complete service in YAML. A test loads it.
    const EXAMPLE: &'static str;

    /// Prepares the check without touching the network. Fails when the values do not fit together; the text says what to change.
    fn connect(properties: Self::Properties, data: Self::Data, host: &Host) -> Result<Self, PluginError>;

    /// Looks once. Returns one observation for each node; `Err` means "could not tell" and becomes the one row `unknown`.
    ///
    /// The caller gives up on it a second after [`Host::timeout`], and survives its panic.
    fn check(&self) -> impl Future<Output = Result<Vec<Observation>, CheckError>> + Send;

    /// Forgets what it remembers from check to check, because an administrator wants every state forgotten. Most remember nothing.
    fn forget(&self) {}
}

/// Waits until no check that was given up is still about to leave something behind; for the end of the process.
pub async fn settled() {
    exec::settled().await;
}

/// What the house tells a plugin about the service it is to check.
#[derive(Clone, Debug)]
pub struct Host {
    /// For log lines.
    pub service: ServiceId,
    /// The host of the service, as its row shows it: the node of whatever has no nodes of its own.
    pub node: String,
    /// How long one check may take: `timeout` of the service, else of its `properties`, else 30 seconds.
    pub timeout: Duration,
    /// Between two checks, when that is known.
    pub interval: Option<Duration>,
    /// What jobs tell of themselves.
    pub heartbeats: Heartbeats,
    /// The proxies that the environment names.
    pub(crate) proxies: Proxies,
}

impl Host {
    /// For a service with no neighbours, and of whose jobs nobody hears.
    pub fn new(service: &str, node: &str, timeout: Duration) -> Self {
        let (heartbeats, proxies) = (Heartbeats::default(), Proxies::default());
        Self { service: ServiceId::new(service), node: node.to_owned(), timeout, interval: None, heartbeats, proxies }
    }
}

/// No keys at all: the `Data` of a plugin that has nothing to be told about what to check.
#[derive(Clone, Copy, Debug, Default, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}
