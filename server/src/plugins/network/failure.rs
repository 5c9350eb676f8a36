//! Says in words what went wrong between here and a server.

use chrono::DateTime;
use rustls::pki_types::UnixTime;
use rustls::{AlertDescription, CertificateError};
use std::error::Error;
use std::io;

/// Longest reason of a library that is shown, in characters.
const LONGEST_REASON: usize = 160;

/// Most names of a certificate that are shown.
const MOST_NAMES: usize = 3;

/// Shortest word that is left out of what a server says, in bytes.
const SHORTEST_WITHHELD: usize = 4;

/// How the library calls a certificate that claims to be an authority and is used by a server: most are signed by themselves.
pub(in crate::plugins) const OWN_AUTHORITY: &str = "CaUsedAsEndEntity";

/// Describes an error of a connection to `server`, which is `host:port`.
pub(in crate::plugins) fn network(error: &io::Error, server: &str) -> String {
    network_kind(error.kind(), server).unwrap_or_else(|| format!("no answer from {server}: {}", shortened(&error.to_string())))
}

/// The same where the kind alone is known to mean something.
pub(in crate::plugins) fn network_kind(kind: io::ErrorKind, server: &str) -> Option<String> {
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

/// Describes why there is no TLS connection with `server`, which is `host:port`.
pub(in crate::plugins) fn tls(error: &rustls::Error, server: &str) -> String {
    match error {
        rustls::Error::InvalidCertificate(reason) => format!("the certificate of {server} {}", certificate(reason)),
        rustls::Error::AlertReceived(alert) => refusal(*alert, server),
        rustls::Error::InvalidMessage(_) => format!("{server} does not speak TLS"),
        other => format!("no TLS connection with {server}: {}", shortened(&other.to_string())),
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
            format!("is not trusted ({}); replace it, or set `verify: false`", shortened(&other.to_string()))
        }
    }
}

/// The library gives `DnsName("example.org")`.
fn presented_name(name: &str) -> String {
    shortened(name.split('"').nth(1).unwrap_or(name))
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

/// What lies behind an error, from the outside to the inside.
pub(in crate::plugins) fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(error.source(), |&cause| {
        // An IO error passes over the error that it wraps when it is asked for its source.
        match cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(wrapped) => Some(wrapped),
            None => cause.source(),
        }
    })
}

/// The beginning of a text of somebody else, which may be long.
pub(crate) fn shortened(reason: &str) -> String {
    reason.chars().take(LONGEST_REASON).collect()
}

/// The beginning of what a server said, in quotation marks. The words of `withheld` are left out wherever they come back in it; short
/// ones are kept, for they would be found anywhere.
pub(in crate::plugins) fn excerpt(answer: &[u8], withheld: &str) -> String {
    let mut text = String::from_utf8_lossy(answer).into_owned();
    let mut words: Vec<_> = withheld.split_whitespace().filter(|word| word.len() >= SHORTEST_WITHHELD).collect();
    // A longer word may hold a shorter one.
    words.sort_unstable_by_key(|word| std::cmp::Reverse(word.len()));
    for word in words {
        text = text.replace(word, "[sent]");
    }
    let text = text.trim();
    let cut = if text.chars().nth(LONGEST_REASON).is_some() { "…" } else { "" };
    format!("\"{}{cut}\"", shortened(text).escape_debug())
}
