//! Why an HTTP request has no answer.

use super::limits::HEAD_LIMITS;
use crate::advice::Keys;
use crate::deadline::TimeIsOver;
use crate::dial::DialError;
use crate::excerpt::shortened;
use crate::failure::causes;
use crate::{dial, failure};
use std::error::Error;
use std::{fmt, io};

/// Why a request has no complete answer.
#[derive(Debug)]
pub enum HttpError {
    /// The connection failed.
    Dial(DialError),
    /// TLS failed.
    Tls(io::Error),
    /// The proxy does not connect to the server. The text is the message, without secrets.
    Proxy(String),
    /// The request cannot be encoded.
    Request,
    /// No HTTP answer was received. `answered`: whether any byte was.
    Exchange { error: hyper::Error, answered: bool },
    /// The body of the answer is incomplete or invalid.
    Body(hyper::Error),
    /// The answer was late. `answered`: whether it had begun.
    Late { over: TimeIsOver, answered: bool },
}

impl HttpError {
    /// Whether the head of the answer was larger than the connection accepts.
    pub(super) fn is_too_large(&self) -> bool {
        matches!(self, Self::Exchange { error, .. } if error.is_parse_too_large())
    }

    /// The TLS error that caused it, if any.
    pub fn tls(&self) -> Option<&rustls::Error> {
        match self {
            Self::Tls(error) => dial::tls_reason(error),
            Self::Exchange { error, .. } | Self::Body(error) => causes(error).find_map(|cause| cause.downcast_ref()),
            _ => None,
        }
    }

    /// The IO error that caused it, if any.
    pub fn io(&self) -> Option<&io::Error> {
        match self {
            Self::Tls(error) => Some(error),
            Self::Exchange { error, .. } | Self::Body(error) => causes(error).find_map(|cause| cause.downcast_ref()),
            _ => None,
        }
    }

    /// The message about `server`, which is `host:port`. Only `keys` are advised.
    pub fn describe(&self, server: &str, keys: Keys) -> String {
        match self {
            Self::Dial(error) => error.clone().into_message(),
            Self::Proxy(message) => message.clone(),
            Self::Request => format!("the address at {server} cannot be written as a request"),
            Self::Tls(error) => dial::handshake_failure(error, server, keys),
            Self::Late { over, answered: false } => format!("no answer {over}"),
            Self::Late { over, answered: true } => format!("no complete answer {over}"),
            Self::Exchange { error, answered } => exchange(error, *answered, server, keys),
            Self::Body(error) if ended_early(error) => {
                format!("{server} answered, but ended the connection before the end of the body")
            }
            Self::Body(error) if is_misspelled(error) => {
                format!(
                    "{server} answered, but its body is not in chunks as HTTP has them: a length is no hexadecimal number, or a line does \
                     not end with CR and LF"
                )
            }
            Self::Body(error) => known(error, server, keys)
                .unwrap_or_else(|| format!("{server} answered, but the body broke off: {}", reason(error))),
        }
    }
}

fn exchange(error: &hyper::Error, answered: bool, server: &str, keys: Keys) -> String {
    if error.is_parse_too_large() {
        return format!("{server} answered, but with more headers than are read: {}", HEAD_LIMITS);
    }
    if error.is_parse() {
        return format!("{server} answered, but not as HTTP has it: {}", misspelled(error));
    }
    match (known(error, server, keys), answered) {
        (Some(text), false) => text,
        (_, true) if ended_early(error) => format!("{server} answered, but ended the connection before the end of the headers"),
        (_, true) => format!("{server} answered, but broke off before the end of the headers: {}", reason(error)),
        (None, false) => format!("no answer from {server}: {}", reason(error)),
    }
}

/// Describes an invalid head of an answer.
fn misspelled(error: &hyper::Error) -> String {
    // The library has no types for these.
    let known = [
        ("content-length", "its Content-Length is not one whole number"),
        ("HTTP version", "its first line does not begin with HTTP/1.0 or HTTP/1.1 and one blank"),
        ("HTTP status-code", "its first line does not have a code of three digits between single blanks"),
        ("transfer-encoding", "its Transfer-Encoding cannot be understood"),
        ("HTTP header", "one of its headers cannot be read"),
    ];
    let reason = reason(error);
    known.into_iter().find(|(part, _)| reason.contains(part)).map_or(reason.clone(), |(_, words)| words.to_owned())
}

/// Whether a body violates its transfer coding.
fn is_misspelled(error: &hyper::Error) -> bool {
    let is_invalid = |cause: &(dyn Error + 'static)| {
        let error = cause.downcast_ref::<io::Error>();
        // TLS errors have these kinds, too.
        error.is_some_and(|error| {
            matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData) && dial::tls_reason(error).is_none()
        })
    };
    causes(error).any(is_invalid)
}

/// Whether the server closed the connection before it had sent all that it announced, with or without `close_notify`.
fn ended_early(error: &hyper::Error) -> bool {
    let is_end = |cause: &(dyn Error + 'static)| {
        cause.downcast_ref::<io::Error>().map(io::Error::kind) == Some(io::ErrorKind::UnexpectedEof)
    };
    error.is_incomplete_message() || causes(error).any(is_end)
}

/// The message for the first cause with a known meaning.
fn known(error: &hyper::Error, server: &str, keys: Keys) -> Option<String> {
    causes(error).find_map(|cause| {
        if let Some(error) = cause.downcast_ref::<rustls::Error>() {
            Some(failure::tls(error, server, keys))
        } else {
            cause.downcast_ref::<io::Error>().and_then(|error| failure::network_known(error, server))
        }
    })
}

fn reason(error: &hyper::Error) -> String {
    let last = causes(error).last().map(ToString::to_string);
    shortened(&last.unwrap_or_else(|| (error as &dyn Error).to_string()))
}

impl fmt::Display for HttpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.describe("the server", Keys::ALL))
    }
}

impl Error for HttpError {}

impl From<DialError> for HttpError {
    fn from(error: DialError) -> Self {
        Self::Dial(error)
    }
}
