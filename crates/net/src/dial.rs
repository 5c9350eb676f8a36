//! Opens connections, and reports the step that failed.

use super::advice::Keys;
use super::deadline::Deadline;
use super::host::HostName;
use super::race::{Attempt, Winner, race};
use super::stopwatch::Stopwatch;
use super::{failure, race, resolve};
use model::CheckError;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use system::exhaustion::Exhausted;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// Why there is no connection. The text is the message of the row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DialError {
    /// The name could not be resolved.
    Unresolved(String),
    /// None of the addresses accepted a connection.
    Unreachable(String),
    /// The attempt failed on this machine, so nothing is known about the server.
    Local(String),
    /// The server answered, but TLS failed.
    Untrusted(String),
}

impl DialError {
    pub fn into_message(self) -> String {
        match self {
            Self::Unresolved(message) | Self::Unreachable(message) | Self::Local(message) | Self::Untrusted(message) => message,
        }
    }

    /// The message of the row.
    pub fn message(&self) -> &str {
        match self {
            Self::Unresolved(message) | Self::Unreachable(message) | Self::Local(message) | Self::Untrusted(message) => message,
        }
    }

    /// The error of a check that failed to connect.
    pub fn into_check_error(self, watch: Stopwatch) -> CheckError {
        CheckError::new(self.into_message()).with_watch(watch)
    }
}

/// Connects to the address of `host` that answers first. The phases are `resolve` and `connect`. Addresses that did not answer are
/// noted in `watch`.
pub async fn tcp(host: &str, port: u16, deadline: Deadline, watch: &mut Stopwatch) -> Result<TcpStream, DialError> {
    let host = HostName::new(host);
    let addresses = resolve(&host, port, deadline, watch).await?;
    connect(&host, port, &addresses, deadline, watch).await
}

/// The addresses of `host`, at least one. The phase is `resolve`.
pub async fn resolve(host: &HostName, port: u16, deadline: Deadline, watch: &mut Stopwatch) -> Result<Vec<SocketAddr>, DialError> {
    let shown = without_brackets(host);
    watch.begin("resolve");
    let resolved = deadline.wait_for(resolve::addresses(host, port)).await;
    let resolved = resolved.map_err(|late| DialError::Unresolved(format!("the name `{shown}` was not resolved {late}")))?;
    // The resolver of the system rarely reports that it could not open a file.
    let exhausted = resolved.as_ref().err().and_then(|error| Exhausted::of(error).or_else(Exhausted::now));
    if let Some(exhausted) = exhausted {
        return Err(DialError::Local(format!("the name `{shown}` could not be resolved: {}", exhausted.noted())));
    }
    let addresses = resolved.ok().filter(|addresses| !addresses.is_empty());
    let addresses = addresses.ok_or_else(|| DialError::Unresolved(format!("the name `{shown}` could not be resolved")))?;
    watch.lap("resolve");
    Ok(addresses)
}

/// Connects to the one of these addresses that answers first. The phase is `connect`.
pub async fn connect(
    host: &HostName,
    port: u16,
    addresses: &[SocketAddr],
    deadline: Deadline,
    watch: &mut Stopwatch,
) -> Result<TcpStream, DialError> {
    let server = host.with_port(port);
    watch.begin("connect");
    match race(addresses, deadline).await {
        Ok(Winner { stream, address, others }) => {
            watch.lap("connect");
            watch.connected_to((addresses.len() > 1 && !is_own_name(host)).then(|| address.ip()));
            if !others.is_empty() {
                let note = format!("{}, {} answered", race::describe(&others), address.ip());
                if others.iter().any(Attempt::is_of_interest) { watch.note_in_row(note) } else { watch.note(note) }
            }
            // Requests are short and wait for an answer. Setting this fails only on a closed socket, and then the next use reports
            // it.
            stream.set_nodelay(true).ok();
            Ok(stream)
        }
        Err(attempts) => {
            let is_local = race::is_local(&attempts);
            let message = unreachable(&attempts, &server, deadline);
            Err(if is_local { DialError::Local(message) } else { DialError::Unreachable(message) })
        }
    }
}

/// Describes which addresses failed, and why.
fn unreachable(attempts: &[Attempt], server: &str, deadline: Deadline) -> String {
    if let [only] = attempts
        && let Some(advice) = only.zone_advice()
    {
        return advice;
    }
    if let Some(exhausted) = race::exhausted(attempts) {
        return format!("no connection with {server}: {}", exhausted.noted());
    }
    match (attempts, race::common_failure(attempts)) {
        ([_], Some(error)) => failure::network(error, server),
        ([] | [_], None) => format!("no answer from {server} {}", deadline.is_over()),
        _ => format!("no connection with {server}, which has {} addresses: {}", attempts.len(), race::describe(attempts)),
    }
}

/// Whether the name stands for this machine only.
fn is_own_name(host: &HostName) -> bool {
    host.lookup().eq_ignore_ascii_case("localhost")
}

fn without_brackets(host: &HostName) -> String {
    host.to_string().trim_matches(['[', ']']).to_owned()
}

