//! Targets that no test server can be: an address that never accepts connections, and names with several addresses.

#![allow(clippy::unwrap_used, reason = "only tests call it")]

use socket2::{Domain, SockAddr, Socket, Type};
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{LazyLock, Mutex};

static HOSTS: LazyLock<Mutex<HashMap<String, Vec<IpAddr>>>> = LazyLock::new(Mutex::default);

/// Gives a name these addresses, for this process. Each test has names of its own.
pub fn set_addresses(name: &str, addresses: &[IpAddr]) {
    HOSTS.lock().unwrap().insert(name.to_owned(), addresses.to_vec());
}

/// The addresses that [`set_addresses`] gave to the name.
pub fn addresses(name: &str) -> Option<Vec<IpAddr>> {
    HOSTS.lock().unwrap().get(name).cloned()
}

/// An address at which connections get no answer, because the queue of its listener is full.
pub struct BlackHole {
    pub address: SocketAddr,
    _sockets: [Socket; 3],
}

impl BlackHole {
    /// At a free port of 127.0.0.1.
    pub fn anywhere() -> Self {
        Self::at(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
    }

    /// At this address, whose port may be 0.
    pub fn at(address: SocketAddr) -> Self {
        let socket = || Socket::new(Domain::for_address(address), Type::STREAM, None).unwrap();
        let listener = socket();
        listener.bind(&SockAddr::from(address)).unwrap();
        listener.listen(0).unwrap();
        let address = listener.local_addr().unwrap();
        let waiting = [socket(), socket()];
        for socket in &waiting {
            socket.set_nonblocking(true).unwrap();
            socket.connect(&address).ok();
        }
        let [first, second] = waiting;
        Self { address: address.as_socket().unwrap(), _sockets: [listener, first, second] }
    }
}

/// A name whose first address never answers, and whose second one is 127.0.0.1, with a server on this port.
pub fn half_dead(name: &str, port: u16) -> BlackHole {
    let first = IpAddr::from([127, 0, 0, 2]);
    set_addresses(name, &[first, Ipv4Addr::LOCALHOST.into()]);
    BlackHole::at(SocketAddr::new(first, port))
}
