use chrono::{DateTime, Utc};
use net::bad_certificate::name;
use rustls::pki_types::CertificateDer;
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer;

/// The fields of a certificate that messages show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Certificate {
    pub(super) subject: String,
    pub(super) issuer: String,
    pub(super) not_before: DateTime<Utc>,
    pub(super) not_after: DateTime<Utc>,
}

impl Certificate {
    /// `None` if the chain is empty or a certificate cannot be read.
    pub(super) fn read_all(chain: &[CertificateDer<'_>]) -> Option<Vec<Self>> {
        let certificates = chain.iter().map(|der| Self::read(der)).collect::<Option<Vec<_>>>()?;
        (!certificates.is_empty()).then_some(certificates)
    }

    fn read(der: &[u8]) -> Option<Self> {
        let (_, certificate) = X509Certificate::from_der(der).ok()?;
        let validity = certificate.validity();
        Some(Self {
            subject: name(certificate.subject()),
            issuer: name(certificate.issuer()),
            not_before: DateTime::from_timestamp(validity.not_before.timestamp(), 0)?,
            not_after: DateTime::from_timestamp(validity.not_after.timestamp(), 0)?,
        })
    }

    /// Whole days until it expires; negative if it has.
    pub(super) fn days_left(&self, now: DateTime<Utc>) -> i64 {
        (self.not_after - now).num_seconds().div_euclid(24 * 60 * 60)
    }

    /// Its validity and issuer, for messages.
    pub(super) fn particulars(&self) -> String {
        format!("valid from {} to {}, issued by {}", day(self.not_before), day(self.not_after), self.issuer)
    }
}

pub(super) fn day(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%d").to_string()
}
