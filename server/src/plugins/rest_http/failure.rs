//! Says in words why there was no answer.

use super::address::server;
use crate::plugins::CheckError;
use chrono::DateTime;
use reqwest::Url;
use rustls::pki_types::UnixTime;
use rustls::{AlertDescription, CertificateError};
use std::error::Error;
use std::io;

/// Longest reason of a library that is shown, in characters.
const LONGEST_REASON: usize = 160;

/// Most names of a certificate that are shown.
const MOST_NAMES: usize = 3;

/// How the library calls a certificate that claims to be an authority and is used by a server: most are signed by themselves.
const OWN_AUTHORITY: &str = "CaUsedAsEndEntity";

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
            cause.downcast_ref::<io::Error>().and_then(|error| network(error.kind(), &server))
        }
    });
    // The first error repeats the URL; the last one holds the reason.
    let unnamed = || {
        let reason = causes(error).last().map(|cause| cause.to_string()).unwrap_or_default();
        format!("no answer from {server}: {}", reason.chars().take(LONGEST_REASON).collect::<String>())
    };
    CheckError::new(text.unwrap_or_else(unnamed))
}

/// What lies behind an error, from the outside to the inside.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(error.source(), |&cause| {
        // An IO error passes over the error that it wraps when it is asked for its source.
        match cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(wrapped) => Some(wrapped),
            None => cause.source(),
        }
    })
}

fn network(kind: io::ErrorKind, server: &str) -> Option<String> {
    match kind {
        io::ErrorKind::ConnectionRefused => Some(format!("connection refused by {server}")),
        io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted | io::ErrorKind::BrokenPipe => {
            Some(format!("{server} broke the connection off"))
        }
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => Some(format!("no route to {server}")),
        io::ErrorKind::TimedOut => Some(format!("the connection to {server} is dead: nothing came back in time")),
        _ => None,
    }
}

fn tls(error: &rustls::Error, server: &str) -> String {
    match error {
        rustls::Error::InvalidCertificate(reason) => format!("the certificate of {server} {}", certificate(reason)),
        rustls::Error::AlertReceived(alert) => refusal(*alert, server),
        rustls::Error::InvalidMessage(_) => format!("{server} does not speak TLS; if that is right, set `protocol: http`"),
        other => format!("no TLS connection with {server}: {}", other.to_string().chars().take(LONGEST_REASON).collect::<String>()),
    }
}

fn certificate(reason: &CertificateError) -> String {
    match reason {
        CertificateError::ExpiredContext { not_after, .. } => format!("has expired{}", day(" on ", *not_after)),
        CertificateError::Expired => "has expired".to_owned(),
        CertificateError::NotValidYetContext { not_before, .. } => format!("is not valid yet{}", day(", but from ", *not_before)),
        CertificateError::NotValidYet => "is not valid yet".to_owned(),
        CertificateError::NotValidForNameContext { presented, .. } => {
            let names: Vec<_> = presented.iter().take(MOST_NAMES).map(|name| presented_name(name)).collect();
            format!("is for another name: {}", names.join(", "))
        }
        CertificateError::NotValidForName => "is for another name".to_owned(),
        CertificateError::UnknownIssuer => {
            "is not trusted (unknown issuer); add the authority as `ca`, or set `verify: false`".to_owned()
        }
        CertificateError::Revoked => "has been revoked".to_owned(),
        CertificateError::Other(reason) if reason.to_string() == OWN_AUTHORITY => {
            "is not trusted (signed by itself); add it as `ca`, or set `verify: false`".to_owned()
        }
        other => {
            let reason = other.to_string().chars().take(LONGEST_REASON).collect::<String>();
            format!("is not trusted ({reason}); replace it, or set `verify: false`")
        }
    }
}

/// The library gives `DnsName("example.org")`.
fn presented_name(name: &str) -> String {
    name.split('"').nth(1).unwrap_or(name).chars().take(LONGEST_REASON).collect()
}

fn day(before: &str, time: UnixTime) -> String {
    let time = i64::try_from(time.as_secs()).ok().and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    time.map(|time| format!("{before}{}", time.format("%Y-%m-%d"))).unwrap_or_default()
}

/// What the server tells when it ends the handshake; most often it does not like the certificate of the client.
fn refusal(alert: AlertDescription, server: &str) -> String {
    match alert {
        AlertDescription::CertificateRequired => format!("{server} wants a certificate of the client; set `cert` and `key`"),
        AlertDescription::BadCertificate
        | AlertDescription::UnsupportedCertificate
        | AlertDescription::CertificateRevoked
        | AlertDescription::CertificateExpired
        | AlertDescription::CertificateUnknown
        | AlertDescription::UnknownCA
        | AlertDescription::AccessDenied => {
            format!("{server} refuses the certificate of the client ({alert:?}); look at `cert` and `key`")
        }
        other => format!("{server} refuses the TLS connection ({other:?})"),
    }
}
