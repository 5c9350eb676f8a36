//! What `services.yaml` may say about a service of this type.

use crate::any_case;
use mongodb::options::{AuthMechanism, Credential};
use net::OneOrMany;
use net::mongodb::{Address, TlsMode};
use net::tls::TlsSettings;
use schemars::JsonSchema;
use serde::Deserialize;
use yaml::{InvalidSetting, Secret};

const DEFAULT_PORT: u16 = 27017;

/// As many as a replica set can have members.
const MOST_HOSTS: usize = 50;

/// The database in which MongoDB keeps users that it does not check itself.
const EXTERNAL: &str = "$external";

/// How to connect.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Properties {
    /// Members of the set, one or a list, each `host` or `host:port`. One is enough, for it knows the others; of several, one that
    /// does not answer does no harm. The row of a service that cannot be asked has the name of the first.
    host: OneOrMany,
    /// Port of the hosts that are given without one; 27017 when absent.
    #[serde(default = "default_port")]
    port: u16,
    /// `mongodb`, which is the only one.
    #[serde(default, rename = "protocol", deserialize_with = "any_case::lower")]
    _protocol: Protocol,
    /// User name. The user needs the role `clusterMonitor` on `admin`.
    username: Option<String>,
    /// Password of the user. It is proved to the server, and only sent to it with the mechanism `PLAIN`.
    password: Option<Secret>,
    /// Database that knows the user; when absent `admin`, or `$external` with the mechanisms `MONGODB-X509` and `PLAIN`.
    auth_source: Option<String>,
    /// How the user logs in; when absent the best that the server offers of `SCRAM-SHA-256` and `SCRAM-SHA-1`. `MONGODB-X509` takes
    /// the user from `cert`, and `PLAIN` (LDAP) needs `tls: true`.
    auth_mechanism: Option<Mechanism>,
    /// Whether to speak TLS. When absent, TLS is spoken if `ca`, `cert` or `key` is given, and else with each host that speaks it: one
    /// that does not is asked without, which no password is ever sent over as it is. Somebody between Platus and the host can pretend
    /// that it does not speak TLS; `true` prevents that.
    tls: Option<bool>,
    /// Authorities in PEM that are trusted for this service, besides those of the system.
    ca: Option<String>,
    /// Certificate of the client in PEM, followed by those of the intermediate authorities. Needs `key`.
    cert: Option<Secret>,
    /// Private key of `cert` in PEM, not encrypted. It stays in memory.
    key: Option<Secret>,
    /// Whether the certificate of the server is verified; `true` when absent. With `false`, the driver still verifies that the server has
    /// the key of its certificate, which fails for RSA keys below 2048 bits and for certificates that are not X.509 version 3.
    #[serde(default = "default_verify")]
    pub(super) verify: bool,
    /// Name of the replica set; when absent whatever name is right. Hosts that belong to another set are not believed.
    replica_set: Option<String>,
    /// Seconds for the whole check, fractions allowed; 30 when absent. Each host gets its part of it. The `timeout` of the service
    /// wins over it.
    // The house reads it and hands it on in `Host`.
    #[serde(rename = "timeout")]
    _timeout: Option<f64>,
}

/// What to check.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Data {
    /// Seconds by which a secondary may be behind the primary, fractions allowed; more is `unhealthy`. When absent the lag is shown
    /// and not judged. The delay of a member that is delayed on purpose does not count, if the user may read the configuration of the
    /// set. A set in which nobody writes makes an entry every 10 seconds only, so less than that can be exceeded by chance.
    max_lag: Option<f64>,
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Protocol {
    #[default]
    Mongodb,
}

/// How the user proves who it is.
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

/// An empty text in the file means the same as an absent key, as it did in Python.
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

    /// How to log in, when that is wanted.
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

    /// When to speak TLS, and what to trust and to show.
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
