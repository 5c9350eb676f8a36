//! The addresses of a host.

use super::host::HostName;
use std::io;
use std::net::SocketAddr;
use tokio::net::lookup_host;

/// In the order in which the resolver of the system gives them. There is no deadline in here.
pub async fn addresses(host: &HostName, port: u16) -> io::Result<Vec<SocketAddr>> {
    #[cfg(any(test, feature = "testing"))]
    if let Some(addresses) = super::testing::addresses(host.lookup()) {
        return Ok(addresses.into_iter().map(|address| SocketAddr::new(address, port)).collect());
    }
    Ok(lookup_host((host.lookup(), port)).await?.collect())
}
