//! Finds the certificate of a chain that is at fault. The library reports only the kind of the fault.

use super::advice::{Advice, Keys};
use super::certificate_reason::{self, Reason, distrusted};
use super::excerpt::shortened;
use rustls::pki_types::CertificateDer;
use rustls::{CertificateError, OtherError};
use std::fmt;
use std::sync::Arc;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::{GeneralName, ParsedExtension};
use x509_parser::oid_registry::Oid;
use x509_parser::prelude::FromDer;
use x509_parser::public_key::PublicKey;
use x509_parser::x509::X509Name;

/// Sizes of RSA keys that the library accepts, in bits.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// OIDs of the critical extensions that the library supports: key usage, subject alternative name, basic constraints, name
/// constraints, CRL distribution points, extended key usage.
const UNDERSTOOD: [&str; 6] = ["2.5.29.15", "2.5.29.17", "2.5.29.19", "2.5.29.30", "2.5.29.31", "2.5.29.37"];

/// OID of the address from which the certificate of the issuer can be fetched.
const CA_ISSUERS: &str = "1.3.6.1.5.5.7.48.2";

/// With more authorities than this, `ca` is a general collection, and says nothing about the root of one server.
const MOST_GIVEN: usize = 5;

/// A certificate that is not trusted, and the reason.
#[derive(Debug, PartialEq, Eq)]
pub struct BadCertificate {
    whose: Whose,
    reason: Reason,
}

/// Whose certificate is at fault. Authorities are given by name.
#[derive(Debug, PartialEq, Eq)]
enum Whose {
    Server,
    /// Its certificate was sent by the server.
    SentAuthority(String),
    /// Its certificate is in `ca` of the service.
    OwnAuthority(String),
}

/// The certificates to examine, without those that cannot be read.
struct Chain<'a> {
    /// The certificate of the server.
    own: &'a X509Certificate<'a>,
    /// Certificates of authorities that the server sent.
    sent: &'a [X509Certificate<'a>],
    /// Certificates in `ca` of the service.
    given: &'a [X509Certificate<'a>],
}

/// Explains why the library does not trust the certificate `own` of a server. `sent` are the further certificates of the server,
/// `given` the authorities of the service.
pub fn explain(
    reason: CertificateError,
    own: &CertificateDer<'_>,
    sent: &[CertificateDer<'_>],
    given: &[CertificateDer<'_>],
) -> CertificateError {
    let [sent, given] = [sent, given].map(|list| list.iter().filter_map(|der| read(der)).collect::<Vec<_>>());
    match read(own) {
        Some(own) => Chain { own: &own, sent: &sent, given: &given }.find(&reason).into(),
        None => reason,
    }
}

/// Explains why the signature of a handshake does not match the certificate.
pub fn explain_signature(reason: CertificateError, own: &CertificateDer<'_>) -> CertificateError {
    let Some(own) = read(own) else { return reason };
    let reason = match (weak_key(&own), &reason) {
        (Some(weak), _) => distrusted(&weak),
        (None, CertificateError::BadSignature) => distrusted("the server does not have its key"),
        (None, reason) => return Chain { own: &own, sent: &[], given: &[] }.find(reason).into(),
    };
    BadCertificate { whose: Whose::Server, reason }.into()
}

impl BadCertificate {
    /// The message for a row. `server` is `host:port`.
    pub fn message(&self, server: &str, keys: Keys) -> String {
        let what = self.reason.message(keys);
        match &self.whose {
            Whose::Server => format!("the certificate of {server} {what}"),
            Whose::SentAuthority(name) => format!("the certificate of the authority {name}, which {server} sends along, {what}"),
            Whose::OwnAuthority(name) => format!("the certificate of the authority {name}, which is given in `ca`, {what}"),
        }
    }
}

impl fmt::Display for BadCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message("the server", Keys::ALL))
    }
}

impl std::error::Error for BadCertificate {}

impl From<BadCertificate> for CertificateError {
    fn from(bad: BadCertificate) -> Self {
        Self::Other(OtherError(Arc::new(bad)))
    }
}

