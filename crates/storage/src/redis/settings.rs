//! The settings of a store of this type in `persistent_data_backend.data`.

use net::tls::TlsSettings;
use schemars::JsonSchema;
use serde::Deserialize;
use std::time::Duration;
use yaml::Secret;

const DEFAULT_PORT: u16 = 6379;

/// All keys begin with this, except those that carry the names of services.
const DEFAULT_PREFIX: &str = "platus:";

/// Redis 6 or newer, not a cluster. Each Platus needs a `prefix` of its own.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Name or address, without protocol and port; IPv6 addresses with or without brackets. Default: `localhost`.
    #[serde(default = "default_host")]
    pub(super) host: String,
    /// Port. Default: 6379.
    #[serde(default = "default_port")]
    pub(super) port: u16,
    /// Path of the Unix socket of Redis, instead of `host` and `port`.
    pub(super) unix_socket_path: Option<String>,
    /// Number of the database. Default: 0.
    #[serde(default)]
    pub(super) db: u32,
    /// User of the access control list. Default: `default`.
    pub(super) username: Option<String>,
    /// Password of the user. Without `username` and `password`, Platus does not log in.
    pub(super) password: Option<Secret>,
    /// Prefix of the keys. Default: `platus:`. It separates two Platus installations in one database. In addition, each service is a key with
    /// its `data.name`, as in the Python program, unless another program uses that key.
    #[serde(default = "default_prefix")]
    pub(super) prefix: String,
    /// Connect with TLS. Default: `false`.
    #[serde(default)]
    pub(super) tls: bool,
    /// Certificate authorities in PEM to trust in addition to those of the system. Needs `tls: true`.
    pub(super) ca: Option<String>,
    /// Client certificate in PEM, followed by its intermediate certificates. Needs `key`.
    pub(super) cert: Option<Secret>,
    /// Unencrypted private key of `cert` in PEM.
    pub(super) key: Option<Secret>,
    /// Verify the certificate of the server. Default: `true`.
    #[serde(default = "default_verify")]
    pub(super) verify: bool,
    /// Time limit of an answer. Seconds, fractions allowed. Default: 1.5 for a write, 5 for a read. Only lower values have an effect.
    pub(super) socket_timeout: Option<f64>,
    /// Time limit of connection and login. Seconds, fractions allowed. Default: 1.5. Only lower values have an effect.
    pub(super) socket_connect_timeout: Option<f64>,
}

impl Settings {
    /// An empty text in the file means the same as an absent key.
    pub(super) fn login(&self) -> Option<(String, Secret)> {
        let username = self.username.clone().filter(|name| !name.is_empty());
        let password = self.password.clone().filter(|password| !password.expose().is_empty());
        if username.is_none() && password.is_none() {
            return None;
        }
        // A user without a password logs in with an empty one.
        Some((username.unwrap_or_else(|| "default".to_owned()), password.unwrap_or_else(|| Secret::new(""))))
    }

    /// Absent for a connection without TLS.
    pub(super) fn tls_settings(&self) -> Result<Option<TlsSettings<'_>>, String> {
        if self.tls {
            return match self.unix_socket_path {
                Some(_) => Err("`tls` means nothing on a Unix socket; remove it, or `unix_socket_path`".to_owned()),
                None => Ok(Some(TlsSettings {
                    verify: self.verify,
                    ca: self.ca.as_deref(),
                    cert: self.cert.as_ref(),
                    key: self.key.as_ref(),
                })),
            };
        }
        if self.ca.as_deref().is_some_and(|ca| !ca.is_empty()) {
            return Err("`ca` means nothing without TLS; add `tls: true`".to_owned());
        }
        Ok(None)
    }

    /// The time that an answer may take, at most this.
    pub(super) fn response_limit(&self, longest: Duration) -> Result<Duration, String> {
        limit("socket_timeout", self.socket_timeout, longest)
    }

    /// The time that a connection may take to be made, at most this.
    pub(super) fn connect_limit(&self, longest: Duration) -> Result<Duration, String> {
        limit("socket_connect_timeout", self.socket_connect_timeout, longest)
    }
}

fn limit(key: &str, given: Option<f64>, longest: Duration) -> Result<Duration, String> {
    let Some(seconds) = given else { return Ok(longest) };
    let limit = Duration::try_from_secs_f64(seconds).ok().filter(|limit| !limit.is_zero());
    limit.map(|limit| limit.min(longest)).ok_or_else(|| format!("`{key}`: expected seconds, more than 0"))
}

fn default_host() -> String {
    "localhost".to_owned()
}

fn default_port() -> u16 {
    DEFAULT_PORT
}

fn default_prefix() -> String {
    DEFAULT_PREFIX.to_owned()
}

fn default_verify() -> bool {
    true
}
