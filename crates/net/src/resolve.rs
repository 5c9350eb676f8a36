//! Resolves names.

use super::host::HostName;
use std::io;
use std::net::SocketAddr;
use tokio::net::lookup_host;

/// The addresses in the order of the system's resolver. Has no deadline of its own.
#[expect(clippy::disallowed_methods, reason = "here names are resolved")]
pub(crate) async fn addresses(host: &HostName, port: u16) -> io::Result<Vec<SocketAddr>> {
    #[cfg(any(test, feature = "testing"))]
    if let Some(addresses) = super::testing::addresses(host.lookup()) {
        return Ok(addresses.into_iter().map(|address| SocketAddr::new(address, port)).collect());
    }
    Ok(lookup_host((host.lookup(), port)).await?.collect())
}
