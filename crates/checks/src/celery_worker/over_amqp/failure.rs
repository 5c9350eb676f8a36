//! Describes failures of an AMQP broker, and the remedy.

use lapin::{Error, ErrorKind};
use net::excerpt::shortened;
use net::failure::network;

pub(super) const ACCESS_REFUSED: u16 = 403;
pub(super) const NOT_FOUND: u16 = 404;
/// For a virtual host.
const NOT_ALLOWED: u16 = 530;

/// The context of a failure.
pub(super) struct Failure<'a> {
    /// `host:port`.
    pub(super) server: String,
    pub(super) username: &'a str,
    pub(super) vhost: &'a str,
}

/// The AMQP reply code of an error.
pub(super) fn code(error: &Error) -> Option<u16> {
    match error.kind() {
        ErrorKind::ProtocolError(error) => Some(error.get_id()),
        _ => None,
    }
}

impl Failure<'_> {
    pub(super) fn of_login(&self, error: &Error) -> String {
        let Self { server, username, vhost } = self;
        match code(error) {
            Some(ACCESS_REFUSED) => {
                format!("{server} refuses the user `{username}` or the password; look at `username` and `password`")
            }
            Some(NOT_ALLOWED) if text(error).contains("not found") => {
                format!("there is no virtual host `{vhost}` on {server}; look at `vhost`")
            }
            Some(NOT_ALLOWED) => {
                format!("the user `{username}` may not use the virtual host `{vhost}` of {server}; grant it, or look at `vhost`")
            }
            _ => self.of_check(error),
        }
    }

    /// `reply_exchange` is where the workers send their answers.
    pub(super) fn of_mailbox(&self, error: &Error, reply_exchange: &str) -> String {
        let Self { server, username, .. } = self;
        match code(error) {
            Some(ACCESS_REFUSED) => format!(
                "{server} does not let the user `{username}` open a queue for the answers; \
                 grant it to configure, write and read `.+\\.{reply_exchange}`, and to read `{reply_exchange}`"
            ),
            Some(NOT_FOUND) => format!(
                "there is no exchange `{reply_exchange}` on {server}, and the user `{username}` may not make it; grant it to configure it"
            ),
            _ => self.of_check(error),
        }
    }

    pub(super) fn of_check(&self, error: &Error) -> String {
        let server = &self.server;
        match error.kind() {
            ErrorKind::ProtocolError(_) => format!("{server} refuses: {}", shortened(&text(error))),
            ErrorKind::IOError(error) => network(error, server),
            ErrorKind::InvalidConnectionState(_) | ErrorKind::InvalidChannelState(..) | ErrorKind::InvalidChannel(_) => {
                format!("{server} broke the connection off")
            }
            ErrorKind::ParsingError(_) | ErrorKind::InvalidProtocolVersion(_) => format!("{server} does not speak AMQP 0-9-1"),
            _ => format!("no answer from {server}: {}", shortened(&error.to_string())),
        }
    }

    pub(super) fn of_blocked(&self, reason: &str) -> String {
        format!("{} accepts no messages now, so the workers cannot be asked ({reason}); look at its memory and disk", self.server)
    }
}

fn text(error: &Error) -> String {
    match error.kind() {
        ErrorKind::ProtocolError(error) => error.get_message().to_string(),
        _ => String::new(),
    }
}
