//! The host of a target, in the one form that checks, channels and stores share.

use rustls::pki_types::ServerName;
use std::fmt;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use url::{Host, Url};

/// A name or an address, in all forms in which it is needed.
///
/// International names (`münchen.example`) are looked up in their ASCII form. IPv6 addresses may have brackets and a zone
/// (`fe80::1%eth0`, or `[fe80::1%25eth0]` as in URLs).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HostName {
    /// As it was written, without brackets.
    shown: String,
    /// The form for the resolver and for certificates.
    lookup: String,
    /// The address without its zone; absent for a name.
    address: Option<IpAddr>,
}

impl HostName {
    /// A text that is neither a name nor an address is kept: resolving it fails with a message.
    pub fn new(text: &str) -> Self {
        let text = text.trim();
        let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
        if let Some((address, zone)) = zoned(bare) {
            let lookup = format!("{address}%{zone}");
            return Self { shown: lookup.clone(), lookup, address: Some(address.into()) };
        }
        let address = bare.parse().ok();
        let lookup = if bare.is_ascii() { None } else { in_ascii(bare) };
        Self { shown: bare.to_owned(), lookup: lookup.unwrap_or_else(|| bare.to_owned()), address }
    }

    /// The form for the resolver: a name in ASCII, or an address with its zone.
    pub fn lookup(&self) -> &str {
        &self.lookup
    }

    /// The address without its zone; `None` for a name.
    pub fn address(&self) -> Option<IpAddr> {
        self.address
    }

    /// The address, if it has no zone and so needs no resolver.
    pub fn plain_address(&self) -> Option<IpAddr> {
        self.address.filter(|_| !self.lookup.contains('%'))
    }

    /// The form in a URL: IPv6 addresses in brackets, without their zone, which means nothing to the server.
    pub fn in_url(&self) -> String {
        match self.address {
            Some(IpAddr::V6(address)) => format!("[{address}]"),
            _ => self.lookup.clone(),
        }
    }

    /// The name that a certificate must have; `None` if no certificate can have it.
    pub fn server_name(&self) -> Option<ServerName<'static>> {
        match self.address {
            Some(address) => Some(ServerName::IpAddress(address.into())),
            None => ServerName::try_from(self.lookup.clone()).ok(),
        }
    }

    /// `host:port`, for messages.
    pub fn with_port(&self, port: u16) -> String {
        format!("{self}:{port}")
    }
}

/// As it was written, and addresses of IPv6 in brackets.
impl fmt::Display for HostName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.address {
            Some(IpAddr::V6(_)) => write!(f, "[{}]", self.shown),
            _ => f.write_str(&self.shown),
        }
    }
}

/// Reads a URL and its host, which may have a zone. URLs themselves cannot hold one (RFC 6874 is obsolete).
pub fn parse_url(text: &str) -> Option<(Url, HostName)> {
    let text = text.trim();
    let host = text.split_once("://").and_then(|(_, rest)| rest.split(['/', '?', '#']).next()).unwrap_or_default();
    let bracketed = host.rsplit('@').next().unwrap_or_default().split_inclusive(']').next().unwrap_or_default();
    if bracketed.starts_with('[') && bracketed.contains('%') {
        let named = HostName::new(bracketed);
        return Url::parse(&text.replacen(bracketed, &named.in_url(), 1)).ok().map(|url| (url, named));
    }
    let url = Url::parse(text).ok().filter(Url::has_host)?;
    let host = HostName::new(url.host_str().unwrap_or_default());
    Some((url, host))
}

/// Whether a link-local address has no zone.
pub fn lacks_zone(address: &SocketAddr) -> bool {
    matches!(address, SocketAddr::V6(address) if address.ip().is_unicast_link_local() && address.scope_id() == 0)
}

/// How to write the host of `server`, which is `host:port`, if its zone is missing.
pub fn zone_advice(server: &str) -> Option<String> {
    let address = server.parse().ok().filter(lacks_zone)?.ip();
    Some(format!(
        "{address} is a link-local address, which needs the zone of a network interface: write it as `{address}%eth0`, with the name \
         of the interface in place of eth0"
    ))
}

