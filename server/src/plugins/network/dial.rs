//! Opens connections, and says which step did not work.

use super::deadline::{Deadline, TimeIsOver};
use super::failure;
use super::stopwatch::Stopwatch;
use crate::plugins::CheckError;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::{TcpStream, lookup_host};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// Why there is no connection, in words for the person who is on call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum DialError {
    /// The name has no address, or nobody could be asked for it.
    Unresolved(String),
    /// Nobody answered at any of its addresses.
    Unreachable(String),
    /// Somebody answered, but there is no TLS connection.
    Untrusted(String),
}

impl DialError {
    pub(crate) fn into_message(self) -> String {
        match self {
            Self::Unresolved(message) | Self::Unreachable(message) | Self::Untrusted(message) => message,
        }
    }

    /// For a check that could not tell more than this.
    pub(in crate::plugins) fn into_check_error(self, watch: Stopwatch) -> CheckError {
        CheckError::new(self.into_message()).with_phases(watch.into_phases())
    }
}

/// Connects to the first address of `host` that answers. The phases are `resolve` and `connect`. There is no deadline in here.
pub(in crate::plugins) async fn tcp(host: &str, port: u16, watch: &mut Stopwatch) -> Result<TcpStream, DialError> {
    let host = without_brackets(host);
    let mut failed = None;
    for address in resolve(host, port, watch).await? {
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
        None => Err(unresolved(host)),
    }
}

async fn resolve(host: &str, port: u16, watch: &mut Stopwatch) -> Result<Vec<SocketAddr>, DialError> {
    let addresses = lookup_host((host, port)).await.map_err(|_| unresolved(host))?.collect();
    watch.lap("resolve");
    Ok(addresses)
}

fn unresolved(host: &str) -> DialError {
    DialError::Unresolved(format!("the name `{host}` could not be resolved"))
}

/// Where an address of IPv6 stands among others, it has brackets.
fn without_brackets(host: &str) -> &str {
    host.trim_start_matches('[').trim_end_matches(']')
}

/// As [`tcp`], until the deadline: then the error says what was waited for.
pub(crate) async fn tcp_in_time(host: &str, port: u16, deadline: Deadline, watch: &mut Stopwatch) -> Result<TcpStream, DialError> {
    let dialed = deadline.wait_for(tcp(host, port, watch)).await;
    dialed.unwrap_or_else(|late| {
        Err(match watch.has_passed("resolve") {
            true => DialError::Unreachable(format!("no answer from {}:{port} {late}", without_brackets(host))),
            false => unresolved_in_time(host, late),
        })
    })
}

/// The first address of `host`, for those who speak something else than TCP; its port means nothing. The phase is `resolve`.
pub(in crate::plugins) async fn address_in_time(
    host: &str,
    deadline: Deadline,
    watch: &mut Stopwatch,
) -> Result<SocketAddr, DialError> {
    let host = without_brackets(host);
    let resolved = deadline.wait_for(resolve(host, 0, watch)).await;
    resolved.unwrap_or_else(|late| Err(unresolved_in_time(host, late)))?.first().copied().ok_or_else(|| unresolved(host))
}

fn unresolved_in_time(host: &str, late: TimeIsOver) -> DialError {
    DialError::Unresolved(format!("the name `{host}` was not resolved {late}"))
}

/// Speaks TLS on a connection, and asks for the certificate of `name`. The phase is `tls`.
pub(crate) async fn tls(
    stream: TcpStream,
    name: &str,
    port: u16,
    config: Arc<ClientConfig>,
    watch: &mut Stopwatch,
) -> Result<TlsStream<TcpStream>, DialError> {
    let name = without_brackets(name);
    let server = format!("{name}:{port}");
    let server_name = ServerName::try_from(name.to_owned())
        .map_err(|_| DialError::Untrusted(format!("`{name}` is no name that a certificate could have")))?;
    handshake(stream, server_name, config, watch).await.map_err(|error| DialError::Untrusted(handshake_failure(&error, &server)))
}

/// Speaks TLS on a connection, and leaves it to the caller what a failure means. The phase is `tls`.
pub(in crate::plugins) async fn handshake(
    stream: TcpStream,
    name: ServerName<'static>,
    config: Arc<ClientConfig>,
    watch: &mut Stopwatch,
) -> io::Result<TlsStream<TcpStream>> {
    let stream = TlsConnector::from(config).connect(name, stream).await?;
    watch.lap("tls");
    Ok(stream)
}

/// Describes why a handshake with `server`, which is `host:port`, failed.
pub(in crate::plugins) fn handshake_failure(error: &io::Error, server: &str) -> String {
    match tls_reason(error) {
        Some(reason) => failure::tls(reason, server),
        None => failure::network(error, server),
    }
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
