//! The keys of a service of this type in `services.yaml`.

use super::replication::{Expected, Role};
use net::tls::TlsSettings;
use schemars::JsonSchema;
use serde::Deserialize;
use yaml::{InvalidSetting, Secret};

const DEFAULT_PORT: u16 = 6379;

/// The user of clients without a user name.
const DEFAULT_USER: &str = "default";

/// How to connect.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Properties {
    /// Name or address, without protocol and port; IPv6 addresses with or without brackets. Also the name of the row.
    pub(super) host: String,
    /// Port. Default: 6379.
    #[serde(default = "default_port")]
    pub(super) port: u16,
    /// Name of a user in the access control list. Default: `default`.
    username: Option<String>,
    /// Password of the user. Without `password` and `username` the check does not log in.
    password: Option<Secret>,
    /// Number of the database to select. Default: 0.
    #[serde(default)]
    pub(super) db: u32,
    /// Whether to use TLS. Default: `false`.
    #[serde(default)]
    pub(super) tls: bool,
    /// Authorities in PEM that are trusted for this service, in addition to those of the system.
    ca: Option<String>,
    /// Client certificate in PEM, followed by those of the intermediate authorities. Requires `key`.
    cert: Option<Secret>,
    /// Private key of `cert` in PEM, unencrypted. It is kept in memory only.
    key: Option<Secret>,
    /// Whether the server certificate is verified. Default: `true`.
    #[serde(default = "default_verify")]
    pub(super) verify: bool,
    /// Timeout of the whole check in seconds, fractions allowed. Default: 30. The `timeout` of the service takes precedence.
    // Parsed by the core and passed on in `Host`.
    #[serde(rename = "timeout")]
    _timeout: Option<f64>,
}

/// What to check in addition to PING. A replica whose link to its master is down is always unhealthy.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Data {
    /// Expected role: `master` (or `primary`), or `replica` (or `slave`). Default: any role.
    role: Option<Role>,
    /// Seconds, fractions allowed. On a replica: maximum time since the last message of its master, which sends one every 10 s
    /// unless configured otherwise. On a master: maximum time since the last acknowledgement of each online replica. Default: no
    /// limit.
    max_lag: Option<f64>,
    /// Minimum number of online replicas. Default: no minimum.
    min_replicas: Option<u32>,
}

/// A login.
pub(super) struct Login {
    pub(super) username: String,
    pub(super) password: Secret,
}

/// An empty string in the file means the same as an absent key.
impl Properties {
    pub(super) fn login(&self) -> Option<Login> {
        let username = self.username.as_deref().filter(|name| !name.is_empty());
        let password = self.password.clone().filter(|password| !password.expose().is_empty());
        if username.is_none() && password.is_none() {
            return None;
        }
        // A user without a password logs in with an empty one.
        let password = password.unwrap_or_else(|| Secret::new(""));
        Some(Login { username: username.unwrap_or(DEFAULT_USER).to_owned(), password })
    }

    /// `None` without TLS.
    pub(super) fn tls_settings(&self) -> Result<Option<TlsSettings<'_>>, InvalidSetting> {
        let settings =
            TlsSettings { verify: self.verify, ca: self.ca.as_deref(), cert: self.cert.as_ref(), key: self.key.as_ref() };
        if self.tls {
            return Ok(Some(settings));
        }
        if settings.identity()?.is_some() || self.ca.as_deref().is_some_and(|ca| !ca.is_empty()) {
            return Err(InvalidSetting::new("`ca`, `cert` and `key` mean nothing without TLS; add `tls: true`"));
        }
        Ok(None)
    }
}

impl Data {
    pub(super) fn expected(&self) -> Result<Expected, InvalidSetting> {
        if self.max_lag.is_some_and(|seconds| !seconds.is_finite() || seconds < 0.0) {
            return Err(InvalidSetting::new("`max_lag` must be seconds, 0 or more"));
        }
        Ok(Expected { role: self.role, max_lag: self.max_lag, min_replicas: self.min_replicas })
    }
}

fn default_port() -> u16 {
    DEFAULT_PORT
}

fn default_verify() -> bool {
    true
}