impl Chain<'_> {
    fn find(&self, reason: &CertificateError) -> BadCertificate {
        let usual = || certificate_reason::describe(reason);
        match reason {
            CertificateError::ExpiredContext { not_after, .. } => {
                let end = not_after.as_secs();
                self.first(|one| u64::try_from(one.validity().not_after.timestamp()) == Ok(end), |_| usual())
            }
            CertificateError::NotValidYetContext { not_before, .. } => {
                let begin = not_before.as_secs();
                self.first(|one| u64::try_from(one.validity().not_before.timestamp()) == Ok(begin), |_| usual())
            }
            CertificateError::Expired => {
                let is_never_valid = |one: &X509Certificate<'_>| one.validity().not_after < one.validity().not_before;
                self.first(is_never_valid, |_| distrusted("its validity ends before it begins"))
            }
            CertificateError::NotValidForNameContext { presented, .. } if certificate_reason::names(presented).is_empty() => {
                self.of_server(self.nameless())
            }
            CertificateError::UnknownIssuer => self.of_server(self.unknown_issuer().unwrap_or_else(usual)),
            CertificateError::BadSignature => self.bad_signature(),
            CertificateError::UnsupportedSignatureAlgorithmContext { signature_algorithm_id, .. } => self.first(
                |one| is_algorithm(signature_algorithm_id, &one.signature_algorithm.algorithm),
                |one| distrusted(&format!("signed with {}", algorithm(&one.signature_algorithm.algorithm))),
            ),
            CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext { signature_algorithm_id, .. } => self.first(
                |one| is_algorithm(signature_algorithm_id, &one.signature_algorithm.algorithm),
                |one| distrusted(&format!("the key of its issuer {} is of a kind that is not supported", name(one.issuer()))),
            ),
            CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
                self.first(|one| !is_for_servers(one), |_| usual())
            }
            CertificateError::UnhandledCriticalExtension => self.strange_extension(),
            CertificateError::Other(other) => match other.to_string().as_str() {
                "UnsupportedCriticalExtension" => self.strange_extension(),
                "EndEntityUsedAsCa" => self.first_sent(|one| !is_authority(one), usual()),
                certificate_reason::OWN_AUTHORITY if self.own.issuer() != self.own.subject() => {
                    self.of_server(distrusted("it is that of an authority, not of a server"))
                }
                _ => self.of_server(usual()),
            },
            _ => self.of_server(usual()),
        }
    }

    fn of_server(&self, reason: Reason) -> BadCertificate {
        BadCertificate { whose: Whose::Server, reason }
    }

    /// The first certificate of the chain for which `is_so` holds, else that of the server.
    fn first(&self, is_so: impl Fn(&X509Certificate<'_>) -> bool, what: impl Fn(&X509Certificate<'_>) -> Reason) -> BadCertificate {
        match self.sent.iter().find(|one| !is_so(self.own) && is_so(one)) {
            Some(one) => BadCertificate { whose: Whose::SentAuthority(name(one.subject())), reason: what(one) },
            None => self.of_server(what(self.own)),
        }
    }

    fn first_sent(&self, is_so: impl Fn(&X509Certificate<'_>) -> bool, reason: Reason) -> BadCertificate {
        match self.sent.iter().find(|one| is_so(one)) {
            Some(one) => BadCertificate { whose: Whose::SentAuthority(name(one.subject())), reason },
            None => self.of_server(reason),
        }
    }

    /// The library reports a signature by a key that is too weak as a bad signature.
    fn bad_signature(&self) -> BadCertificate {
        for signed in std::iter::once(self.own).chain(self.sent) {
            let issuers = self.sent.iter().map(|one| (one, true)).chain(self.given.iter().map(|one| (one, false)));
            for (issuer, is_sent) in issuers.filter(|(issuer, _)| issuer.subject() == signed.issuer()) {
                if let Some(weak) = weak_key(issuer) {
                    let name = name(issuer.subject());
                    let whose = if is_sent { Whose::SentAuthority(name) } else { Whose::OwnAuthority(name) };
                    return BadCertificate { whose, reason: distrusted(&weak) };
                }
            }
        }
        self.of_server(distrusted(&format!("it is not signed by the key of {}", name(self.own.issuer()))))
    }

    fn strange_extension(&self) -> BadCertificate {
        self.first(
            |one| strange_extension(one).is_some(),
            |one| {
                let which = strange_extension(one).map(|oid| format!(", OID {oid}")).unwrap_or_default();
                distrusted(&format!("a critical extension that is not known here{which}"))
            },
        )
    }

    fn nameless(&self) -> Reason {
        let common = self.own.subject().iter_common_name().next().and_then(|common| common.as_str().ok());
        certificate_reason::nameless(common.map(clean).as_deref())
    }

    /// Follows the issuers up to the one that is unknown. `None` if the reason is other than a missing intermediate certificate.
    fn unknown_issuer(&self) -> Option<Reason> {
        let mut last = self.own;
        // Each step consumes one of the certificates that were sent.
        for _ in 0..=self.sent.len() {
            if last.issuer() == last.subject() {
                let is_own = last.subject() == self.own.subject();
                return is_own.then(certificate_reason::signed_by_itself);
            }
            match self.sent.iter().find(|one| one.subject() == last.issuer()) {
                Some(issuer) => last = issuer,
                None => break,
            }
        }
        // Otherwise the unknown issuer may be the root itself, which no server sends.
        let is_root_given = (1..=MOST_GIVEN).contains(&self.given.len());
        let is_intermediate = is_root_given || names_place_of_issuer(last);
        is_intermediate.then(|| {
            let issuer = name(last.issuer());
            let text = format!("is not trusted: the server does not send the intermediate certificate {issuer}");
            Reason::new(text, Advice::SendChain(issuer))
        })
    }
}

