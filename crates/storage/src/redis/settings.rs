//! What `persistent_data_backend.data` may say about a store of this type.

use net::tls::TlsSettings;
use schemars::JsonSchema;
use serde::Deserialize;
use std::time::Duration;
use yaml::Secret;

const DEFAULT_PORT: u16 = 6379;

/// All keys begin with this, except those that carry the names of services.
const DEFAULT_PREFIX: &str = "platus:";

/// A Redis 6 or newer that is no cluster, in which this Platus is the only one with its `prefix`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Name or address, without protocol and port; IPv6 addresses with or without brackets. `localhost` when absent.
    #[serde(default = "default_host")]
    pub(super) host: String,
    /// Port; 6379 when absent.
    #[serde(default = "default_port")]
    pub(super) port: u16,
    /// Path of the Unix socket of Redis, which is used instead of `host` and `port`.
    pub(super) unix_socket_path: Option<String>,
    /// Number of the database to select; 0 when absent.
    #[serde(default)]
    pub(super) db: u32,
    /// Name of a user in the access control list; the user `default` when absent.
    pub(super) username: Option<String>,
    /// Password of the user. When both it and `username` are absent, nobody logs in.
    pub(super) password: Option<Secret>,
    /// What the keys begin with; `platus:` when absent. It keeps two Platus in one database apart. The keys of the original Platus,
    /// which are the names of services (`data.name`), are written besides, where no other program has them.
    #[serde(default = "default_prefix")]
    pub(super) prefix: String,
    /// Whether to connect with TLS; `false` when absent.
    #[serde(default)]
    pub(super) tls: bool,
    /// Authorities in PEM that are trusted besides those of the system.
    pub(super) ca: Option<String>,
    /// Certificate of the client in PEM, followed by those of the intermediate authorities. Needs `key`.
    pub(super) cert: Option<Secret>,
    /// Private key of `cert` in PEM, not encrypted.
    pub(super) key: Option<Secret>,
    /// Whether the certificate of the server is verified; `true` when absent.
    #[serde(default = "default_verify")]
    pub(super) verify: bool,
    /// Seconds that an answer may take, fractions allowed. Platus has limits of its own, of 1.5 seconds for a write and 5 for a read, so that
    /// only less has an effect.
    pub(super) socket_timeout: Option<f64>,
    /// Seconds that a connection and the login may take, fractions allowed; at most 1.5, which is also the default.
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
        // There are users without a password, who are given an empty one.
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
