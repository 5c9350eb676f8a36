//! Describes failures of Redis, and the remedy.

use super::conversation::Refusal;
use net::advice::Keys;
use net::dial::DialError;
use net::excerpt::shortened;
use net::{dial, failure};
use std::io;

/// Why a check has no answer to compare.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// Redis answers that it cannot serve. The row is `unhealthy`.
    Unhealthy(String),
    /// Redis could not be asked. The row is `unknown`.
    Unknown(String),
}

impl From<DialError> for Failure {
    fn from(error: DialError) -> Self {
        Self::Unknown(error.into_message())
    }
}

/// The text with which Redis rejects further clients.
const FULL: &str = "max number of clients reached";

/// The failure of a `command`. `server` is `host:port`.
pub(super) fn of(refusal: &Refusal, command: &str, server: &str, has_tls: bool) -> Failure {
    match refusal {
        Refusal::Answer { code, detail } => of_answer(code, detail, command, server),
        Refusal::NotRedis => Failure::Unknown(format!("{server} answers, but not as Redis does")),
        Refusal::Io(error) => Failure::Unknown(of_connection(error, server, has_tls)),
    }
}

fn of_answer(code: &str, detail: &str, command: &str, server: &str) -> Failure {
    let unknown = |message: String| Failure::Unknown(message);
    match (code, command) {
        ("NOAUTH", _) => unknown(format!("{server} wants a password (NOAUTH); set `password`, and `username` if there is one")),
        ("WRONGPASS", _) => unknown(format!("{server} does not accept the login (WRONGPASS); look at `username` and `password`")),
        ("NOPERM", _) => {
            let right = command.to_lowercase();
            unknown(format!("the user has no right to {command} on {server} (NOPERM); allow it with `+{right}`"))
        }
        ("DENIED", _) => unknown(format!("{server} is in protected mode and lets in only clients of its own machine (DENIED)")),
        (_, _) if detail.contains(FULL) => Failure::Unhealthy(format!("{server} rejects new clients: {FULL}")),
        (_, "AUTH") => unknown(format!("{server} refuses the login ({code}): {}", shortened(detail))),
        (_, "SELECT") => unknown(format!("{server} does not give the database ({code}): {}; look at `db`", shortened(detail))),
        (_, _) => Failure::Unhealthy(format!("{command} is answered with {code}: {}", shortened(detail))),
    }
}

fn of_connection(error: &io::Error, server: &str, has_tls: bool) -> String {
    if let Some(reason) = dial::tls_reason(error) {
        return failure::tls(reason, server, Keys::ALL);
    }
    let broken = failure::network(&io::ErrorKind::ConnectionReset.into(), server);
    match error.kind() {
        io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe if !has_tls => {
            format!("{broken}; if it speaks TLS, set `tls: true`")
        }
        io::ErrorKind::UnexpectedEof => broken,
        _ => failure::network(error, server),
    }
}
