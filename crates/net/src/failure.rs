//! Says in words what went wrong between here and a server.

use super::bad_certificate::BadCertificate;
use super::host;
use super::withhold::withhold;
use chrono::DateTime;
use rustls::pki_types::UnixTime;
use rustls::{AlertDescription, CertificateError, PeerIncompatible};
use std::borrow::Cow;
use std::error::Error;
use std::io;
use system::exhaustion::Exhausted;

/// Longest reason of a library that is shown, in characters.
const LONGEST_REASON: usize = 160;

/// Most names of a certificate that are shown.
const MOST_NAMES: usize = 3;

/// How the library calls a certificate that claims to be an authority and is used by a server: most are signed by themselves.
pub const OWN_AUTHORITY: &str = "CaUsedAsEndEntity";

/// Describes an error of a connection to `server`, which is `host:port`.
pub fn network(error: &io::Error, server: &str) -> String {
    match error.kind() {
        // With TLS this is an end without a farewell, about which the library gives an address to read.
        io::ErrorKind::UnexpectedEof => format!("{server} broke the connection off"),
        _ => network_known(error, server).unwrap_or_else(|| format!("no answer from {server}: {}", shortened(&error.to_string()))),
    }
}

/// The same where the error is known to mean something.
pub fn network_known(error: &io::Error, server: &str) -> Option<String> {
    if let Some(exhausted) = Exhausted::of(error) {
        return Some(format!("no connection with {server}: {}", exhausted.noted()));
    }
    match error.kind() {
        // This is what the system says of an address that means nothing without a network interface.
        io::ErrorKind::InvalidInput => host::zone_advice(server),
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
pub fn tls(error: &rustls::Error, server: &str) -> String {
    match error {
        rustls::Error::InvalidCertificate(reason) => match explained(reason) {
            Some(bad) => bad.message(server),
            None => format!("the certificate of {server} {}", certificate(reason)),
        },
        rustls::Error::AlertReceived(alert) => refusal(*alert, server),
        rustls::Error::InvalidMessage(_) => format!("{server} does not speak TLS"),
        rustls::Error::NoCertificatesPresented => format!("{server} shows no certificate"),
        rustls::Error::PeerIncompatible(what) => format!("no TLS connection with {server}: {}", incompatible(what)),
        rustls::Error::InappropriateMessage { .. }
        | rustls::Error::InappropriateHandshakeMessage { .. }
        | rustls::Error::PeerMisbehaved(_)
        | rustls::Error::DecryptError
        | rustls::Error::PeerSentOversizedRecord => format!("{server} does not keep to the rules of TLS"),
        rustls::Error::NoApplicationProtocol => format!("{server} speaks no protocol that is known here"),
        rustls::Error::InvalidCertRevocationList(_) => format!("the list of revoked certificates for {server} cannot be used"),
        rustls::Error::InconsistentKeys(_) => "`key` does not belong to `cert`".to_owned(),
        rustls::Error::General(reason) => format!("no TLS connection with {server}: {}", shortened(reason)),
        // What is left happens on this side; the library prints the names of its own types for it.
        _ => format!("no TLS connection with {server}: the TLS of this machine fails"),
    }
}

fn explained(reason: &CertificateError) -> Option<&BadCertificate> {
    match reason {
        CertificateError::Other(other) => other.0.downcast_ref(),
        _ => None,
    }
}

/// What is wrong with a certificate, for example `has expired`.
pub fn certificate(reason: &CertificateError) -> String {
    let why = match reason {
        CertificateError::ExpiredContext { not_after, .. } => return format!("has expired{}", day(" on ", *not_after)),
        CertificateError::Expired => return "has expired".to_owned(),
        CertificateError::NotValidYetContext { not_before, .. } => {
            return format!("is not valid yet{}", day(", but from ", *not_before));
        }
        CertificateError::NotValidYet => return "is not valid yet".to_owned(),
        CertificateError::NotValidForNameContext { presented, .. } => match names(presented).as_slice() {
            [] => return nameless(None),
            names => return format!("is for another name: {}", names.join(", ")),
        },
        CertificateError::NotValidForName => return "is for another name".to_owned(),
        CertificateError::UnknownIssuer => {
            return "is not trusted (unknown issuer); add the authority as `ca`, or set `verify: false`".to_owned();
        }
        CertificateError::Revoked => return "has been revoked".to_owned(),
        CertificateError::BadEncoding => "it cannot be read",
        CertificateError::UnhandledCriticalExtension => "a critical extension that is not known here",
        CertificateError::BadSignature => "it is not signed by the key of its issuer",
        CertificateError::UnsupportedSignatureAlgorithmContext { .. } => "signed with an algorithm that is not supported",
        CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => {
            "the key of its issuer is of a kind that is not supported"
        }
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            "it is not for servers, as its extended key usage says"
        }
        CertificateError::UnknownRevocationStatus
        | CertificateError::ExpiredRevocationList
        | CertificateError::ExpiredRevocationListContext { .. }
        | CertificateError::InvalidOcspResponse => "it cannot be found out whether it has been revoked",
        CertificateError::Other(reason) => match reason.to_string().as_str() {
            OWN_AUTHORITY => return signed_by_itself(),
            reason => rule(reason),
        },
        // The library may come to have more reasons than it has now.
        _ => "it does not keep to the rules for certificates",
    };
    distrusted(why)
}

/// What is wrong with a certificate that has to be replaced.
pub fn distrusted(why: &str) -> String {
    format!("is not trusted ({why}); replace it, or set `verify: false`")
}

pub fn signed_by_itself() -> String {
    "is not trusted (signed by itself); add it as `ca`, or set `verify: false`".to_owned()
}

/// Some certificates have only a common name, which counted once.
pub fn nameless(common_name: Option<&str>) -> String {
    let common = common_name.map(|name| format!(", and its common name {name} does not count")).unwrap_or_default();
    format!("is for no name: it has no subject alternative name{common}; replace it, or set `verify: false`")
}

/// The rule that a certificate breaks, by the name that the library has for the case.
fn rule(case: &str) -> &'static str {
    match case {
        "UnsupportedCriticalExtension" => "a critical extension that is not known here",
        "UnsupportedCertVersion" => "it is of an old form, not X.509 version 3",
        "EndEntityUsedAsCa" => "it is not for an authority, but has signed another",
        "NameConstraintViolation" => "its authority may not sign for its name",
        "PathLenConstraintViolated" => "more authorities are between it and the root than the root allows",
        "EmptyEkuExtension" => "it is for no purpose, as its extended key usage says",
        case if case.starts_with("Maximum") => "its chain is too long or too complicated",
        _ => "it does not keep to the rules for certificates",
    }
}

