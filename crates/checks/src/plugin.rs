//! What a check type has to be.

use crate::heartbeats::Heartbeats;
use model::{CheckError, Observation, ServiceId};
use net::http::Proxies;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use std::future::Future;
use std::time::Duration;
use yaml::InvalidSetting;

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
    /// seen is a [`Secret`](yaml::Secret); all the others are shown on the settings page.
    type Properties: DeserializeOwned + JsonSchema;

    /// What to check. `type` and `name` have been taken out, since they say how to show the service, whatever checks it.
    type Data: DeserializeOwned + JsonSchema;

    /// A complete service in YAML. A test loads it.
    const EXAMPLE: &'static str;

    /// Prepares the check without touching the network. Fails when the values do not fit together; the text says what to change.
    fn connect(properties: Self::Properties, data: Self::Data, host: &Host) -> Result<Self, InvalidSetting>;

    /// Looks once. Returns one observation for each node; `Err` means "could not tell" and becomes the one row `unknown`.
    ///
    /// The caller gives up on it a second after [`Host::timeout`], and survives its panic.
    fn check(&self) -> impl Future<Output = Result<Vec<Observation>, CheckError>> + Send;

    /// Forgets what it remembers from check to check, because an administrator wants every state forgotten. Most remember nothing.
    fn forget(&self) {}
}

/// What a plugin may know of the service that it checks.
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
    pub proxies: Proxies,
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
