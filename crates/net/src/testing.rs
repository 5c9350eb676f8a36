//! Targets that no test server is: an address that swallows connections, and names with several addresses.

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

/// Those that the name was given.
pub fn addresses(name: &str) -> Option<Vec<IpAddr>> {
    HOSTS.lock().unwrap().get(name).cloned()
}

/// An address at which connections get no answer: nobody takes them from its queue, which is full.
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

/// A name whose first address swallows connections, and whose second one is that of a server on this port of 127.0.0.1.
pub fn half_dead(name: &str, port: u16) -> BlackHole {
    let first = IpAddr::from([127, 0, 0, 2]);
    set_addresses(name, &[first, Ipv4Addr::LOCALHOST.into()]);
    BlackHole::at(SocketAddr::new(first, port))
}
