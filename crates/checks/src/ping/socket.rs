use super::echo::{self, Echo, Version};
use net::host::zone_advice;
use socket2::{Domain, Protocol, SockAddr, Socket, Type};
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use system::exhaustion::Exhausted;
use tokio::net::UdpSocket;

/// An ICMP socket for one address.
pub(super) struct EchoSocket {
    /// Not UDP, but the runtime handles such sockets in the same way.
    socket: UdpSocket,
    echo: Echo,
    /// Whether received messages start with the IPv4 header.
    has_header: bool,
}

impl EchoSocket {
    /// Opens a datagram socket, which the system may allow to every user, else a raw socket, which needs a capability. The error
    /// is the message of the row.
    pub(super) fn open(address: SocketAddr) -> Result<Self, String> {
        let (version, domain, protocol) = match address {
            SocketAddr::V4(_) => (Version::Four, Domain::IPV4, Protocol::ICMPV4),
            SocketAddr::V6(_) => (Version::Six, Domain::IPV6, Protocol::ICMPV6),
        };
        let open = |kind| Socket::new(domain, kind, Some(protocol));
        let (socket, kind) = match open(Type::DGRAM) {
            Ok(socket) => (socket, Type::DGRAM),
            Err(error) => {
                let impossible = |raw: io::Error| impossible(if Exhausted::of(&raw).is_some() { &raw } else { &error });
                (open(Type::RAW).map_err(impossible)?, Type::RAW)
            }
        };
        let socket = connected(socket, address).map_err(|error| unreachable(&error, address))?;
        Ok(Self { socket, echo: Echo::new(version), has_header: kind == Type::RAW && version == Version::Four })
    }

    pub(super) async fn send(&self, sequence: u16) -> io::Result<()> {
        self.socket.send(&self.echo.request(sequence)).await.map(drop)
    }

    /// Waits for the reply to one of the requests. An error is one that the network reported for a request.
    pub(super) async fn receive(&self) -> io::Result<u16> {
        let mut buffer = [0; echo::LONGEST + 1];
        loop {
            let length = self.socket.recv(&mut buffer).await?;
            let message = &buffer[..length];
            let message = if self.has_header { echo::without_header(message) } else { message };
            if let Some(sequence) = self.echo.answered(message) {
                return Ok(sequence);
            }
        }
    }
}

/// Connects the socket, so that it receives only messages of this address, and errors for its packets.
fn connected(socket: Socket, address: SocketAddr) -> io::Result<UdpSocket> {
    socket.set_nonblocking(true)?;
    socket.connect(&SockAddr::from(address))?;
    UdpSocket::from_std(socket.into())
}

fn impossible(error: &io::Error) -> String {
    if let Some(exhausted) = Exhausted::of(error) {
        return format!("no ping can be sent: {}", exhausted.noted());
    }
    match error.kind() {
        ErrorKind::PermissionDenied => {
            "Platus may not ping; let its group with `sysctl net.ipv4.ping_group_range=\"0 2147483647\"`, \
                                        or give it the capability CAP_NET_RAW"
                .to_owned()
        }
        _ => format!("this system does not ping: {error}"),
    }
}

fn unreachable(error: &io::Error, address: SocketAddr) -> String {
    if let Some(exhausted) = Exhausted::of(error) {
        return format!("no ping can be sent: {}", exhausted.noted());
    }
    if let Some(advice) = zone_advice(&address.to_string()) {
        return advice;
    }
    let address = address.ip();
    match error.kind() {
        ErrorKind::NetworkUnreachable | ErrorKind::HostUnreachable => format!("this machine has no route to {address}"),
        _ => format!("{address} cannot be pinged: {error}"),
    }
}