fn incompatible(what: &PeerIncompatible) -> &'static str {
    match what {
        PeerIncompatible::ServerDoesNotSupportTls12Or13 | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig => {
            "it speaks only versions older than TLS 1.2"
        }
        PeerIncompatible::NoCertificateRequestSignatureSchemesInCommon | PeerIncompatible::NoSignatureSchemesInCommon => {
            "it takes no signature of a kind that is known here"
        }
        _ => "it has no cipher or key exchange in common with this machine",
    }
}

/// The first names and addresses of a certificate. The library gives `DnsName("example.org")` and `IpAddress(192.0.2.1)`; it has other
/// kinds of names as well, which are none of a server.
pub fn names(presented: &[String]) -> Vec<String> {
    let name = |text: &String| {
        let text = text.strip_prefix("DnsName(\"").and_then(|name| name.strip_suffix("\")"));
        text.map(shortened)
    };
    let address = |text: &String| {
        let text = text.strip_prefix("IpAddress(").and_then(|address| address.strip_suffix(')'));
        text.map(shortened)
    };
    presented.iter().filter_map(|text| name(text).or_else(|| address(text))).take(MOST_NAMES).collect()
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
            format!("{server} refuses the certificate of the client ({}); look at `cert` and `key`", alert_name(alert))
        }
        // With TLS 1.2 a server that misses a certificate of the client has no alert of its own for that.
        AlertDescription::HandshakeFailure => format!(
            "{server} refuses the TLS connection ({}): most likely it wants a certificate of the client, or another one; look at `cert` \
             and `key`",
            alert_name(alert)
        ),
        other => format!("{server} refuses the TLS connection ({})", alert_name(other)),
    }
}

