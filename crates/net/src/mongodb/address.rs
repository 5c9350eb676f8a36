//! The address of a MongoDB server.

use crate::host::HostName;
use std::fmt;
use yaml::InvalidSetting;

/// Host and port. Prints as `host:port`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    pub host: HostName,
    pub port: u16,
}

impl Address {
    /// Reads `host`, `host:port`, and IPv6 addresses with or without brackets.
    ///
    /// The error never contains the text, since a connection string may hold a password.
    pub fn parse(text: &str, default_port: u16) -> Result<Self, InvalidSetting> {
        let text = text.trim();
        // These characters would end the host and start something else, for example a user name or a second host.
        let is_more = text.is_empty() || text.contains(|c: char| c.is_whitespace() || "/\\?#@,".contains(c));
        let parts = if is_more { None } else { split(text) };
        let (host, port) = parts.ok_or_else(|| {
            InvalidSetting::new(
                "`host` must be a name or an address, with its port if that is another (`host:port`), or a list of such: \
                 put the user into `username` and `password`",
            )
        })?;
        let port = match port {
            None => default_port,
            Some(port) => port.parse().map_err(|_| InvalidSetting::new("`host` has a port that is not between 1 and 65535"))?,
        };
        match port {
            0 => Err(InvalidSetting::new("port 0 is no port; give the one at which mongod listens, most often 27017")),
            _ => Ok(Self { host: HostName::new(host), port }),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.host.with_port(self.port))
    }
}

/// The host in the name of a member, which is `host:port`, without brackets.
pub fn host_of(name: &str) -> &str {
    split(name).map_or(name, |(host, _)| host)
}

fn split(text: &str) -> Option<(&str, Option<&str>)> {
    if !text.starts_with('[') && is_ipv6(text) {
        return Some((text, None));
    }
    if let Some(bracketed) = text.strip_prefix('[') {
        let (host, rest) = bracketed.split_once(']')?;
        is_ipv6(host).then_some(())?;
        return match rest.strip_prefix(':') {
            Some(port) => Some((host, Some(port))),
            None => rest.is_empty().then_some((host, None)),
        };
    }
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (text, None),
    };
    (!host.is_empty() && !host.contains(['[', ']', ':'])).then_some((host, port))
}

fn is_ipv6(text: &str) -> bool {
    HostName::new(text).address().is_some_and(|address| address.is_ipv6())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read() {
        for (text, expected) in [
            ("db.test", "db.test:27017"),
            (" db.test:27018 ", "db.test:27018"),
            ("10.0.0.1", "10.0.0.1:27017"),
            ("::1", "[::1]:27017"),
            ("[::1]", "[::1]:27017"),
            ("[::1]:27018", "[::1]:27018"),
            ("fe80::1%eth0", "[fe80::1%eth0]:27017"),
            ("[fe80::1%25eth0]:27018", "[fe80::1%eth0]:27018"),
            ("münchen.test:27018", "münchen.test:27018"),
        ] {
            assert_eq!(Address::parse(text, 27017).unwrap().to_string(), expected);
        }
    }

    #[test]
    fn what_is_no_address_is_refused_without_showing_it() {
        for text in [
            "",
            "mongodb://marker",
            "user:marker@db.test",
            "marker,other",
            "marker test",
            "[marker",
            "[::1]marker",
            "marker:0",
            "marker:x",
            "marker:70000",
            ":27017",
            "a:b:1",
        ] {
            let error = Address::parse(text, 27017).unwrap_err().to_string();
            assert!(!error.contains("marker") && error.contains("port"), "{text}: {error}");
        }
        assert!(Address::parse("db.test", 0).is_err());
    }

    #[test]
    fn a_member_has_a_host() {
        for (name, host) in [("db.test:27017", "db.test"), ("[::1]:27017", "::1"), ("db.test", "db.test"), ("a:b:c", "a:b:c")] {
            assert_eq!(host_of(name), host);
        }
    }
}
