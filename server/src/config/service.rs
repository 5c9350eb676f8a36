use super::alerting::Alerting;
use checks::CheckConfig;
use model::{Roles, ServiceId};
use std::time::Duration;
use vault::VaultProperty;
use yaml::{Located, LocatedError, Location};

/// One service of `services.yaml`. A broken one is here as well, with as much as could be read, so that it is seen on the page.
#[derive(Clone, Debug)]
pub struct Service {
    pub id: ServiceId,
    /// Who sees it besides the administrators. Empty when `role` is absent or broken.
    pub roles: Roles,
    /// The group it is listed under: `data.type`, else `n/a`.
    pub group: String,
    /// The display name: `data.name`, else the id.
    pub name: String,
    /// The node shown before the first check: `properties.host`, the first of a list, else `n/a`.
    pub node: String,
    /// The plugin that checks it, for the eye: `type`, else `n/a`.
    pub plugin: String,
    /// Between two checks.
    pub interval: Duration,
    /// After which a check is given up.
    pub timeout: Duration,
    /// Where the service says its timeout, or else its interval; absent when it says neither.
    pub timing: Option<Location>,
    /// When people are told of its trouble.
    pub alerting: Alerting,
    /// The services without which it cannot work: nobody is told of its trouble while one of them is down.
    pub depends_on: Vec<Located<ServiceId>>,
    /// What to check, or why that cannot be done.
    pub check: Result<CheckConfig, LocatedError>,
    /// The properties of the check that are kept in Vault.
    pub vault: Vec<VaultProperty>,
}
