//! Describes why hosts could not be asked, and the remedy.

use super::link::command_code;
use mongodb::error::{Error, ErrorKind};
use net::advice::Keys;
use net::dial::{DialError, tls_reason};
use net::excerpt::shortened;
use net::failure;
use net::mongodb::{Failure as ConnectionFailure, Refusal};
use std::io;
use std::sync::Arc;
use std::time::Duration;

/// Maximum number of hosts that are named for one reason.
const MOST_NAMED: usize = 3;

/// Why one host did not return the state of its set.
#[derive(Debug)]
pub(super) enum Failure {
    Driver {
        error: Error,
        /// Whether the connection used TLS.
        tls: bool,
    },
    /// The connection was not made, or broke off.
    Connection {
        failure: Arc<ConnectionFailure>,
        /// The server as the failure names it.
        server: String,
        /// Whether the connection used TLS.
        tls: bool,
    },
    /// There was no answer within this time.
    Late(Duration),
    /// The host belongs to the first set instead of the second.
    OtherSet(String, String),
    /// The answer is not the state of a replica set.
    Unreadable,
}

/// The settings on which messages depend.
#[derive(Clone, Copy)]
pub(super) struct Attempt<'a> {
    /// Absent without a login.
    pub(super) username: Option<&'a str>,
    pub(super) logs_in: bool,
    /// Whether the client has a certificate.
    pub(super) shows_certificate: bool,
}

/// The message about all hosts. Hosts with the same reason are grouped.
pub(super) fn describe(failures: &[(String, Failure)], attempt: Attempt<'_>) -> String {
    let mut reasons: Vec<(String, &Failure, Vec<&str>)> = Vec::new();
    for (server, failure) in failures {
        let reason = failure.describe("", attempt);
        match reasons.iter_mut().find(|(other, ..)| *other == reason) {
            Some((.., servers)) => servers.push(server),
            None => reasons.push((reason, failure, vec![server])),
        }
    }
    let messages: Vec<_> = reasons.iter().map(|(_, failure, servers)| failure.describe(&names(servers), attempt)).collect();
    messages.join("; ")
}

