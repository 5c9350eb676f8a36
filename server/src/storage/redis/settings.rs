//! What `persistent_data_backend.data` may say about a store of this type.

use crate::config::Secret;
use crate::plugins::network::tls::TlsSettings;
use schemars::JsonSchema;
use serde::Deserialize;

const DEFAULT_PORT: u16 = 6379;

/// All keys begin with this, except those that carry the names of services.
const DEFAULT_PREFIX: &str = "platus:";

/// A Redis 6 or newer that is no cluster, in which this Platus is the only one with its `prefix`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Name or address, without protocol and port; IPv6 addresses with or without brackets.
    pub(super) host: String,
    /// Port; 6379 when absent.
    #[serde(default = "default_port")]
    pub(super) port: u16,
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
    /// Whether the certificate of the server is verified; `true` when absent.
    #[serde(default = "default_verify")]
    pub(super) verify: bool,
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
            return Ok(Some(TlsSettings { verify: self.verify, ca: self.ca.as_deref(), cert: None, key: None }));
        }
        if self.ca.as_deref().is_some_and(|ca| !ca.is_empty()) {
            return Err("`ca` means nothing without TLS; add `tls: true`".to_owned());
        }
        Ok(None)
    }
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