fn read<'a>(der: &'a CertificateDer<'_>) -> Option<X509Certificate<'a>> {
    X509Certificate::from_der(der).ok().map(|(_, certificate)| certificate)
}

fn weak_key(certificate: &X509Certificate<'_>) -> Option<String> {
    match certificate.public_key().parsed() {
        Ok(PublicKey::RSA(key)) if !RSA_BITS.contains(&key.key_size()) => {
            let (least, most) = RSA_BITS.into_inner();
            Some(format!("its RSA key has {} bits; from {least} to {most} are accepted", key.key_size()))
        }
        _ => None,
    }
}

/// Whether `identifier`, an algorithm identifier in DER, starts with this OID.
fn is_algorithm(identifier: &[u8], oid: &Oid<'_>) -> bool {
    identifier.get(2..).is_some_and(|identifier| identifier.starts_with(oid.as_bytes()))
}

fn algorithm(oid: &Oid<'_>) -> String {
    match oid.to_id_string().as_str() {
        "1.2.840.113549.1.1.4" => "MD5, which is too weak".to_owned(),
        "1.2.840.113549.1.1.5" | "1.2.840.10045.4.1" | "1.2.840.10040.4.3" => "SHA-1, which is too weak".to_owned(),
        other => format!("an algorithm that is not supported, OID {other}"),
    }
}

fn strange_extension(certificate: &X509Certificate<'_>) -> Option<String> {
    let critical = certificate.extensions().iter().filter(|extension| extension.critical);
    critical.map(|extension| extension.oid.to_id_string()).find(|oid| !UNDERSTOOD.contains(&oid.as_str()))
}

fn is_for_servers(certificate: &X509Certificate<'_>) -> bool {
    match certificate.extended_key_usage() {
        Ok(Some(usage)) => usage.value.any || usage.value.server_auth,
        _ => true,
    }
}

fn is_authority(certificate: &X509Certificate<'_>) -> bool {
    matches!(certificate.basic_constraints(), Ok(Some(constraints)) if constraints.value.ca)
}

/// Whether it names the address of its issuer's certificate, which is typical of certificates that an intermediate authority
/// signed.
fn names_place_of_issuer(certificate: &X509Certificate<'_>) -> bool {
    certificate.extensions().iter().any(|extension| match extension.parsed_extension() {
        ParsedExtension::AuthorityInfoAccess(access) => access
            .accessdescs
            .iter()
            .any(|place| place.access_method.to_id_string() == CA_ISSUERS && matches!(place.access_location, GeneralName::URI(_))),
        _ => false,
    })
}

/// The common name, else the organisation, else the whole name. The text is untrusted: the creator of the certificate chose it.
pub fn name(name: &X509Name<'_>) -> String {
    let mut short = name.iter_common_name().chain(name.iter_organization());
    let text = short.find_map(|part| part.as_str().ok().map(str::to_owned)).unwrap_or_else(|| name.to_string());
    match clean(&text) {
        text if text.is_empty() => "without a name".to_owned(),
        text => text,
    }
}

fn clean(text: &str) -> String {
    let text: String = text.chars().filter(|character| !character.is_control()).collect();
    shortened(&text)
}
