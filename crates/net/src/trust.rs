//! The TLS settings of a service: which authorities it trusts, and which certificate it shows.

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use std::sync::{Arc, LazyLock};
use yaml::{InvalidSetting, Secret};

/// The authorities of the system, read once and shared. A machine without any is no error, since a service may need none.
pub(crate) static SYSTEM_ROOTS: LazyLock<Arc<RootCertStore>> = LazyLock::new(|| {
    let found = rustls_native_certs::load_native_certs();
    for error in found.errors {
        tracing::warn!(%error, "Some authorities of the system could not be read.");
    }
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() {
        tracing::warn!(
            "The system trusts no authority, so HTTPS needs a `ca` for each service. Is the package ca-certificates installed?"
        );
    }
    Arc::new(roots)
});

/// The TLS properties of a service. An empty string means the same as an absent key, as in the original.
#[derive(Clone, Copy)]
pub struct TlsSettings<'a> {
    /// Whether the certificate of the server is verified.
    pub verify: bool,
    /// Authorities in PEM, trusted in addition to those of the system.
    pub ca: Option<&'a str>,
    /// Client certificate in PEM, followed by those of the intermediate authorities.
    pub cert: Option<&'a Secret>,
    /// Private key of `cert` in PEM.
    pub key: Option<&'a Secret>,
}

impl<'a> TlsSettings<'a> {
    /// `ca`, unless it is empty.
    pub fn ca(&self) -> Option<&'a str> {
        self.ca.filter(|pem| !pem.trim().is_empty())
    }

    /// Certificate and key in PEM; `None` without a client certificate. Fails if only one of them is set.
    pub fn identity(&self) -> Result<Option<(&'a str, &'a str)>, InvalidSetting> {
        let filled = |secret: Option<&'a Secret>| secret.map(Secret::expose).filter(|text| !text.is_empty());
        match (filled(self.cert), filled(self.key)) {
            (Some(cert), Some(key)) => Ok(Some((cert, key))),
            (None, None) => Ok(None),
            (Some(_), None) => Err(InvalidSetting::new("`cert` needs a `key`: the private key in PEM")),
            (None, Some(_)) => Err(InvalidSetting::new("`key` needs a `cert`: the certificate in PEM")),
        }
    }
}

/// The certificates of a text in PEM, at least one. The error names `property`.
pub(crate) fn certificates(property: &str, pem: &str) -> Result<Vec<CertificateDer<'static>>, InvalidSetting> {
    match CertificateDer::pem_slice_iter(pem.as_bytes()).collect::<Result<Vec<_>, _>>() {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        _ => Err(InvalidSetting::new(format!("`{property}` holds no certificate in PEM (-----BEGIN CERTIFICATE-----)"))),
    }
}
