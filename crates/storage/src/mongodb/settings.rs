//! What `persistent_data_backend.data` may say with the type `mongodb`.

use mongodb::options::{Credential, ServerAddress};
use net::OneOrMany;
use net::mongodb::{Address as MongoDbAddress, ClientTls as MongoDbTls, TlsMode as MongoDbTlsMode};
use schemars::JsonSchema;
use serde::Deserialize;
use yaml::Secret;

const DEFAULT_PORT: u16 = 27017;

/// Bytes that the name of a database may have.
const LONGEST_NAME: usize = 63;

/// The database and the login.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// A standalone server, or members of a replica set, one or a list, each `host` or `host:port`. One member is enough while it is up. The
    /// member names in the set must be reachable from Platus.
    host: OneOrMany,
    /// Port of hosts without a port. Default: 27017.
    #[serde(default = "default_port")]
    port: u16,
    /// User name. The user needs the role `readWrite` on `database`. Without it, Platus does not log in.
    username: Option<String>,
    /// Password of the user. It is never sent to the server.
    password: Option<Secret>,
    /// Database that holds the user. Default: `admin`.
    auth_source: Option<String>,
    /// Name of the replica set. Default: any. Members of other sets are rejected.
    replica_set: Option<String>,
    /// Database that only Platus uses. Default: `platus`. Only one Platus at a time may write to it.
    #[serde(default = "default_database")]
    database: String,
    /// Use TLS. Without the key: with `ca`, always; else if all hosts that answer support it. Set `true` to prevent a downgrade by an attacker
    /// on the network.
    tls: Option<bool>,
    /// Certificate authorities in PEM to trust in addition to those of the system.
    ca: Option<String>,
    /// Verify the certificate of the server. Default: `true`.
    #[serde(default = "default_verify")]
    verify: bool,
}

/// The checked settings.
pub struct Access {
    /// At least one.
    pub hosts: Vec<ServerAddress>,
    pub credential: Option<Credential>,
    pub replica_set: Option<String>,
    pub database: String,
    /// The same hosts, for connections without the driver.
    pub(super) addresses: Vec<MongoDbAddress>,
    pub(super) tls: MongoDbTlsMode,
}

/// An empty text means the same as an absent key.
impl Settings {
    /// Errors say which key is wrong, and hold no secret.
    pub fn access(&self) -> Result<Access, String> {
        let addresses = self.addresses()?;
        let server =
            |address: &MongoDbAddress| ServerAddress::Tcp { host: address.host.lookup().to_owned(), port: Some(address.port) };
        Ok(Access {
            hosts: addresses.iter().map(server).collect(),
            addresses,
            credential: self.credential()?,
            replica_set: filled(&self.replica_set).map(str::to_owned),
            database: self.database()?.to_owned(),
            tls: self.tls()?,
        })
    }

    /// Whether the certificate of the server is verified.
    pub fn verifies(&self) -> bool {
        self.verify
    }

    fn addresses(&self) -> Result<Vec<MongoDbAddress>, String> {
        let mut hosts = Vec::new();
        for host in self.host.as_slice() {
            let address = MongoDbAddress::parse(host, self.port).map_err(|error| error.to_string())?;
            if !hosts.contains(&address) {
                hosts.push(address);
            }
        }
        if hosts.is_empty() { Err("`host` is empty; name the server, or members of the set".to_owned()) } else { Ok(hosts) }
    }

    fn credential(&self) -> Result<Option<Credential>, String> {
        let password = self.password.as_ref().map(Secret::expose).filter(|password| !password.is_empty());
        let (username, password) = match (filled(&self.username), password) {
            (Some(username), Some(password)) => (username, password),
            (Some(_), None) => return Err("`username` needs a `password`".to_owned()),
            (None, Some(_)) => return Err("`password` needs a `username`".to_owned()),
            (None, None) => return Ok(None),
        };
        let mut credential = Credential::default();
        credential.username = Some(username.to_owned());
        credential.password = Some(password.to_owned());
        credential.source = Some(filled(&self.auth_source).unwrap_or("admin").to_owned());
        Ok(Some(credential))
    }