/// The name of an alert as the standard writes it, for example `handshake failure`.
fn alert_name(alert: AlertDescription) -> String {
    let Some(name) = alert.as_str() else { return format!("alert {}", u8::from(alert)) };
    let mut words = String::new();
    let mut before = ' ';
    for letter in name.chars() {
        if letter.is_uppercase() && before.is_lowercase() {
            words.push(' ');
        }
        words.extend(letter.to_lowercase());
        before = letter;
    }
    words
}

/// What lies behind an error, from the outside to the inside.
pub fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(error.source(), |&cause| {
        // An IO error passes over the error that it wraps when it is asked for its source.
        match cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(wrapped) => Some(wrapped),
            None => cause.source(),
        }
    })
}

/// The beginning of a text of somebody else, which may be long.
pub fn shortened(reason: &str) -> String {
    without_documentation(reason).chars().take(LONGEST_REASON).collect()
}

/// What a library says, without the address of its documentation, which helps only those who program with it.
pub fn without_documentation(reason: &str) -> Cow<'_, str> {
    let Some((before, after)) = reason.split_once("https://docs.rs/") else { return reason.into() };
    let before = before.trim_end_matches([' ', ':', '(']);
    match after.split_once(char::is_whitespace) {
        Some((_, rest)) => format!("{before} {}", without_documentation(rest)).into(),
        None => before.into(),
    }
}

