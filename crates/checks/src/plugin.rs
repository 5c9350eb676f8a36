//! The trait of check types.

use crate::heartbeats::Heartbeats;
use model::{CheckError, Observation, ServiceId};
use net::http::Proxies;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use std::future::Future;
use std::time::Duration;
use yaml::InvalidSetting;

/// A check type: the `type` of a service in `services.yaml`.
///
/// A value belongs to one service and lives as long as its configuration, so it can keep connections between checks.
pub trait Plugin: Sized + Send + Sync + 'static {
    /// The value of `type:`. Unique among the check types.
    const NAME: &'static str;

    /// One sentence for `platus plugins`.
    const SUMMARY: &'static str;

    /// How to connect. Derive `Deserialize` with `deny_unknown_fields`: an unknown key is then reported with its place and the
    /// nearest known key. Derive `JsonSchema`: the comments of the fields are the user documentation. A confidential field is a
    /// [`Secret`](yaml::Secret); all other fields are shown on the settings page.
    type Properties: DeserializeOwned + JsonSchema;

    /// What to check. Without `type` and `name`, which every service has.
    type Data: DeserializeOwned + JsonSchema;

    /// A complete service in YAML. A test loads it.
    const EXAMPLE: &'static str;

    /// Prepares the check without network access. Fails if the values do not fit together; the error says what to change.
    fn connect(properties: Self::Properties, data: Self::Data, host: &Host) -> Result<Self, InvalidSetting>;

    /// Checks once. Returns one observation per node. `Err` means that the state could not be determined; the service then has one
    /// row, which is `unknown`.
    ///
    /// The caller cancels it one second after [`Host::timeout`], and contains panics.
    fn check(&self) -> impl Future<Output = Result<Vec<Observation>, CheckError>> + Send;

    /// Discards what it remembers between checks, because an administrator resets all states. Most plugins remember nothing.
    fn forget(&self) {}
}

/// What a plugin knows about its service.
#[derive(Clone, Debug)]
pub struct Host {
    /// For log lines.
    pub service: ServiceId,
    /// The ids that it had before.
    pub former_ids: Vec<ServiceId>,
    /// The host of the service. It names the row of a check without nodes of its own.
    pub node: String,
    /// Timeout of one check: `timeout` of the service, else of its `properties`, else 30 seconds.
    pub timeout: Duration,
    /// Time between two checks, if known.
    pub interval: Option<Duration>,
    /// The heartbeats of jobs.
    pub heartbeats: Heartbeats,
    /// The proxies of the environment.
    pub proxies: Proxies,
}

impl Host {
    /// A service on its own, without proxies, for tests and single checks.
    pub fn new(service: &str, node: &str, timeout: Duration) -> Self {
        let (heartbeats, proxies) = (Heartbeats::default(), Proxies::default());
        let (service, former_ids) = (ServiceId::new(service), Vec::new());
        Self { service, former_ids, node: node.to_owned(), timeout, interval: None, heartbeats, proxies }
    }
}

/// `data` without keys.
#[derive(Clone, Copy, Debug, Default, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoData {}
