//! Limit of connections, in total and per client address, so that one client cannot lock out all others.

use super::Proxies;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The places of one server.
pub struct Places {
    all: Arc<Semaphore>,
    per_address: usize,
    /// They speak for many clients, and so have no bound of their own.
    proxies: Proxies,
    /// How many each address has. Addresses without a connection are not in it.
    taken: Mutex<HashMap<IpAddr, usize>>,
}

/// The place of one connection. It is free again when this is dropped.
pub struct Place {
    places: Arc<Places>,
    /// Absent for a proxy.
    address: Option<IpAddr>,
    _permit: OwnedSemaphorePermit,
}

impl Places {
    pub fn new(all: usize, per_address: usize, proxies: Proxies) -> Self {
        Self { all: Arc::new(Semaphore::new(all)), per_address, proxies, taken: Mutex::default() }
    }

    /// Waits for a place for the next connection. `None` while the process ends.
    pub(super) async fn free(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.all).acquire_owned().await.ok()
    }

    /// The place for a connection from this address; nothing when the address has its share already.
    pub(super) fn take(self: &Arc<Self>, permit: OwnedSemaphorePermit, peer: IpAddr) -> Option<Place> {
        let peer = peer.to_canonical();
        let address = (!self.proxies.is_trusted(peer)).then(|| network(peer));
        if let Some(address) = address {
            let mut taken = self.taken.lock();
            let number = taken.entry(address).or_default();
            if *number >= self.per_address {
                return None;
            }
            *number += 1;
        }
        Some(Place { places: Arc::clone(self), address, _permit: permit })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some(address) = self.address else { return };
        let mut taken = self.places.taken.lock();
        if let Some(number) = taken.get_mut(&address) {
            *number = number.saturating_sub(1);
            if *number == 0 {
                taken.remove(&address);
            }
        }
    }
}

/// The network that a share belongs to: every client of IPv6 has at least a /64.
pub(super) fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => Ipv6Addr::from(u128::from(address) & (u128::MAX << 64)).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_address_has_its_share_and_a_proxy_speaks_for_many() {
        let places = Arc::new(Places::new(100, 2, Proxies(vec!["10.0.0.0/8".parse().unwrap()])));
        let take = async |address: &str| places.take(places.free().await.unwrap(), address.parse().unwrap());
        let first = take("192.0.2.1").await;
        let second = take("::ffff:192.0.2.1").await;
        assert!(first.is_some() && second.is_some());
        assert!(take("192.0.2.1").await.is_none());
        assert!(take("192.0.2.2").await.is_some());
        drop(first);
        assert!(take("192.0.2.1").await.is_some());
        let network = [take("2001:db8::1").await, take("2001:db8::2").await];
        assert!(take("2001:db8::3").await.is_none());
        assert!(take("2001:db8:0:1::3").await.is_some());
        let proxy = [take("10.0.0.1").await, take("10.0.0.1").await, take("10.0.0.1").await];
        assert!(network.iter().chain(&proxy).all(Option::is_some));
        drop((second, network, proxy));
        assert!(places.taken.lock().is_empty());
        assert_eq!(places.all.available_permits(), 100);
    }
}
