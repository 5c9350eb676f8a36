//! The networks of a client, from narrow to wide. A client with one address of a network may control all of them, so that they share
//! a budget.

use ipnet::IpNet;
use std::net::IpAddr;

/// A network of a client, with its width.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Network {
    pub net: IpNet,
    pub width: Width,
}

/// How many clients a network may have. Each includes those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Width {
    /// One client: an address of version 4, a /64 of version 6, whose second half is the client's to choose.
    Client,
    /// A household or a small office: a /56 of version 6.
    Home,
    /// A site or a small network of a provider: a /48 of version 6, a /24 of version 4.
    Site,
    /// A part of a provider: a /32 of version 6, a /16 of version 4. It only lowers the priority of a login.
    Provider,
}

const VERSION_4: [(u8, Width); 3] = [(32, Width::Client), (24, Width::Site), (16, Width::Provider)];
const VERSION_6: [(u8, Width); 4] = [(64, Width::Client), (56, Width::Home), (48, Width::Site), (32, Width::Provider)];

/// The networks of this address, the narrowest first.
pub(super) fn of(address: IpAddr) -> impl Iterator<Item = Network> {
    // An address of version 4 that is written as one of version 6 is the same client.
    let address = address.to_canonical();
    let widths: &[(u8, Width)] = if address.is_ipv4() { &VERSION_4 } else { &VERSION_6 };
    widths.iter().filter_map(move |&(bits, width)| Some(Network { net: IpNet::new(address, bits).ok()?.trunc(), width }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(address: &str, expected: &[&str]) {
        let networks: Vec<_> = of(address.parse().unwrap()).map(|network| network.net.to_string()).collect();
        assert_eq!(networks, expected);
    }

    #[test]
    fn networks_grow_from_the_client_to_its_provider() {
        check("192.0.2.7", &["192.0.2.7/32", "192.0.2.0/24", "192.0.0.0/16"]);
        check("::ffff:192.0.2.7", &["192.0.2.7/32", "192.0.2.0/24", "192.0.0.0/16"]);
        let wide = ["2001:db8:1:2ff::/64", "2001:db8:1:200::/56", "2001:db8:1::/48", "2001:db8::/32"];
        check("2001:db8:1:2ff:3:4:5:6", &wide);
    }
}
