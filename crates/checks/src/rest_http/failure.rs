//! Says in words why there was no answer.

use super::address::server;
use crate::CheckError;
use net::http::HttpError;
use reqwest::Url;

/// Describes why `url` gave no answer. The text names host and port only: path and query may hold keys.
pub(super) fn describe(error: &HttpError, url: &Url) -> CheckError {
    let text = error.describe(&server(url));
    match error.tls() {
        Some(rustls::Error::InvalidMessage(_)) => CheckError::new(format!("{text}; if that is right, set `protocol: http`")),
        _ => CheckError::new(text),
    }
}
