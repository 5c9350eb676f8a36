//! The addresses of the servers that the SDK asks, and those of them that took no connection.

use model::Route;
use net::deadline::Deadline;
use net::dial;
use net::host::HostName;
use net::stopwatch::Stopwatch;
use parking_lot::Mutex;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

/// What is known of the servers of one account.
#[derive(Debug, Default)]
pub(super) struct Addresses {
    /// Those of each name, in the order in which they are tried, until one has answered.
    resolved: Mutex<HashMap<String, Vec<IpAddr>>>,
    /// How the servers were reached since the last call of [`Self::take_route`].
    route: Mutex<Route>,
}

impl Addresses {
    /// An answer of `host` came from this address. Does nothing for an answer on a kept connection.
    pub(super) fn answered(&self, host: &str, address: IpAddr) {
        let Some(addresses) = self.resolved.lock().remove(host) else { return };
        // A server on this machine often listens at only one of these addresses.
        if host == "localhost" || !addresses.contains(&address) {
            return;
        }
        let tried: Vec<_> = addresses.into_iter().take_while(|tried| *tried != address).collect();
        let of_version = |tried: &&IpAddr| tried.is_ipv4() == address.is_ipv4();
        // The other version of IP has a head start with its first address.
        let failed: Vec<String> = match tried.first() {
            Some(first) if !of_version(&first) => vec![first.to_string()],
            _ => tried.iter().filter(of_version).map(ToString::to_string).collect(),
        };
        if failed.is_empty() {
            return;
        }
        let note = format!("{} took no connection, {address} answered", failed.join(" and "));
        let mut route = self.route.lock();
        route.message.get_or_insert_with(|| note.clone());
        route.notes.push(note);
    }

    /// How the servers were reached, if that is notable.
    pub(super) fn take_route(&self) -> Route {
        std::mem::take(&mut *self.route.lock())
    }
}

/// Resolves names as all checks do.
pub(super) struct Resolver {
    pub(super) addresses: Arc<Addresses>,
    /// For one name.
    pub(super) time: Duration,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (addresses, deadline) = (Arc::clone(&self.addresses), Deadline::after(self.time));
        Box::pin(async move {
            // The port of the address takes precedence.
            let found = dial::resolve(&HostName::new(name.as_str()), 0, deadline, &mut Stopwatch::start()).await;
            let found: Vec<SocketAddr> = found.map_err(|error| error.into_message())?;
            let ips = found.iter().map(SocketAddr::ip).collect();
            addresses.resolved.lock().insert(name.as_str().to_owned(), ips);
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(host: &str, addresses: &[&str], answered: &str, expected: Option<&str>) {
        let parse = |text: &&str| text.parse().unwrap();
        let known = Addresses::default();
        known.resolved.lock().insert(host.to_owned(), addresses.iter().map(parse).collect());
        known.answered(host, parse(&answered));
        // The connection is kept.
        known.answered(host, parse(&answered));
        let route = known.take_route();
        assert_eq!((route.message.as_deref(), route.notes.len()), (expected, usize::from(expected.is_some())));
        assert_eq!(known.take_route(), Route::default());
    }

    #[test]
    fn addresses_before_the_one_that_answered_took_no_connection() {
        check("a.test", &["192.0.2.1"], "192.0.2.1", None);
        check("a.test", &["192.0.2.1", "192.0.2.2"], "192.0.2.1", None);
        check("a.test", &["192.0.2.1", "192.0.2.2"], "192.0.2.2", Some("192.0.2.1 took no connection, 192.0.2.2 answered"));
        check(
            "a.test",
            &["192.0.2.1", "2001:db8::1", "192.0.2.2", "192.0.2.3"],
            "192.0.2.3",
            Some("192.0.2.1 and 192.0.2.2 took no connection, 192.0.2.3 answered"),
        );
        check(
            "a.test",
            &["2001:db8::1", "2001:db8::2", "192.0.2.1"],
            "192.0.2.1",
            Some("2001:db8::1 took no connection, 192.0.2.1 answered"),
        );
        // Through a proxy.
        check("a.test", &["192.0.2.1", "192.0.2.2"], "192.0.2.9", None);
        check("localhost", &["::1", "127.0.0.1"], "127.0.0.1", None);
    }
}