/// Starts TLS on a connection and verifies the certificate for `name`. The phase is `tls`.
/// Only `keys` are advised in messages.
pub async fn tls(
    stream: TcpStream,
    name: &str,
    port: u16,
    config: Arc<ClientConfig>,
    keys: Keys,
    watch: &mut Stopwatch,
) -> Result<TlsStream<TcpStream>, DialError> {
    let name = HostName::new(name);
    let server = name.with_port(port);
    let no_name = || DialError::Untrusted(format!("`{name}` is not a name that a certificate can have"));
    let server_name = name.server_name().ok_or_else(no_name)?;
    let shaken = handshake(stream, server_name, config, watch).await;
    shaken.map_err(|error| DialError::Untrusted(handshake_failure(&error, &server, keys)))
}

/// Starts TLS on a connection and returns the plain error. The phase is `tls`.
pub async fn handshake<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    name: ServerName<'static>,
    config: Arc<ClientConfig>,
    watch: &mut Stopwatch,
) -> io::Result<TlsStream<S>> {
    watch.begin("tls");
    let stream = TlsConnector::from(config).connect(name, stream).await?;
    watch.lap("tls");
    Ok(stream)
}

/// Describes why a handshake with `server`, which is `host:port`, failed. Only `keys` are advised.
pub fn handshake_failure(error: &io::Error, server: &str, keys: Keys) -> String {
    match tls_reason(error) {
        Some(reason) => failure::tls(reason, server, keys),
        None => failure::network(error, server),
    }
}

/// The TLS error that an IO error wraps, if it does.
pub fn tls_reason(error: &io::Error) -> Option<&rustls::Error> {
    error.get_ref()?.downcast_ref()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{half_dead, set_addresses};
    use model::Trace;
    use std::time::Duration;
    use tokio::net::TcpListener;

    /// Nothing listens there, and no other test takes it.
    const CLOSED: u16 = 9;

    async fn dial(host: &str, port: u16, timeout: Duration) -> (Result<TcpStream, DialError>, Stopwatch) {
        let mut watch = Stopwatch::start();
        let dialled = tcp(host, port, Deadline::after(timeout), &mut watch).await;
        (dialled, watch)
    }

    #[tokio::test]
    async fn a_connection_has_its_phases_and_a_failure_its_step() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let patience = Duration::from_secs(30);
        let (connected, watch) = dial("127.0.0.1", port, patience).await;
        connected.unwrap();
        assert_eq!(watch.into_phases().iter().map(|phase| phase.name).collect::<Vec<_>>(), ["resolve", "connect"]);

        let refused = dial("127.0.0.1", CLOSED, patience).await.0.unwrap_err();
        assert_eq!(refused, DialError::Unreachable(format!("connection refused by 127.0.0.1:{CLOSED}")));
        let unresolved = dial("no such name", port, patience).await.0.unwrap_err();
        assert_eq!(unresolved, DialError::Unresolved("the name `no such name` could not be resolved".to_owned()));
    }

    #[tokio::test]
    async fn the_address_that_answers_is_reported_beside_the_one_that_does_not() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let _hole = half_dead("dial-half-dead.test", port);
        let (connected, watch) = dial("dial-half-dead.test", port, Duration::from_secs(30)).await;
        assert_eq!(connected.unwrap().peer_addr().unwrap().ip().to_string(), "127.0.0.1");
        let Trace { route, .. } = Trace::from(watch);
        let message = route.message.unwrap();
        assert!(message.starts_with("127.0.0.2 no answer within 0.") && message.ends_with(" s, 127.0.0.1 answered"), "{message}");
        assert_eq!(route.notes, [message]);

        drop(listener);
        let failed = dial("dial-half-dead.test", port, Duration::from_secs(1)).await.0.unwrap_err().into_message();
        let expected =
            format!("no connection with dial-half-dead.test:{port}, which has 2 addresses: 127.0.0.2 no answer within 1");
        assert!(failed.starts_with(&expected) && failed.ends_with(" s, 127.0.0.1 refused"), "{failed}");
    }

    #[tokio::test]
    async fn a_failure_says_at_which_of_several_addresses_it_was() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        set_addresses("dial-two.test", &["127.0.0.1".parse().unwrap(), "127.0.0.3".parse().unwrap()]);
        set_addresses("dial-one.test", &["127.0.0.1".parse().unwrap()]);
        for (host, expected) in [("dial-two.test", "it is unwell (address 127.0.0.1)"), ("dial-one.test", "it is unwell")] {
            let (connected, watch) = dial(host, port, Duration::from_secs(30)).await;
            connected.unwrap();
            assert_eq!(CheckError::new("it is unwell").with_watch(watch).message, expected);
        }
    }

    #[tokio::test]
    async fn international_names_are_looked_up_as_the_dns_has_them() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        set_addresses("xn--dial-mnchen-yhb.test", &["127.0.0.1".parse().unwrap()]);
        let (connected, watch) = dial("dial-münchen.test", listener.local_addr().unwrap().port(), Duration::from_secs(30)).await;
        connected.unwrap();
        assert_eq!(Trace::from(watch).route, Default::default());
    }
}
