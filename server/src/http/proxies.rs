//! Which proxies are trusted, and what they say about the client of a request.

use super::forwarded;
use axum::http::HeaderMap;
use ipnet::IpNet;
use std::net::IpAddr;
use std::sync::Once;

/// The proxies whose forwarding headers are believed (`trusted_proxies`).
#[derive(Clone, Debug, Default)]
pub struct Proxies(pub Vec<IpNet>);

impl Proxies {
    /// The address of the client: the peer, or what a trusted proxy forwards. Of a chain of proxies, the last address counts that is
    /// not a trusted proxy's; entries before it may have been sent by anyone. A trusted proxy that forwards no address stands for its
    /// clients.
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer.to_canonical();
        if !self.is_trusted(client) {
            if forwarded::has_clients(headers) {
                warn_of(client);
            }
            return client;
        }
        for forwarded in forwarded::clients(headers) {
            let Some(address) = forwarded else { break };
            client = address;
            if !self.is_trusted(client) {
                break;
            }
        }
        client
    }

    /// The hosts to which the browser sent the request, as a trusted proxy forwards them; none from any other peer.
    pub fn hosts(&self, peer: IpAddr, headers: &HeaderMap) -> Vec<String> {
        if self.is_trusted(peer) { forwarded::hosts(headers) } else { Vec::new() }
    }

    /// Whether the forwarding headers of this peer are believed.
    pub(super) fn is_trusted(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        // A network of IPv4 may be written as one of IPv6 that maps it.
        let mapped = match address {
            IpAddr::V4(address) => Some(IpAddr::V6(address.to_ipv6_mapped())),
            IpAddr::V6(_) => None,
        };
        self.0.iter().any(|network| network.contains(&address) || mapped.is_some_and(|mapped| network.contains(&mapped)))
    }
}

