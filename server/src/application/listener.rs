//! The socket of the page, and its certificate.

use super::error::StartError;
use crate::config::Settings;
use crate::http::{self, CertificateFiles};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use system::tasks::Tasks;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use yaml::LocatedError;

/// Where the page is served by default.
pub const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 5001);

/// A bound socket.
pub(super) struct Listener {
    pub socket: TcpListener,
    pub address: SocketAddr,
    /// Absent for plain HTTP.
    pub tls: Option<TlsAcceptor>,
}

impl Listener {
    /// Binds the socket, to `listen` if given, and starts the task that reloads the certificate.
    pub(super) async fn start(
        settings: &Settings,
        listen: Option<SocketAddr>,
        shutdown: &CancellationToken,
        tasks: &mut Tasks,
    ) -> Result<Self, StartError> {
        let address = listen.or(settings.listen).unwrap_or(DEFAULT_LISTEN);
        let socket = TcpListener::bind(address).await.map_err(|source| StartError::Listen { address, source })?;
        let address = socket.local_addr().map_err(|source| StartError::Listen { address, source })?;
        let tls = match &settings.tls {
            Some(tls) => {
                let files = CertificateFiles { cert: tls.cert.clone(), key: tls.key.clone() };
                let acceptor = http::acceptor(files, shutdown.clone(), tasks).await;
                Some(acceptor.map_err(|problem| LocatedError::new(&tls.location, problem).under("tls"))?)
            }
            None => None,
        };
        Ok(Self { socket, address, tls })
    }
}
