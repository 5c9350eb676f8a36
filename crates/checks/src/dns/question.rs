//! DNS queries.

use super::answer::{Answer, cause};
use super::values::RecordType;
use crate::CheckError;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverOpts, ServerOrderingStrategy};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::xfer::{DnsHandle, FirstAnswer};
use hickory_resolver::proto::op::{DnsRequestOptions, DnsResponse, Query};
use hickory_resolver::proto::rr::Name;
use hickory_resolver::system_conf::read_system_conf;
use hickory_resolver::{NameServerPool, PoolContext, TlsConfig};
use net::deadline::Deadline;
use net::host::lacks_zone;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::spawn_blocking;
use yaml::InvalidSetting;

const DNS_PORT: u16 = 53;

/// After this time all servers are queried again, since a datagram may be lost. The library has sent four by then.
const ATTEMPT: Duration = Duration::from_secs(5);

/// The DNS servers of a service; empty for those of the system.
#[derive(Debug)]
pub(super) struct Servers(Vec<SocketAddr>);

impl Servers {
    pub(super) fn new(addresses: &[String]) -> Result<Self, InvalidSetting> {
        Ok(Self(addresses.iter().map(|address| server(address)).collect::<Result<_, _>>()?))
    }

    /// The file of the system is read each time, since it changes with the network of the machine.
    async fn addresses(&self) -> Result<Vec<SocketAddr>, CheckError> {
        if !self.0.is_empty() {
            return Ok(self.0.clone());
        }
        let unreadable = |reason: String| CheckError::new(format!("the resolvers of this system are unknown: {}", cause(&reason)));
        let system = spawn_blocking(read_system_conf).await.map_err(|error| unreadable(error.to_string()))?;
        let (config, _) = system.map_err(|error| unreadable(error.to_string()))?;
        Ok(config.name_servers().iter().map(|server| SocketAddr::new(server.ip, DNS_PORT)).collect())
    }
}

/// `ADDRESS` or `ADDRESS:PORT`.
fn server(text: &str) -> Result<SocketAddr, InvalidSetting> {
    let text = text.trim();
    let bare: Option<IpAddr> = text.trim_start_matches('[').trim_end_matches(']').parse().ok();
    let address = text.parse().ok().or_else(|| bare.map(|address| SocketAddr::new(address, DNS_PORT)));
    if let Some(address) = address.filter(lacks_zone) {
        let message = format!(
            "`server` holds {}, a link-local address, which cannot be asked here; give another of its addresses",
            address.ip()
        );
        return Err(InvalidSetting::new(message));
    }
    address.ok_or_else(|| {
        InvalidSetting::new(format!("`server` holds `{text}`; expected an address such as 192.0.2.53 or [2001:db8::53]:5353"))
    })
}

/// A record type and a name.
#[derive(Debug)]
pub(super) struct Question {
    name: Name,
    record: RecordType,
}

impl Question {
    pub(super) fn new(host: &str, record: RecordType) -> Result<Self, InvalidSetting> {
        let mut name = match host.parse::<IpAddr>() {
            Ok(address) if record == RecordType::Ptr => Name::from(address),
            Ok(_) => return Err(InvalidSetting::new("`host` must be a name; only `record: PTR` asks for an address")),
            Err(_) => Name::from_str_relaxed(host.trim())
                .ok()
                .filter(|name| !host.trim().is_empty() && !host.contains(char::is_whitespace) && name.num_labels() > 0)
                .ok_or_else(|| InvalidSetting::new("`host` must be a name that DNS can hold, such as example.org"))?,
        };
        name.set_fqdn(true);
        Ok(Self { name, record })
    }

    /// Queries all servers until the first answers.
    pub(super) async fn ask(&self, servers: &Servers, deadline: Deadline) -> Result<Answer, CheckError> {
        let servers = servers.addresses().await?;
        let named = servers.iter().map(SocketAddr::to_string).collect::<Vec<_>>().join(", ");
        match deadline.wait_for(self.ask_until_answered(&servers)).await {
            Ok(response) => Answer::read(&self.name, self.record, response, &named),
            Err(late) => Err(CheckError::new(format!("no answer from {named} {late}"))),
        }
    }

    /// Keeps neither answers, which would hide changes, nor connections from one check to the next.
    async fn ask_until_answered(&self, servers: &[SocketAddr]) -> Result<DnsResponse, NetError> {
        let mut options = ResolverOpts::default();
        options.timeout = ATTEMPT;
        options.num_concurrent_reqs = servers.len();
        options.server_ordering_strategy = ServerOrderingStrategy::UserProvidedOrder;
        let context = Arc::new(PoolContext::new(options, TlsConfig::new()?));
        let servers = servers.iter().map(|server| connections(*server));
        let pool = NameServerPool::from_config(servers, context, TokioRuntimeProvider::default());
        loop {
            let query = Query::query(self.name.clone(), self.record.on_the_wire());
            match pool.lookup(query, DnsRequestOptions::default()).first_answer().await {
                Err(NetError::Timeout) => {}
                answer => return answer,
            }
        }
    }
}

/// UDP first, and TCP for answers that are too long.
fn connections(server: SocketAddr) -> NameServerConfig {
    let at = |mut connection: ConnectionConfig| {
        connection.port = server.port();
        connection
    };
    NameServerConfig::new(server.ip(), true, vec![at(ConnectionConfig::udp()), at(ConnectionConfig::tcp())])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_addresses() {
        for (text, expected) in [
            ("192.0.2.53", Some("192.0.2.53:53")),
            ("192.0.2.53:5353", Some("192.0.2.53:5353")),
            ("2001:db8::53", Some("[2001:db8::53]:53")),
            ("[2001:db8::53]", Some("[2001:db8::53]:53")),
            ("[2001:db8::53]:5353", Some("[2001:db8::53]:5353")),
            ("ns.example.org", None),
            ("192.0.2.53:", None),
        ] {
            assert_eq!(server(text).ok(), expected.map(|address| address.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn names_are_whole() {
        for (host, record, expected) in [
            ("example.org", RecordType::A, Some("example.org.")),
            ("example.org.", RecordType::A, Some("example.org.")),
            ("db", RecordType::A, Some("db.")),
            ("_sip._tcp.example.org", RecordType::Srv, Some("_sip._tcp.example.org.")),
            ("bücher.example", RecordType::A, Some("xn--bcher-kva.example.")),
            ("192.0.2.1", RecordType::Ptr, Some("1.2.0.192.in-addr.arpa.")),
            ("192.0.2.1", RecordType::A, None),
            ("", RecordType::A, None),
            ("a b", RecordType::A, None),
            ("a..b", RecordType::A, None),
        ] {
            let name = Question::new(host, record).ok().map(|question| question.name.to_ascii());
            assert_eq!(name.as_deref(), expected, "{host}");
        }
    }
}