/// Logs, once, that a peer seems to be a proxy that is missing in the configuration: nothing else shows that all its clients count as
/// one. Any client can send such a header, so it is a hint and no more.
fn warn_of(peer: IpAddr) {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        tracing::warn!(
            %peer,
            "Forwarding headers of a peer are ignored, since it is not in `trusted_proxies`. If it is a reverse proxy, add it: until \
             then all its clients count as one when wrong passwords are limited."
        );
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderName, HeaderValue};
    use proptest::prelude::*;

    fn proxies(trusted: &[&str]) -> Proxies {
        Proxies(trusted.iter().map(|network| network.parse().unwrap()).collect())
    }

    fn client(proxies: &Proxies, peer: &str, name: &'static str, lines: &[&str]) -> String {
        let value = |line: &&str| (HeaderName::from_static(name), HeaderValue::from_bytes(line.as_bytes()).unwrap());
        proxies.client(peer.parse().unwrap(), &lines.iter().map(value).collect()).to_string()
    }

    #[track_caller]
    fn check(trusted: &[&str], peer: &str, forwarded: &[&str], expected: &str) {
        assert_eq!(client(&proxies(trusted), peer, "x-forwarded-for", forwarded), expected, "{forwarded:?}");
        let each = |line: &&str| line.split(',').map(|it| format!("for=\"{}\"", it.trim())).collect::<Vec<_>>().join(", ");
        let standard: Vec<_> = forwarded.iter().map(each).collect();
        let standard: Vec<&str> = standard.iter().map(String::as_str).collect();
        assert_eq!(client(&proxies(trusted), peer, "forwarded", &standard), expected, "{standard:?}");
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        check(&[], "10.0.0.1", &["192.0.2.7"], "10.0.0.1");
        check(&["10.0.0.0/8"], "10.0.0.1", &["192.0.2.7"], "192.0.2.7");
        check(&["10.0.0.0/8"], "172.16.0.1", &["192.0.2.7"], "172.16.0.1");
        check(&["10.0.0.0/8"], "10.0.0.1", &[], "10.0.0.1");
        // What the client itself has sent stands first, and is not believed.
        check(&["10.0.0.0/8"], "10.0.0.1", &["127.0.0.1, 192.0.2.7, 10.0.0.2"], "192.0.2.7");
        check(&["10.0.0.0/8"], "10.0.0.1", &["127.0.0.1", "192.0.2.7"], "192.0.2.7");
        check(&["10.0.0.0/8"], "10.0.0.1", &["192.0.2.7, nonsense"], "10.0.0.1");
        check(&["10.0.0.0/8"], "10.0.0.1", &["192.0.2.7, unknown, 10.0.0.2:80"], "10.0.0.2");
        let with_empty = client(&proxies(&["10.0.0.0/8"]), "10.0.0.1", "x-forwarded-for", &["127.0.0.1, 192.0.2.7,, ", ""]);
        assert_eq!(with_empty, "192.0.2.7");
        check(&["10.0.0.0/8"], "10.0.0.1", &["192.0.2.7, [10.0.0.2]:80"], "192.0.2.7");
        check(&["::1/128"], "::1", &["[2001:db8::1]:4711"], "2001:db8::1");
        check(&["10.0.0.0/8"], "::ffff:10.0.0.1", &["192.0.2.7:4711"], "192.0.2.7");
        check(&["::ffff:10.0.0.0/104"], "10.0.0.1", &["192.0.2.7"], "192.0.2.7");
        check(&["fe80::/10"], "fe80::1", &["192.0.2.7, fe80::2%eth0"], "192.0.2.7");
    }

    #[test]
    fn hosts_are_believed_of_trusted_proxies_only() {
        let headers = HeaderMap::from_iter([(HeaderName::from_static("x-forwarded-host"), HeaderValue::from_static("platus.lan"))]);
        let proxies = proxies(&["10.0.0.0/8"]);
        assert_eq!(proxies.hosts("::ffff:10.0.0.1".parse().unwrap(), &headers), ["platus.lan"]);
        assert!(proxies.hosts("192.0.2.1".parse().unwrap(), &headers).is_empty());
    }

    fn header() -> impl Strategy<Value = (HeaderName, HeaderValue)> {
        let name = prop_oneof![Just("x-forwarded-for"), Just("forwarded"), Just("x-forwarded-proto"), Just("x-forwarded-host")];
        // Much of it is made of what has a meaning here, and the rest of anything.
        let piece = prop_oneof![
            "[\",;=\\\\\\[\\]:% ]".prop_map(String::into_bytes),
            "for=|10\\.0\\.0\\.[1-3]|192\\.0\\.2\\.[1-3]|\\[2001:db8::[1-3]\\]|unknown|_x|:80".prop_map(String::into_bytes),
            prop::collection::vec(any::<u8>().prop_filter("a byte of a header", |byte| *byte >= 32 && *byte != 127), 1..4),
        ];
        let value = prop::collection::vec(piece, 0..24).prop_map(|pieces| HeaderValue::from_bytes(&pieces.concat()).unwrap());
        (name.prop_map(HeaderName::from_static), value)
    }

    proptest! {
        /// Whatever a client sends, an untrusted peer stays itself, and what a trusted one appends counts.
        #[test]
        fn no_address_beyond_an_untrusted_hop_is_taken(sent in prop::collection::vec(header(), 0..6)) {
            let proxies = proxies(&["10.0.0.0/8"]);
            let sent: HeaderMap = sent.into_iter().collect();
            let (peer, proxy, hop) = ("198.51.100.1".parse().unwrap(), "10.0.0.9".parse().unwrap(), "198.51.100.7");
            prop_assert_eq!(proxies.client(peer, &sent), peer);
            prop_assert!(proxies.hosts(peer, &sent).is_empty());
            super::super::forwarded::scheme(&sent);
            // A proxy appends to the last line, as nginx does, or adds a line, as Apache does.
            for (name, appended) in [("x-forwarded-for", format!("{hop}:80")), ("forwarded", format!("proto=http;for=\"{hop}\""))] {
                let mut headers = sent.clone();
                headers.remove("x-forwarded-for");
                sent.get_all("x-forwarded-for").iter().filter(|_| name == "x-forwarded-for").for_each(|value| {
                    headers.append("x-forwarded-for", value.clone());
                });
                let mut added = headers.clone();
                added.append(name, appended.parse().unwrap());
                prop_assert_eq!(proxies.client(proxy, &added).to_string(), hop);
                let lines: Vec<_> = headers.get_all(name).iter().cloned().collect();
                headers.remove(name);
                let joined = [lines.iter().map(HeaderValue::as_bytes).collect::<Vec<_>>().join(&b", "[..]), appended.into_bytes()];
                headers.append(name, HeaderValue::from_bytes(&joined.join(&b", "[..])).unwrap());
                prop_assert_eq!(proxies.client(proxy, &headers).to_string(), hop);
            }
        }
    }
}
