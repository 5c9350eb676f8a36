//! The checks. A plugin is one file: it says how to connect, what to look at, and does exactly what a user of that service would
//! do. It knows neither storage nor notifications nor another plugin.

mod registry;
#[cfg(test)]
mod tests;

pub use registry::{Check, PluginError, Registry};

use app::model::{ServiceId, State};
use registry::plugins;
use serde::de::DeserializeOwned;
use std::future::Future;
use std::time::Duration;

plugins! { rest_http::RestHttp }

/// One kind of check, the `type` of a service in `services.yaml`.
///
/// A value of it belongs to one service and lives as long as that service's configuration, so that connections are kept between
/// checks.
pub trait Plugin: Sized + Send + Sync + 'static {
    /// The word after `type:`. Unique among the plugins.
    const NAME: &'static str;

    /// How to connect. Derive `Deserialize` with `deny_unknown_fields`: an unknown key is then told with its place and the nearest
    /// known one.
    type Properties: DeserializeOwned;

    /// What to check. `type` and `name` have been taken out, since they say how to show the service, whatever checks it.
    type Data: DeserializeOwned;

    /// A complete service in YAML. A test loads it.
    const EXAMPLE: &'static str;

    /// Prepares the check without touching the network. Fails when the values do not fit together; the text says what to change.
    fn connect(properties: Self::Properties, data: Self::Data, host: &Host) -> Result<Self, PluginError>;

    /// Looks once. Returns one observation for each node; `Err` means "could not tell" and becomes the one row `unknown`.
    ///
    /// The caller gives up on it a second after [`Host::timeout`], and survives its panic.
    fn check(&self) -> impl Future<Output = Result<Vec<Observation>, CheckError>> + Send;
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
}

/// What was seen of one node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    /// Stable name of the node within its service.
    pub node: String,
    /// What people call the node, where that differs.
    pub node_name: Option<String>,
    pub state: State,
    /// What was seen, in one sentence for the person who is on call. Never holds a secret.
    pub message: Option<String>,
    /// How long the answer took; absent when there was none.
    pub elapsed: Option<Duration>,
}

/// It could not be told how the service is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct CheckError {
    /// Why, in one sentence for the person who is on call. Never holds a secret.
    pub message: String,
}

impl CheckError {
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }
}
