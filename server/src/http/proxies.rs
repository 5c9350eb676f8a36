//! Whose address counts when there are proxies in front.

use axum::http::{HeaderMap, HeaderName};
use ipnet::IpNet;
use std::net::IpAddr;

/// The proxies whose word is taken for where a request comes from (`trusted_proxies`).
#[derive(Clone, Debug, Default)]
pub struct Proxies(pub Vec<IpNet>);

impl Proxies {
    /// The address of whoever has sent this: the peer, or what a trusted proxy says. Of a chain of proxies the last address counts
    /// that is none of ours: what stands before it may have been sent by anybody.
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let told = headers.get_all(HeaderName::from_static("x-forwarded-for")).iter().filter_map(|value| value.to_str().ok());
        let chain: Vec<&str> = told.flat_map(|value| value.split(',')).map(str::trim).collect();
        let mut client = peer.to_canonical();
        for address in chain.iter().rev() {
            if !self.is_trusted(client) {
                break;
            }
            match address.parse::<IpAddr>() {
                Ok(address) => client = address.to_canonical(),
                Err(_) => break,
            }
        }
        client
    }

    /// Whether the word of whoever has this address is taken.
    pub(super) fn is_trusted(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(trusted: &[&str], peer: &str, forwarded: &[&str], expected: &str) {
        let proxies = Proxies(trusted.iter().map(|network| network.parse().unwrap()).collect());
        let headers = forwarded.iter().map(|value| (HeaderName::from_static("x-forwarded-for"), value.parse().unwrap())).collect();
        assert_eq!(proxies.client(peer.parse().unwrap(), &headers).to_string(), expected);
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
        check(&["::1/128"], "::1", &["2001:db8::1"], "2001:db8::1");
        check(&["10.0.0.0/8"], "::ffff:10.0.0.1", &["192.0.2.7"], "192.0.2.7");
    }
}
