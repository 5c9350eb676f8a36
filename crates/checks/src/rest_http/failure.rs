//! Describes why there was no answer.

use super::address::server;
use crate::CheckError;
use net::advice::Keys;
use net::http::HttpError;
use reqwest::Url;

/// Describes why `url` gave no answer. The text contains host and port only, since path and query may contain keys.
pub(super) fn describe(error: &HttpError, url: &Url) -> CheckError {
    let text = error.describe(&server(url), Keys::ALL);
    match error.tls() {
        Some(rustls::Error::InvalidMessage(_)) => CheckError::new(format!("{text}; if that is right, set `protocol: http`")),
        _ => CheckError::new(text),
    }
}
