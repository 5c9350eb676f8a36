//! The keys of a service of this type in `services.yaml`.

use crate::any_case;
use mongodb::options::{AuthMechanism, Credential};
use net::OneOrMany;
use net::mongodb::{Address, TlsMode};
use net::tls::TlsSettings;
use schemars::JsonSchema;
use serde::Deserialize;
use yaml::{InvalidSetting, Secret};

const DEFAULT_PORT: u16 = 27017;

/// The maximum number of members of a replica set.
const MOST_HOSTS: usize = 50;

/// The database of users that MongoDB does not authenticate itself.
const EXTERNAL: &str = "$external";

/// How to connect.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Properties {
    /// One member of the set or a list, each `host` or `host:port`. One is enough, since it knows the others; with several, the
    /// check works while one of them answers. If none does, the row has the name of the first.
    host: OneOrMany,
    /// Port of hosts that are given without one. Default: 27017.
    #[serde(default = "default_port")]
    port: u16,
    /// `mongodb` is the only value.
    #[serde(default, rename = "protocol", deserialize_with = "any_case::lower")]
    _protocol: Protocol,
    /// User name. The user needs the role `clusterMonitor` on `admin`.
    username: Option<String>,
    /// Password of the user. Only the mechanism `PLAIN` sends it to the server.
    password: Option<Secret>,
    /// Database of the user. Default: `admin`, or `$external` with the mechanisms `MONGODB-X509` and `PLAIN`.
    auth_source: Option<String>,
    /// Authentication mechanism. `MONGODB-X509` takes the user from `cert`, and `PLAIN` (LDAP) requires `tls: true`. Default:
    /// `SCRAM-SHA-256` if the server supports it, else `SCRAM-SHA-1`.
    auth_mechanism: Option<Mechanism>,
    /// Whether to use TLS. Default: `true` if `ca`, `cert` or `key` is given, else TLS with each host that offers it, and plain
    /// connections with the others, on which no password is sent in plain text. An attacker between Platus and the host can
    /// pretend that the host does not offer TLS; `true` prevents that.
    tls: Option<bool>,
    /// Authorities in PEM that are trusted for this service, in addition to those of the system.
    ca: Option<String>,
    /// Client certificate in PEM, followed by those of the intermediate authorities. Requires `key`.
    cert: Option<Secret>,
    /// Private key of `cert` in PEM, unencrypted. It is kept in memory only.
    key: Option<Secret>,
    /// Whether the server certificate is verified. Default: `true`.
    #[serde(default = "default_verify")]
    pub(super) verify: bool,
    /// Name of the replica set. Answers of hosts in other sets are rejected. Default: any name.
    replica_set: Option<String>,
    /// Timeout of the whole check in seconds, fractions allowed; the hosts share it. Default: 30. The `timeout` of the service
    /// takes precedence.
    // Parsed by the core and passed on in `Host`.
    #[serde(rename = "timeout")]
    _timeout: Option<f64>,
}

/// What to check.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Data {
    /// Seconds by which a secondary may be behind the primary, fractions allowed; more is `unhealthy`. The configured delay of a
    /// member does not count, if the user may read the configuration of the set. A set without writes adds an entry only every 10
    /// seconds, so a smaller limit can be exceeded by chance. Default: the lag is shown, but has no limit.
    max_lag: Option<f64>,
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Protocol {
    #[default]
    Mongodb,
}

/// The authentication mechanisms.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
enum Mechanism {
    #[serde(rename = "SCRAM-SHA-256")]
    ScramSha256,
    #[serde(rename = "SCRAM-SHA-1")]
    ScramSha1,
    #[serde(rename = "MONGODB-X509")]
    X509,
    #[serde(rename = "PLAIN")]
    Plain,
}

/// An empty string in the file means the same as an absent key, as in the original.
impl Properties {
    /// At least one.
    pub(super) fn addresses(&self) -> Result<Vec<Address>, InvalidSetting> {
        let mut addresses = Vec::new();
        for host in self.host.as_slice() {
            let address = Address::parse(host, self.port)?;
            if !addresses.contains(&address) {
                addresses.push(address);
            }
        }
        match addresses.len() {
            0 => Err(InvalidSetting::new("`host` is empty; name at least one member of the set")),
            1..=MOST_HOSTS => Ok(addresses),
            _ => {
                Err(InvalidSetting::new(format!("`host` names more than {MOST_HOSTS} hosts, and no replica set has more members")))
            }
        }
    }