fn names(servers: &[&str]) -> String {
    let named = servers.iter().take(MOST_NAMED).copied().collect::<Vec<_>>().join(", ");
    match servers.len().saturating_sub(MOST_NAMED) {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}

impl Failure {
    /// Whether the server itself answered, though not as expected.
    pub(super) fn is_answer(&self) -> bool {
        match self {
            Self::Driver { error, .. } => command_code(error).is_some(),
            Self::Late(_) | Self::Connection { .. } => false,
            Self::OtherSet(..) | Self::Unreadable => true,
        }
    }

    fn describe(&self, server: &str, attempt: Attempt<'_>) -> String {
        match self {
            Self::Driver { error, tls } => driver(error, server, *tls, attempt),
            Self::Connection { failure, server: named, tls } => broken(failure, named, server, *tls, attempt),
            Self::Late(time) => format!("no answer within {:.1} s from {server}", time.as_secs_f64()),
            Self::OtherSet(seen, wanted) => {
                format!("the replica set is `{seen}` and not `{wanted}` at {server}; look at `replica_set` and `host`")
            }
            Self::Unreadable => format!("the answer has no list of members at {server}"),
        }
    }
}

fn driver(error: &Error, server: &str, tls: bool, attempt: Attempt<'_>) -> String {
    match &*error.kind {
        ErrorKind::Command(refused) => command(refused.code, &refused.code_name, &refused.message, server, attempt),
        ErrorKind::Authentication { message, .. } => {
            let user = attempt.username.map(|name| format!(" `{name}`")).unwrap_or_default();
            format!(
                "the user{user} is rejected ({}) at {server}; look at `username`, `password` and `auth_source`",
                shortened(message)
            )
        }
        ErrorKind::Io(error) => connection(error, server, tls, attempt),
        ErrorKind::InvalidResponse { .. } => something_else(server),
        ErrorKind::ServerSelection { .. } | ErrorKind::ProxyConnect { .. } => format!("no connection to {server}"),
        other => format!("no answer from {server}: {}", shortened(&other.to_string())),
    }
}

fn something_else(server: &str) -> String {
    format!("no MongoDB server, but something else, answers at {server}")
}

/// Describes why a connection was not made or broke off. The failure may name the server as `named`.
fn broken(failure: &ConnectionFailure, named: &str, server: &str, tls: bool, attempt: Attempt<'_>) -> String {
    match failure {
        ConnectionFailure::Dial(DialError::Unresolved(_)) => format!("the name could not be resolved: {server}"),
        ConnectionFailure::Dial(error) => error.message().replace(named, server),
        ConnectionFailure::Io(error) => connection(error, server, tls, attempt),
        ConnectionFailure::Refused(Refusal::NotMongoDb) => something_else(server),
        ConnectionFailure::Refused(refusal) => format!("{server} {refusal}"),
    }
}

/// Describes an error of the server by its code.
fn command(code: i32, name: &str, message: &str, server: &str, attempt: Attempt<'_>) -> String {
    match code {
        // The driver does not log in to arbiters, which have no data and so no users.
        13 if attempt.logs_in && message.contains("requires authentication") => {
            format!("an arbiter, which knows no users, is at {server}; name a member that has data in `host`")
        }
        13 if attempt.logs_in => {
            let user = attempt.username.map(|name| format!(" `{name}`")).unwrap_or_default();
            format!("the user{user} may not see the state of the set at {server}; give the user the role clusterMonitor on admin")
        }
        13 => {
            format!(
                "a login is required at {server}; set `username` and `password` of a user with the role clusterMonitor on admin"
            )
        }
        76 => {
            format!("no replica set, but a standalone server, is at {server}; name a member of a set, or start it with --replSet")
        }
        93 => {
            format!(
                "no member of a replica set (any more) is at {server}; take it out of `host`, or add it to the set with rs.add()"
            )
        }
        94 => format!("the replica set is not initiated at {server}; run rs.initiate() there"),
        _ if message.contains("mongos") => format!("a mongos is at {server}; name members of a replica set instead"),
        _ => format!("{server} answers {name} ({code}): {}", shortened(message)),
    }
}

fn connection(error: &io::Error, server: &str, speaks_tls: bool, attempt: Attempt<'_>) -> String {
    if let Some(reason) = tls_reason(error) {
        return tls(reason, server);
    }
    if let Some(text) = failure::network_known(error, server) {
        return text;
    }
    match error.kind() {
        // Servers rarely report that a client certificate is missing.
        io::ErrorKind::UnexpectedEof if speaks_tls && !attempt.shows_certificate => format!(
            "{server} closed the connection without an answer; if it requires a client certificate, set `cert` and `key`, and if \
             it does not speak TLS, `tls: false`"
        ),
        io::ErrorKind::UnexpectedEof if speaks_tls => {
            format!("{server} closed the connection without an answer; if it does not speak TLS, set `tls: false`")
        }
        io::ErrorKind::UnexpectedEof => {
            format!("{server} closed the connection without an answer; if it requires TLS, set `tls: true`")
        }
        _ => failure::network(error, server),
    }
}

fn tls(reason: &rustls::Error, server: &str) -> String {
    match reason {
        rustls::Error::InvalidMessage(_) => format!("{server} does not speak TLS; if that is right, set `tls: false`"),
        reason => failure::tls(reason, server, Keys::ALL),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustls::{AlertDescription, CertificateError, InvalidMessage, OtherError};

    const PLAIN: Attempt<'_> = Attempt { username: Some("mon"), logs_in: true, shows_certificate: false };
    /// Over TLS.
    const TLS: Attempt<'_> = Attempt { username: None, logs_in: false, shows_certificate: true };

    #[track_caller]
    fn check(error: io::Error, attempt: Attempt<'_>, expected: &str) {
        let failures = [("a:1".to_owned(), connection_failure("a:1", error, attempt.shows_certificate))];
        assert_eq!(describe(&failures, attempt), expected);
    }

    fn connection_failure(server: &str, failure: impl Into<ConnectionFailure>, tls: bool) -> Failure {
        Failure::Connection { failure: Arc::new(failure.into()), server: server.to_owned(), tls }
    }

    fn tls_error(error: rustls::Error) -> io::Error {
        io::Error::new(io::ErrorKind::InvalidData, error)
    }

    #[test]
    fn broken_connections_are_reported() {
        check(io::ErrorKind::ConnectionRefused.into(), PLAIN, "connection refused by a:1");
        check(io::ErrorKind::ConnectionReset.into(), PLAIN, "a:1 closed the connection unexpectedly");
        let closed = "a:1 closed the connection without an answer; if it ";
        check(io::ErrorKind::UnexpectedEof.into(), PLAIN, &format!("{closed}requires TLS, set `tls: true`"));
        check(io::ErrorKind::UnexpectedEof.into(), TLS, &format!("{closed}does not speak TLS, set `tls: false`"));
        check(io::Error::other("odd"), PLAIN, "no answer from a:1: odd");
    }

    #[test]
    fn reasons_of_tls_are_dug_out() {
        let unknown = rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer);
        let add = "is not trusted (unknown issuer); add the authority as `ca`, or set `verify: false`";
        check(tls_error(unknown), TLS, &format!("the certificate of a:1 {add}"));
        let own = CertificateError::Other(OtherError(Arc::new(io::Error::other("CaUsedAsEndEntity"))));
        let signed = "is not trusted (signed by itself); add it as `ca`, or set `verify: false`";
        check(tls_error(rustls::Error::InvalidCertificate(own)), TLS, &format!("the certificate of a:1 {signed}"));
        let wanted = rustls::Error::AlertReceived(AlertDescription::CertificateRequired);
        check(tls_error(wanted), TLS, "a:1 requires a client certificate; set `cert` and `key`");
        let plain = rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType);
        check(tls_error(plain), TLS, "a:1 does not speak TLS; if that is right, set `tls: false`");
    }

    #[test]
    fn an_early_end_is_reported_with_what_to_do() {
        let end = Failure::Driver { error: io::Error::from(io::ErrorKind::UnexpectedEof).into(), tls: false };
        let expected = "a:1 closed the connection without an answer; if it requires TLS, set `tls: true`";
        assert_eq!(describe(&[("a:1".to_owned(), end)], PLAIN), expected);
    }

    #[test]
    fn answers_that_are_not_read_are_reported() {
        for (refusal, expected) in [
            (Refusal::TooDeep, "a:1 answers with documents nested deeper than 100 levels, which Platus does not read"),
            (Refusal::TooLong(4 << 20), "a:1 answers with more than 4 MiB, which Platus does not read"),
            (Refusal::Malformed, "a:1 answers with a malformed document, which Platus does not read"),
            (Refusal::NotMongoDb, "no MongoDB server, but something else, answers at a:1"),
        ] {
            let failures = [("a:1".to_owned(), connection_failure("a:1", refusal, false))];
            assert_eq!(describe(&failures, PLAIN), expected);
        }
    }

    #[test]
    fn hosts_with_the_same_reason_are_reported_together() {
        let refused = |server: &str| {
            let refused = DialError::Unreachable(format!("connection refused by {server}"));
            connection_failure(server, ConnectionFailure::Dial(refused), false)
        };
        let mut failures: Vec<_> = ["a:1", "b:2", "c:3", "d:4", "e:5"].map(|server| (server.to_owned(), refused(server))).into();
        failures.insert(1, ("z:9".to_owned(), Failure::Late(Duration::from_millis(1250))));
        assert_eq!(describe(&failures, PLAIN), "connection refused by a:1, b:2, c:3 and 2 more; no answer within 1.2 s from z:9");
    }

    #[test]
    fn answers_of_the_server_are_reported_with_what_to_do() {
        let anonymous = Attempt { username: None, logs_in: false, ..PLAIN };
        for (code, message, attempt, expected) in [
            (
                13,
                "",
                PLAIN,
                "the user `mon` may not see the state of the set at a:1; give the user the role clusterMonitor on admin",
            ),
            (
                13,
                "",
                anonymous,
                "a login is required at a:1; set `username` and `password` of a user with the role clusterMonitor on admin",
            ),
            (
                13,
                "command replSetGetStatus requires authentication",
                PLAIN,
                "an arbiter, which knows no users, is at a:1; name a member that has data in `host`",
            ),
            (
                59,
                "replSetGetStatus is not supported through mongos",
                PLAIN,
                "a mongos is at a:1; name members of a replica set instead",
            ),
            (11600, "interrupted at shutdown", PLAIN, "a:1 answers Name (11600): interrupted at shutdown"),
        ] {
            assert_eq!(command(code, "Name", message, "a:1", attempt), expected);
        }
    }
}