    fn database(&self) -> Result<&str, String> {
        let name = self.database.as_str();
        let is_wrong = name.is_empty() || name.len() > LONGEST_NAME || name.contains(['/', '\\', '.', ' ', '"', '$', '\0']);
        if is_wrong {
            Err(format!("`database` must be the name of a database: 1 to {LONGEST_NAME} bytes, and none of / \\ . \" $ or a space"))
        } else if ["admin", "local", "config"].contains(&name) {
            Err(format!("the database `{name}` belongs to MongoDB itself; name another one as `database`"))
        } else {
            Ok(name)
        }
    }

    fn tls(&self) -> Result<MongoDbTlsMode, String> {
        let ca = self.ca.as_deref().filter(|pem| !pem.trim().is_empty());
        let settings = || MongoDbTls::trusting(ca, self.verify).map_err(|error| error.to_string());
        match (self.tls, ca) {
            (Some(false), Some(_)) => Err("`ca` has no meaning with `tls: false`; take one away".to_owned()),
            (Some(false), None) => Ok(MongoDbTlsMode::Never),
            (Some(true), _) | (None, Some(_)) => Ok(MongoDbTlsMode::Always(settings()?)),
            (None, None) => Ok(MongoDbTlsMode::IfOffered(settings()?)),
        }
    }
}

fn filled(text: &Option<String>) -> Option<&str> {
    text.as_deref().filter(|text| !text.is_empty())
}

fn default_port() -> u16 {
    DEFAULT_PORT
}

fn default_database() -> String {
    "platus".to_owned()
}

fn default_verify() -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use yaml::parse;

    fn read(yaml: &str) -> Result<Access, String> {
        let document = parse("config.yaml", &format!("data: {yaml}")).unwrap();
        document.get("data").unwrap().read::<Settings>().map_err(|error| error.to_string())?.access()
    }

    #[track_caller]
    fn check_refused(yaml: &str, expect: &str) {
        let error = read(yaml).err().unwrap();
        assert!(error.contains(expect) && !error.contains("marker"), "{yaml}: {error}");
    }

    #[test]
    fn little_is_enough() {
        let access = read("{host: db.test}").unwrap();
        assert_eq!(access.hosts, [ServerAddress::Tcp { host: "db.test".to_owned(), port: Some(27017) }]);
        assert_eq!((access.database.as_str(), access.replica_set), ("platus", None));
        assert!(access.credential.is_none() && matches!(access.tls, MongoDbTlsMode::IfOffered(_)));
    }

    #[test]
    fn all_may_be_said() {
        let access = read(
            "{host: ['a:1', b, b], port: 2, username: u, password: p, auth_source: s, replica_set: r, database: d, tls: true, \
             verify: false}",
        )
        .unwrap();
        let host = |host: &str, port| ServerAddress::Tcp { host: host.to_owned(), port: Some(port) };
        assert_eq!(access.hosts, [host("a", 1), host("b", 2)]);
        let credential = access.credential.unwrap();
        assert_eq!((credential.username.as_deref(), credential.source.as_deref()), (Some("u"), Some("s")));
        assert_eq!((access.database.as_str(), access.replica_set.as_deref()), ("d", Some("r")));
        assert!(matches!(access.tls, MongoDbTlsMode::Always(_)));
        assert!(matches!(read("{host: a, tls: false}").unwrap().tls, MongoDbTlsMode::Never));
    }

    #[test]
    fn what_does_not_fit_is_refused_without_a_secret() {
        check_refused("{host: []}", "`host` is empty");
        check_refused("{host: 'mongodb://u:marker@db.test'}", "`host` must be a name or an address");
        check_refused("{host: a, username: u}", "`username` needs a `password`");
        check_refused("{host: a, password: marker}", "`password` needs a `username`");
        check_refused("{host: a, database: a.b}", "`database` must be the name of a database");
        check_refused("{host: a, database: local}", "belongs to MongoDB itself");
        check_refused("{host: a, tls: false, ca: x}", "`ca` has no meaning");
        check_refused("{host: a, uri: x}", "uri");
    }
}