    pub(super) fn username(&self) -> Option<&str> {
        filled(&self.username)
    }

    /// The login, if there is one.
    pub(super) fn credential(&self) -> Result<Option<Credential>, InvalidSetting> {
        let (username, password) = (self.username(), self.password.as_ref().map(Secret::expose).filter(|text| !text.is_empty()));
        match (self.auth_mechanism, username, password) {
            (Some(Mechanism::X509), _, Some(_)) => {
                return Err(InvalidSetting::new("`password` has no meaning with MONGODB-X509: the user proves itself with `cert`"));
            }
            (Some(Mechanism::X509), _, None) if self.tls()?.settings().is_none_or(|tls| tls.cert.is_none()) => {
                return Err(InvalidSetting::new("MONGODB-X509 needs TLS and a certificate; set `cert` and `key`"));
            }
            (Some(Mechanism::X509), _, None) | (_, Some(_), Some(_)) => {}
            (_, Some(_), None) => return Err(InvalidSetting::new("`username` needs a `password`")),
            (_, None, Some(_)) => return Err(InvalidSetting::new("`password` needs a `username`")),
            (Some(_), None, None) => return Err(InvalidSetting::new("`auth_mechanism` needs a `username` and a `password`")),
            (None, None, None) => return Ok(None),
        }
        if self.auth_mechanism == Some(Mechanism::Plain) && !matches!(self.tls()?, TlsMode::Always(_)) {
            return Err(InvalidSetting::new("PLAIN sends the password as it is; set `tls: true`"));
        }
        let source = match (filled(&self.auth_source), self.auth_mechanism) {
            (Some(source), _) => source,
            (None, Some(Mechanism::X509 | Mechanism::Plain)) => EXTERNAL,
            (None, _) => "admin",
        };
        let mut credential = Credential::default();
        credential.username = username.map(str::to_owned);
        credential.password = password.map(str::to_owned);
        credential.source = Some(source.to_owned());
        credential.mechanism = self.auth_mechanism.map(Mechanism::of_driver);
        Ok(Some(credential))
    }

    /// When to use TLS, and its settings.
    pub(super) fn tls(&self) -> Result<TlsMode<TlsSettings<'_>>, InvalidSetting> {
        let is_given = |secret: &Option<Secret>| secret.as_ref().is_some_and(|secret| !secret.expose().is_empty());
        let given = [("ca", self.ca().is_some()), ("cert", is_given(&self.cert)), ("key", is_given(&self.key))];
        let first = given.iter().find(|(_, given)| *given).map(|(name, _)| *name);
        let settings = TlsSettings {
            verify: self.verify,
            ca: self.ca(),
            cert: self.cert.as_ref().filter(|_| given[1].1),
            key: self.key.as_ref().filter(|_| given[2].1),
        };
        match (self.tls, first) {
            (Some(false), Some(name)) => {
                Err(InvalidSetting::new(format!("`{name}` has no meaning with `tls: false`; take one away")))
            }
            (Some(false), None) => Ok(TlsMode::Never),
            (Some(true), _) | (None, Some(_)) => Ok(TlsMode::Always(settings)),
            (None, None) => Ok(TlsMode::IfOffered(settings)),
        }
    }

    pub(super) fn replica_set(&self) -> Option<&str> {
        filled(&self.replica_set)
    }

    fn ca(&self) -> Option<&str> {
        self.ca.as_deref().filter(|pem| !pem.trim().is_empty())
    }
}

impl Data {
    /// In seconds.
    pub(super) fn max_lag(&self) -> Result<Option<f64>, InvalidSetting> {
        match self.max_lag {
            Some(lag) if !lag.is_finite() || lag < 0.0 => {
                Err(InvalidSetting::new("`max_lag` must be a number of seconds, 0 or more"))
            }
            lag => Ok(lag),
        }
    }
}

impl Mechanism {
    fn of_driver(self) -> AuthMechanism {
        match self {
            Self::ScramSha256 => AuthMechanism::ScramSha256,
            Self::ScramSha1 => AuthMechanism::ScramSha1,
            Self::X509 => AuthMechanism::MongoDbX509,
            Self::Plain => AuthMechanism::Plain,
        }
    }
}

fn filled(text: &Option<String>) -> Option<&str> {
    text.as_deref().filter(|text| !text.is_empty())
}

fn default_port() -> u16 {
    DEFAULT_PORT
}

fn default_verify() -> bool {
    true
}
