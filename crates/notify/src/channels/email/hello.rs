//! The name by which this host introduces itself.

use crate::ChannelError;
use lettre::transport::smtp::extension::ClientId;
use std::fs;
use std::net::{IpAddr, Ipv4Addr};
use tokio::net::TcpStream;
use url::Host;

/// Names of hosts, as `hostname -f` reads it.
const HOSTS: &str = "/etc/hosts";

/// Longest name of a host in the DNS, in bytes.
const LONGEST: usize = 253;

/// The key `hello`: a name, an address, or an address literal such as `[192.0.2.1]`.
pub(super) fn configured(text: &str) -> Result<ClientId, ChannelError> {
    let plain = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let plain = plain.strip_prefix("IPv6:").unwrap_or(plain);
    if let Ok(address) = plain.parse::<IpAddr>() {
        return Ok(literal(address));
    }
    let name = (plain == text).then(|| domain(text)).flatten();
    name.map(ClientId::Domain)
        .ok_or_else(|| ChannelError("`hello` is no name of a host; it looks like monitor.example.org or [192.0.2.1]".to_owned()))
}

/// The full name of this host, if the system knows one.
pub(super) fn full_name() -> Option<ClientId> {
    let system = rustix::system::uname();
    let node = system.nodename().to_str().ok()?;
    let hosts = if node.contains('.') { String::new() } else { fs::read_to_string(HOSTS).unwrap_or_default() };
    qualified(node, &hosts).and_then(domain).map(ClientId::Domain)
}

/// The address of this end: RFC 5321 wants it from a host that has no name in the DNS.
pub(super) fn address(stream: &TcpStream) -> ClientId {
    literal(stream.local_addr().map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |address| address.ip()))
}

fn literal(address: IpAddr) -> ClientId {
    match address.to_canonical() {
        IpAddr::V4(address) => ClientId::Ipv4(address),
        IpAddr::V6(address) => ClientId::Ipv6(address),
    }
}

/// The name with its domain: of the system, or of the line in the hosts file that has the short one. Names that every host has are none.
fn qualified<'a>(node: &'a str, hosts: &'a str) -> Option<&'a str> {
    let lines = hosts.lines().map(|line| line.split('#').next().unwrap_or_default());
    let names = lines.map(|line| line.split_whitespace().skip(1).collect::<Vec<_>>());
    let own = names.filter(|names| names.iter().any(|name| name.eq_ignore_ascii_case(node))).flatten();
    let is_full = |name: &&str| {
        let (host, domain) = name.split_once('.').unwrap_or_default();
        let of_node = host.eq_ignore_ascii_case(node.split('.').next().unwrap_or_default());
        of_node && !domain.is_empty() && !host.eq_ignore_ascii_case("localhost") && !domain.eq_ignore_ascii_case("localdomain")
    };
    [node].into_iter().chain(own).find(is_full)
}

/// A name as it is in the DNS. Nothing in it ends the command in which it is sent.
fn domain(text: &str) -> Option<String> {
    let Ok(Host::Domain(name)) = Host::parse(text) else { return None };
    let is_name = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    Some(name).filter(|name| !name.is_empty() && name.len() <= LONGEST && is_name(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_or_an_address_can_be_given() {
        for (text, expected) in [
            ("monitor.example.org", "monitor.example.org"),
            ("Käse.test", "xn--kse-qla.test"),
            ("monitor", "monitor"),
            ("192.0.2.1", "[192.0.2.1]"),
            ("[192.0.2.1]", "[192.0.2.1]"),
            ("2001:db8::1", "[IPv6:2001:db8::1]"),
            ("[IPv6:2001:db8::1]", "[IPv6:2001:db8::1]"),
            ("[2001:db8::1]", "[IPv6:2001:db8::1]"),
        ] {
            assert_eq!(configured(text).unwrap().to_string(), expected);
        }
        for wrong in
            ["", "a b", "a\r\nMAIL FROM:<b>", "[monitor]", "IPv6:monitor", "https://monitor", "a@b", "a'b", &"a".repeat(300)]
        {
            assert!(configured(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn the_name_of_the_host_has_its_domain() {
        let hosts = "127.0.0.1 localhost localhost.localdomain\n127.0.1.1 Web1.example.org web1 # us\n::1 web1.v6.test web1\n";
        for (node, expected) in [
            ("web1.lan", Some("web1.lan")),
            ("web1", Some("Web1.example.org")),
            ("web", None),
            ("3f2a9c7d1b2e", None),
            ("localhost", None),
            ("localhost.localdomain", None),
            ("web1.localdomain", None),
            ("", None),
        ] {
            assert_eq!(qualified(node, hosts), expected, "{node}");
        }
        assert_eq!(qualified("web1", "127.0.1.1 web1\n"), None);
    }
}
