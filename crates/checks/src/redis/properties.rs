//! What `services.yaml` may say about a service of this type.

use super::replication::{Expected, Role};
use net::tls::TlsSettings;
use schemars::JsonSchema;
use serde::Deserialize;
use yaml::{InvalidSetting, Secret};

const DEFAULT_PORT: u16 = 6379;

/// Whom Redis takes a client for that names nobody.
const DEFAULT_USER: &str = "default";

/// How to connect.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Properties {
    /// Name or address, without protocol and port; IPv6 addresses with or without brackets. Also the name of the row.
    pub(super) host: String,
    /// Port; 6379 when absent.
    #[serde(default = "default_port")]
    pub(super) port: u16,
    /// Name of a user in the access control list; the user `default` when absent.
    username: Option<String>,
    /// Password of the user. When both it and `username` are absent, nobody logs in.
    password: Option<Secret>,
    /// Number of the database to select; 0 when absent.
    #[serde(default)]
    pub(super) db: u32,
    /// Whether to connect with TLS; `false` when absent.
    #[serde(default)]
    pub(super) tls: bool,
    /// Authorities in PEM that are trusted for this service, besides those of the system.
    ca: Option<String>,
    /// Certificate of the client in PEM, followed by those of the intermediate authorities. Needs `key`.
    cert: Option<Secret>,
    /// Private key of `cert` in PEM, not encrypted. It stays in memory.
    key: Option<Secret>,
    /// Whether the certificate of the server is verified; `true` when absent.
    #[serde(default = "default_verify")]
    pub(super) verify: bool,
    /// Seconds for the whole check, fractions allowed; 30 when absent. The `timeout` of the service wins over it.
    // The house reads it and hands it on in `Host`.
    #[serde(rename = "timeout")]
    _timeout: Option<f64>,
}

/// What to check besides that Redis answers. A replica whose link to its master is down is unhealthy in any case.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Data {
    /// The role that it must have; `primary` is another word for `master`, and `slave` one for `replica`. Any role when absent.
    role: Option<Role>,
    /// Seconds, fractions allowed. On a replica, how long ago its master may have been heard of; masters speak every 10 s unless they
    /// are told otherwise. On a master, how long ago each replica that is online may have confirmed what it has. Not looked at when
    /// absent.
    max_lag: Option<f64>,
    /// How many replicas must be online; not looked at when absent.
    min_replicas: Option<u32>,
}

/// Who logs in.
pub(super) struct Login {
    pub(super) username: String,
    pub(super) password: Secret,
}

/// An empty text in the file means the same as an absent key.
impl Properties {
    pub(super) fn login(&self) -> Option<Login> {
        let username = self.username.as_deref().filter(|name| !name.is_empty());
        let password = self.password.clone().filter(|password| !password.expose().is_empty());
        if username.is_none() && password.is_none() {
            return None;
        }
        // There are users without a password, who are given an empty one.
        let password = password.unwrap_or_else(|| Secret::new(""));
        Some(Login { username: username.unwrap_or(DEFAULT_USER).to_owned(), password })
    }

    /// Absent for a connection without TLS.
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
