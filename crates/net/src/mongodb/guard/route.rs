use rustls::ClientConfig;
use std::sync::Arc;
use std::time::Duration;

/// How to reach the servers.
pub struct Route {
    /// Absent for connections without TLS. The driver itself must use none.
    pub tls: Option<Arc<ClientConfig>>,
    /// For a new connection, with its TLS handshake.
    pub connect_timeout: Duration,
    /// In bytes.
    pub longest_message: usize,
}
