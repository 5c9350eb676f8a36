//! Describes failures of connections and of TLS.

use super::advice::{Keys, client_certificate};
use super::bad_certificate::BadCertificate;
use super::excerpt::shortened;
use super::{certificate_reason, host};
use rustls::{AlertDescription, CertificateError, PeerIncompatible};
use std::error::Error;
use std::io;
use system::exhaustion::Exhausted;

/// Describes an error of a connection to `server`, which is `host:port`.
pub fn network(error: &io::Error, server: &str) -> String {
    match error.kind() {
        // With TLS this is an end without `close_notify`, for which the library's text is an address of its documentation.
        io::ErrorKind::UnexpectedEof => format!("{server} broke the connection off"),
        _ => network_known(error, server).unwrap_or_else(|| format!("no answer from {server}: {}", shortened(&error.to_string()))),
    }
}

/// The same, only for errors with a known meaning.
pub fn network_known(error: &io::Error, server: &str) -> Option<String> {
    if let Some(exhausted) = Exhausted::of(error) {
        return Some(format!("no connection with {server}: {}", exhausted.noted()));
    }
    match error.kind() {
        // The system reports this for an address that needs a network interface.
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

/// Describes why there is no TLS connection with `server`, which is `host:port`. Only `keys` are advised.
pub fn tls(error: &rustls::Error, server: &str, keys: Keys) -> String {
    match error {
        rustls::Error::InvalidCertificate(reason) => match explained(reason) {
            Some(bad) => bad.message(server, keys),
            None => format!("the certificate of {server} {}", certificate_reason::describe(reason).message(keys)),
        },
        rustls::Error::AlertReceived(alert) => refusal(*alert, server, keys),
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
        // The remaining errors are local; the library prints the names of its own types for them.
        _ => format!("no TLS connection with {server}: the TLS of this machine fails"),
    }
}

fn explained(reason: &CertificateError) -> Option<&BadCertificate> {
    match reason {
        CertificateError::Other(other) => other.0.downcast_ref(),
        _ => None,
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

/// Describes the alert with which a server ended the handshake.
fn refusal(alert: AlertDescription, server: &str, keys: Keys) -> String {
    match alert {
        AlertDescription::CertificateRequired => {
            format!("{server} wants a certificate of the client{}", client_certificate(keys, "set"))
        }
        AlertDescription::BadCertificate
        | AlertDescription::UnsupportedCertificate
        | AlertDescription::CertificateRevoked
        | AlertDescription::CertificateExpired
        | AlertDescription::CertificateUnknown
        | AlertDescription::UnknownCA
        | AlertDescription::AccessDenied => {
            let advice = client_certificate(keys, "look at");
            format!("{server} refuses the certificate of the client ({}){advice}", alert_name(alert))
        }
        // TLS 1.2 has no alert of its own for a missing client certificate.
        AlertDescription::HandshakeFailure => format!(
            "{server} refuses the TLS connection ({}): most likely it wants a certificate of the client, or another one{}",
            alert_name(alert),
            client_certificate(keys, "look at")
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

/// The sources of an error, from the outermost to the innermost.
pub fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(error.source(), |&cause| {
        // `source` of an IO error skips the error that it wraps.
        match cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(wrapped) => Some(wrapped),
            None => cause.source(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustls::pki_types::UnixTime;
    use rustls::{CertRevocationListError, OtherError};
    use std::sync::Arc;

    /// Fails for text that only a programmer understands: names of types and variants, paths, addresses of documentation.
    #[track_caller]
    fn assert_plain(text: &str) {
        let letters: Vec<_> = text.chars().collect();
        let camel = letters.windows(2).any(|pair| pair[0].is_lowercase() && pair[1].is_uppercase());
        let code = ["::", "{", "}", "[", "\"", "Some(", "docs.rs"].into_iter().any(|part| text.contains(part));
        assert!(!camel && !code, "{text}");
    }

    #[test]
    fn no_error_of_tls_is_shown_in_the_words_of_its_library() {
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
            let text = tls(&error, "a:1", Keys::ALL);
            // These are words of the field, not names of a program.
            assert_plain(&text.replace("X.509", "").replace("TLS", ""));
        }
    }

    #[test]
    fn alerts_are_shown_as_people_write_them() {
        assert_eq!(alert_name(AlertDescription::HandshakeFailure), "handshake failure");
        assert_eq!(alert_name(AlertDescription::UnknownCA), "unknown ca");
        assert_eq!(alert_name(AlertDescription::from(200)), "alert 200");
    }

    #[test]
    fn an_early_end_is_described_without_the_documentation_of_the_library() {
        let reason = "peer closed connection without sending TLS close_notify: https://docs.rs/rustls/latest/rustls/";
        let end = io::Error::new(io::ErrorKind::UnexpectedEof, reason);
        assert_eq!(network(&end, "a:1"), "a:1 broke the connection off");
    }
}
