//! Says in words why there was no answer.

use super::address::server;
use crate::plugins::CheckError;
use crate::plugins::network::failure::{self, causes, shortened};
use reqwest::Url;
use std::io;

/// Describes why `url` gave no answer. The text names host and port only: path and query may hold keys.
pub(super) fn describe(error: &reqwest::Error, url: &Url) -> CheckError {
    let server = server(url);
    if error.is_dns() {
        return CheckError::new(format!("the name `{}` could not be resolved", url.host_str().unwrap_or_default()));
    }
    let text = causes(error).find_map(|cause| {
        if let Some(error) = cause.downcast_ref::<rustls::Error>() {
            Some(tls(error, &server))
        } else {
            cause.downcast_ref::<io::Error>().and_then(|error| failure::network_kind(error.kind(), &server))
        }
    });
    // The first error repeats the URL; the last one holds the reason.
    let unnamed = || {
        let reason = causes(error).last().map(|cause| cause.to_string()).unwrap_or_default();
        format!("no answer from {server}: {}", shortened(&reason))
    };
    CheckError::new(text.unwrap_or_else(unnamed))
}

fn tls(error: &rustls::Error, server: &str) -> String {
    let text = failure::tls(error, server);
    match error {
        rustls::Error::InvalidMessage(_) => format!("{text}; if that is right, set `protocol: http`"),
        _ => text,
    }
}