/// The beginning of what a server said, in quotation marks. The words of `withheld` are left out wherever they come back in it; short
/// ones are kept, for they would be found anywhere.
pub fn excerpt(answer: &[u8], withheld: &str) -> String {
    let mut text = String::from_utf8_lossy(answer).into_owned();
    let mut words: Vec<_> = withheld.split_whitespace().collect();
    // A longer word may hold a shorter one.
    words.sort_unstable_by_key(|word| std::cmp::Reverse(word.len()));
    for word in words {
        text = withhold(&text, word, "[sent]");
    }
    let text = text.trim();
    let cut = if text.chars().nth(LONGEST_REASON).is_some() { "…" } else { "" };
    format!("\"{}{cut}\"", shortened(text).escape_debug())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustls::{CertRevocationListError, OtherError};
    use std::sync::Arc;

    /// What only a programmer would understand: names of types and variants, paths, addresses of documentation.
    #[track_caller]
    fn assert_plain(text: &str) {
        let letters: Vec<_> = text.chars().collect();
        let camel = letters.windows(2).any(|pair| pair[0].is_lowercase() && pair[1].is_uppercase());
        let code = ["::", "{", "}", "[", "\"", "Some(", "docs.rs"].into_iter().any(|part| text.contains(part));
        assert!(!camel && !code, "{text}");
    }

    #[test]
    fn no_error_of_tls_is_told_in_the_words_of_its_library() {
        use rustls::Error::*;
        let other = || OtherError(Arc::new(io::Error::other("SomeVariant { field: 1 }")));
        let mut errors = vec![
            InappropriateMessage { expect_types: Vec::new(), got_type: rustls::ContentType::Alert },
            InappropriateHandshakeMessage { expect_types: Vec::new(), got_type: rustls::HandshakeType::Finished },
            InvalidMessage(rustls::InvalidMessage::InvalidContentType),
            NoCertificatesPresented,
            UnsupportedNameType,
            DecryptError,
            EncryptError,
            PeerIncompatible(rustls::PeerIncompatible::ServerDoesNotSupportTls12Or13),
            PeerIncompatible(rustls::PeerIncompatible::NoSignatureSchemesInCommon),
            PeerIncompatible(rustls::PeerIncompatible::NoKxGroupsInCommon),
            PeerMisbehaved(rustls::PeerMisbehaved::UnsolicitedEncryptedExtension),
            InvalidCertRevocationList(CertRevocationListError::ParseError),
            General("the handshake failed".to_owned()),
            FailedToGetCurrentTime,
            FailedToGetRandomBytes,
            HandshakeNotComplete,
            PeerSentOversizedRecord,
            NoApplicationProtocol,
            BadMaxFragmentSize,
            InconsistentKeys(rustls::InconsistentKeys::KeyMismatch),
            Other(other()),
        ];
        errors.extend((0..=u8::MAX).map(|alert| AlertReceived(AlertDescription::from(alert))));
        let time = UnixTime::since_unix_epoch(std::time::Duration::from_secs(1_893_456_000));
        let expected = rustls::pki_types::ServerName::try_from("a.test").unwrap();
        let name = |presented: &[&str]| CertificateError::NotValidForNameContext {
            expected: expected.clone(),
            presented: presented.iter().map(|name| (*name).to_owned()).collect(),
        };
        let certificates = [
            CertificateError::BadEncoding,
            CertificateError::Expired,
            CertificateError::ExpiredContext { time, not_after: time },
            CertificateError::NotValidYet,
            CertificateError::NotValidYetContext { time, not_before: time },
            CertificateError::Revoked,
            CertificateError::UnhandledCriticalExtension,
            CertificateError::UnknownIssuer,
            CertificateError::UnknownRevocationStatus,
            CertificateError::ExpiredRevocationList,
            CertificateError::ExpiredRevocationListContext { time, next_update: time },
            CertificateError::BadSignature,
            CertificateError::UnsupportedSignatureAlgorithmContext {
                signature_algorithm_id: Vec::new(),
                supported_algorithms: Vec::new(),
            },
            CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext {
                signature_algorithm_id: Vec::new(),
                public_key_algorithm_id: Vec::new(),
            },
            CertificateError::NotValidForName,
            name(&[]),
            name(&["DnsName(\"b.test\")", "IpAddress(192.0.2.1)", "DirectoryName", "Unsupported(0x81)"]),
            name(&["Unsupported(0x81)", "DirectoryName"]),
            CertificateError::InvalidPurpose,
            CertificateError::InvalidOcspResponse,
            CertificateError::ApplicationVerificationFailure,
            CertificateError::Other(other()),
        ];
        errors.extend(certificates.map(InvalidCertificate));
        for case in [
            "CaUsedAsEndEntity",
            "UnsupportedCriticalExtension",
            "UnsupportedCertVersion",
            "EndEntityUsedAsCa",
            "NameConstraintViolation",
            "PathLenConstraintViolated",
            "EmptyEkuExtension",
            "MaximumPathDepthExceeded",
            "MalformedExtensions",
        ] {
            errors.push(InvalidCertificate(CertificateError::Other(OtherError(Arc::new(io::Error::other(case))))));
        }
        for error in errors {
            let text = tls(&error, "a:1");
            // These are words, and not a name out of a program.
            assert_plain(&text.replace("X.509", "").replace("TLS", ""));
        }
    }

    #[test]
    fn names_and_alerts_are_told_as_people_write_them() {
        let presented = ["DnsName(\"b.test\")", "IpAddress(::1)", "DirectoryName", "Unsupported(0x81)"].map(str::to_owned);
        assert_eq!(names(&presented), ["b.test", "::1"]);
        assert_eq!(alert_name(AlertDescription::HandshakeFailure), "handshake failure");
        assert_eq!(alert_name(AlertDescription::UnknownCA), "unknown ca");
        assert_eq!(alert_name(AlertDescription::from(200)), "alert 200");
    }

    #[test]
    fn no_message_sends_people_to_the_documentation_of_a_library() {
        let reason =
            "peer closed connection without sending TLS close_notify: https://docs.rs/rustls/latest/rustls/manual/index.html";
        let told = "peer closed connection without sending TLS close_notify";
        assert_eq!(shortened(reason), told);
        assert_eq!(shortened(&format!("{reason} (again: {reason}) end")), format!("{told} (again: {told} end"));
        assert_eq!(shortened("look at https://example.org/"), "look at https://example.org/");
        let end = io::Error::new(io::ErrorKind::UnexpectedEof, reason);
        assert_eq!(network(&end, "a:1"), "a:1 broke the connection off");
    }
}