/// The parts of an IPv6 address with a zone. URLs write the `%` as `%25`.
fn zoned(text: &str) -> Option<(Ipv6Addr, &str)> {
    let (address, zone) = text.split_once('%')?;
    let zone = zone.strip_prefix("25").filter(|rest| !rest.is_empty()).unwrap_or(zone);
    let is_zone = !zone.is_empty() && zone.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~:@".contains(&byte));
    address.parse().ok().filter(|_| is_zone).map(|address| (address, zone))
}

/// The ASCII form of an international name.
fn in_ascii(name: &str) -> Option<String> {
    match Host::parse(name) {
        Ok(Host::Domain(name)) => Some(name),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, shown: &str, lookup: &str, in_url: &str) {
        let host = HostName::new(text);
        assert_eq!((host.to_string().as_str(), host.lookup(), host.in_url().as_str()), (shown, lookup, in_url), "{text}");
        assert_eq!(host.with_port(80), format!("{shown}:80"));
    }

    #[test]
    fn hosts_have_the_forms_that_are_needed() {
        check("shop.example.org", "shop.example.org", "shop.example.org", "shop.example.org");
        check(" my_service ", "my_service", "my_service", "my_service");
        check("münchen.example", "münchen.example", "xn--mnchen-3ya.example", "xn--mnchen-3ya.example");
        check("MÜNCHEN.example", "MÜNCHEN.example", "xn--mnchen-3ya.example", "xn--mnchen-3ya.example");
        check("例え.テスト", "例え.テスト", "xn--r8jz45g.xn--zckzah", "xn--r8jz45g.xn--zckzah");
        check("192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.1");
        check("::1", "[::1]", "::1", "[::1]");
        check("[::1]", "[::1]", "::1", "[::1]");
        for zoned in ["fe80::1%eth0", "[fe80::1%eth0]", "fe80::1%25eth0", "[fe80::1%25eth0]"] {
            check(zoned, "[fe80::1%eth0]", "fe80::1%eth0", "[fe80::1]");
        }
        check("fe80::1%25", "[fe80::1%25]", "fe80::1%25", "[fe80::1]");
        check("no such name", "no such name", "no such name", "no such name");
        check("fe80::1%", "fe80::1%", "fe80::1%", "fe80::1%");
    }

    #[test]
    fn link_local_addresses_need_a_zone() {
        let advice = zone_advice("[fe80::1]:80").unwrap();
        assert!(advice.starts_with("fe80::1 is a link-local address") && advice.contains("`fe80::1%eth0`"), "{advice}");
        for well in ["[fe80::1%2]:80", "[fe80::1%eth0]:80", "[2001:db8::1]:80", "192.0.2.1:80", "fe80.test:80"] {
            assert_eq!(zone_advice(well), None, "{well}");
        }
    }

    #[test]
    fn urls_have_hosts_with_zones() {
        for (text, url, host) in [
            ("https://[fe80::1%25eth0]:8443/a?b=%20", "https://[fe80::1]:8443/a?b=%20", "[fe80::1%eth0]"),
            ("http://user@[fe80::1%eth0]/", "http://user@[fe80::1]/", "[fe80::1%eth0]"),
            ("http://[::1]/%25", "http://[::1]/%25", "[::1]"),
            ("https://münchen.example/", "https://xn--mnchen-3ya.example/", "xn--mnchen-3ya.example"),
        ] {
            let (read, named) = parse_url(text).unwrap();
            assert_eq!((read.as_str(), named.to_string().as_str()), (url, host));
        }
        assert!(parse_url("http://[fe80::1%25 eth0]/").is_none() && parse_url("fe80::1").is_none());
    }

    #[test]
    fn certificates_are_for_names_and_addresses_without_zone() {
        let name = |text| HostName::new(text).server_name().map(|name| name.to_str().into_owned());
        assert_eq!(name("münchen.example").as_deref(), Some("xn--mnchen-3ya.example"));
        assert_eq!(name("[fe80::1%25eth0]").as_deref(), Some("fe80::1"));
        assert_eq!(name("192.0.2.1").as_deref(), Some("192.0.2.1"));
        assert_eq!(name("no such name"), None);
        assert!(HostName::new("fe80::1%eth0").plain_address().is_none() && HostName::new("::1").plain_address().is_some());
    }
}
