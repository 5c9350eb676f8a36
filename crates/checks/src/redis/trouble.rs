//! Says in words why Redis did not do what it was asked for.

use super::conversation::Refusal;
use net::dial::DialError;
use net::failure::shortened;
use net::{dial, failure};
use std::io;

/// Why a check does not end with an answer that can be compared.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// Redis is there and says that it cannot serve.
    Unwell(String),
    /// It could not be asked.
    CannotTell(String),
}

impl From<DialError> for Trouble {
    fn from(error: DialError) -> Self {
        Self::CannotTell(error.into_message())
    }
}

/// With this Redis turns away a client that it would otherwise serve.
const FULL: &str = "max number of clients reached";

/// What it means that `command` was not answered. `server` is `host:port`.
pub(super) fn of(refusal: &Refusal, command: &str, server: &str, has_tls: bool) -> Trouble {
    match refusal {
        Refusal::Answer { code, detail } => of_answer(code, detail, command, server),
        Refusal::NotRedis => Trouble::CannotTell(format!("{server} answers, but not as Redis does")),
        Refusal::Io(error) => Trouble::CannotTell(of_connection(error, server, has_tls)),
    }
}

fn of_answer(code: &str, detail: &str, command: &str, server: &str) -> Trouble {
    let cannot_tell = |message: String| Trouble::CannotTell(message);
    match (code, command) {
        ("NOAUTH", _) => cannot_tell(format!("{server} wants a password (NOAUTH); set `password`, and `username` if there is one")),
        ("WRONGPASS", _) => {
            cannot_tell(format!("{server} does not accept the login (WRONGPASS); look at `username` and `password`"))
        }
        ("NOPERM", _) => {
            let right = command.to_lowercase();
            cannot_tell(format!("the user has no right to {command} on {server} (NOPERM); allow it with `+{right}`"))
        }
        ("DENIED", _) => cannot_tell(format!("{server} is in protected mode and lets in only clients of its own machine (DENIED)")),
        (_, _) if detail.contains(FULL) => Trouble::Unwell(format!("{server} lets nobody in: {FULL}")),
        (_, "AUTH") => cannot_tell(format!("{server} refuses the login ({code}): {}", shortened(detail))),
        (_, "SELECT") => cannot_tell(format!("{server} does not give the database ({code}): {}; look at `db`", shortened(detail))),
        (_, _) => Trouble::Unwell(format!("{command} is answered with {code}: {}", shortened(detail))),
    }
}

fn of_connection(error: &io::Error, server: &str, has_tls: bool) -> String {
    if let Some(reason) = dial::tls_reason(error) {
        return failure::tls(reason, server);
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
