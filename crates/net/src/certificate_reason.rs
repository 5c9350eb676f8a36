//! Reasons for rejecting a certificate, and advice.

use super::advice::{Advice, Keys};
use super::excerpt::shortened;
use chrono::DateTime;
use rustls::CertificateError;
use rustls::pki_types::UnixTime;

/// Maximum number of names of a certificate that are shown.
const MOST_NAMES: usize = 3;

/// The library's name for a certificate of an authority that a server uses. Most of these are self-signed.
pub(crate) const OWN_AUTHORITY: &str = "CaUsedAsEndEntity";

/// What is wrong with a certificate, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reason {
    /// For example `has expired on 2026-11-28`.
    pub(crate) text: String,
    pub(crate) advice: Advice,
}

impl Reason {
    pub(crate) fn new(text: impl Into<String>, advice: Advice) -> Self {
        Self { text: text.into(), advice }
    }

    /// The predicate of a message about the certificate.
    pub(crate) fn message(&self, keys: Keys) -> String {
        format!("{}{}", self.text, self.advice.text(keys))
    }
}

/// The reason for an error of the library.
pub(crate) fn describe(reason: &CertificateError) -> Reason {
    let plain = |text: String| Reason::new(text, Advice::None);
    let why = match reason {
        CertificateError::ExpiredContext { not_after, .. } => return plain(format!("has expired{}", day(" on ", *not_after))),
        CertificateError::Expired => return plain("has expired".to_owned()),
        CertificateError::NotValidYetContext { not_before, .. } => {
            return plain(format!("is not valid yet{}", day(", but from ", *not_before)));
        }
        CertificateError::NotValidYet => return plain("is not valid yet".to_owned()),
        CertificateError::NotValidForNameContext { presented, .. } => match names(presented).as_slice() {
            [] => return nameless(None),
            names => return plain(format!("is for another name: {}", names.join(", "))),
        },
        CertificateError::NotValidForName => return plain("is for another name".to_owned()),
        CertificateError::UnknownIssuer => {
            return Reason::new("is not trusted (unknown issuer)", Advice::TrustAuthority);
        }
        CertificateError::Revoked => return plain("has been revoked".to_owned()),
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
        // Later versions of the library may have more reasons.
        _ => "it violates the rules for certificates",
    };
    distrusted(why)
}

/// The reason and advice for a certificate that has to be replaced.
pub(crate) fn distrusted(why: &str) -> Reason {
    Reason::new(format!("is not trusted ({why})"), Advice::Replace)
}

pub(crate) fn signed_by_itself() -> Reason {
    Reason::new("is not trusted (signed by itself)", Advice::TrustCertificate)
}

/// The reason for a certificate without a subject alternative name. Old ones have only a common name.
pub(crate) fn nameless(common_name: Option<&str>) -> Reason {
    let common = common_name.map(|name| format!(", and its common name {name} does not count")).unwrap_or_default();
    Reason::new(format!("is for no name: it has no subject alternative name{common}"), Advice::Replace)
}

/// The rule that a certificate breaks, by the library's name for it.
fn rule(case: &str) -> &'static str {
    match case {
        "UnsupportedCriticalExtension" => "a critical extension that is not known here",
        "UnsupportedCertVersion" => "it is of an old form, not X.509 version 3",
        "EndEntityUsedAsCa" => "it is not for an authority, but has signed another",
        "NameConstraintViolation" => "its authority may not sign for its name",
        "PathLenConstraintViolated" => "more authorities are between it and the root than the root allows",
        "EmptyEkuExtension" => "it is for no purpose, as its extended key usage says",
        case if case.starts_with("Maximum") => "its chain is too long or too complicated",
        _ => "it violates the rules for certificates",
    }
}

/// The first names and addresses of a certificate, which the library writes as `DnsName("example.org")` and
/// `IpAddress(192.0.2.1)`. Its other kinds of names do not name servers.
pub(crate) fn names(presented: &[String]) -> Vec<String> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_shown_as_people_write_them() {
        let presented = ["DnsName(\"b.test\")", "IpAddress(::1)", "DirectoryName", "Unsupported(0x81)"].map(str::to_owned);
        assert_eq!(names(&presented), ["b.test", "::1"]);
    }
}
