//! Servers that close a TLS connection without `close_notify`. If the end of the connection is the end of the body, the body may
//! then have been cut off.

use net::http::{HttpError, Response};
use reqwest::Version;
use reqwest::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use std::io;

/// The note in the row about such a body, which counts as complete.
pub(super) const MISSING: &str =
    "the server ended the connection without the TLS message close_notify, so that the body may be cut off";

/// Whether the body ends with the connection.
pub(super) fn ends_body(response: &Response) -> bool {
    let headers = response.headers();
    response.version() < Version::HTTP_2 && !headers.contains_key(CONTENT_LENGTH) && !headers.contains_key(TRANSFER_ENCODING)
}

/// Whether reading failed because `close_notify` is missing.
pub(super) fn is_missing(error: &HttpError) -> bool {
    error.io().is_some_and(is_end_without_close_notify)
}

/// The library has no type for it.
fn is_end_without_close_notify(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::UnexpectedEof && error.to_string().contains("close_notify")
}
