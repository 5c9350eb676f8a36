//! Opens connections, and says which step did not work.

use super::failure;
use super::stopwatch::Stopwatch;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use std::io;
use std::sync::Arc;
use tokio::net::{TcpStream, lookup_host};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// Why there is no connection, in words for the person who is on call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::plugins) enum DialError {
    /// The name has no address, or nobody could be asked for it.
    Unresolved(String),
    /// Nobody answered at any of its addresses.
    Unreachable(String),
    /// Somebody answered, but there is no TLS connection.
    Untrusted(String),
}

impl DialError {
    pub(in crate::plugins) fn into_message(self) -> String {
        match self {
            Self::Unresolved(message) | Self::Unreachable(message) | Self::Untrusted(message) => message,
        }
    }
}

/// Connects to the first address of `host` that answers. The phases are `resolve` and `connect`. There is no deadline in here.
pub(in crate::plugins) async fn tcp(host: &str, port: u16, watch: &mut Stopwatch) -> Result<TcpStream, DialError> {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let unresolved = || DialError::Unresolved(format!("the name `{host}` could not be resolved"));
    let addresses: Vec<_> = lookup_host((host, port)).await.map_err(|_| unresolved())?.collect();
    watch.lap("resolve");
    let mut failed = None;
    for address in addresses {
        match TcpStream::connect(address).await {
            Ok(stream) => {
                watch.lap("connect");
                // What is sent is short and waits for an answer. It fails only on sockets that have ended, which the next use tells.
                stream.set_nodelay(true).ok();
                return Ok(stream);
            }
            Err(error) => failed = Some(error),
        }
    }
    match failed {
        Some(error) => Err(DialError::Unreachable(failure::network(&error, &format!("{host}:{port}")))),
        None => Err(unresolved()),
    }
}

/// Speaks TLS on a connection, and asks for the certificate of `name`. The phase is `tls`.
pub(in crate::plugins) async fn tls(
    stream: TcpStream,
    name: &str,
    port: u16,
    config: Arc<ClientConfig>,
    watch: &mut Stopwatch,
) -> Result<TlsStream<TcpStream>, DialError> {
    let name = name.trim_start_matches('[').trim_end_matches(']');
    let server = format!("{name}:{port}");
    let server_name = ServerName::try_from(name.to_owned())
        .map_err(|_| DialError::Untrusted(format!("`{name}` is no name that a certificate could have")))?;
    let stream = TlsConnector::from(config).connect(server_name, stream).await.map_err(|error| {
        DialError::Untrusted(match tls_reason(&error) {
            Some(reason) => failure::tls(reason, &server),
            None => failure::network(&error, &server),
        })
    })?;
    watch.lap("tls");
    Ok(stream)
}

/// The TLS error that an IO error wraps, if it does.
pub(in crate::plugins) fn tls_reason(error: &io::Error) -> Option<&rustls::Error> {
    error.get_ref()?.downcast_ref()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    #[tokio::test]
    async fn a_connection_has_its_phases_and_a_failure_its_step() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let mut watch = Stopwatch::start();
        tcp("127.0.0.1", port, &mut watch).await.unwrap();
        assert_eq!(watch.into_phases().iter().map(|phase| phase.name).collect::<Vec<_>>(), ["resolve", "connect"]);

        drop(listener);
        let mut watch = Stopwatch::start();
        let refused = tcp("127.0.0.1", port, &mut watch).await.unwrap_err();
        assert_eq!(refused, DialError::Unreachable(format!("connection refused by 127.0.0.1:{port}")));
        let unresolved = tcp("no such name", port, &mut watch).await.unwrap_err();
        assert_eq!(unresolved, DialError::Unresolved("the name `no such name` could not be resolved".to_owned()));
    }
}
