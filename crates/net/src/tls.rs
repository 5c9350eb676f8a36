//! Whom a service trusts, and how it proves who it is. Keys stay in memory.

use super::verification::Verification;
use rustls::client::Resumption;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError, Weak};
use yaml::{InvalidSetting, Secret};

/// The authorities of the system. They are read once and shared: there are some hundred, and there may be as many services.
/// A machine without any is no error, for a service may do without.
pub static SYSTEM_ROOTS: LazyLock<Arc<RootCertStore>> = LazyLock::new(|| {
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

/// What the properties of a service say about TLS. An empty text means the same as an absent key, as it did in Python.
#[derive(Clone, Copy)]
pub struct TlsSettings<'a> {
    /// Whether the certificate of the server is verified.
    pub verify: bool,
    /// Authorities in PEM that are trusted besides those of the system.
    pub ca: Option<&'a str>,
    /// Certificate of the client in PEM, followed by those of the intermediate authorities.
    pub cert: Option<&'a Secret>,
    /// Private key of `cert` in PEM.
    pub key: Option<&'a Secret>,
}

impl<'a> TlsSettings<'a> {
    /// Authorities in PEM, when there are any besides those of the system.
    pub fn ca(&self) -> Option<&'a str> {
        self.ca.filter(|pem| !pem.trim().is_empty())
    }

    /// Certificate and key in PEM, when the client is to show a certificate.
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

/// The TLS configuration of one service. Errors name the property that is wrong, never its content. `alpn` is what the client offers
/// to speak, for example `h2`.
pub fn client_config(settings: TlsSettings<'_>, alpn: &[&str]) -> Result<ClientConfig, InvalidSetting> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| InvalidSetting::new(format!("TLS cannot be used: {error}")))?;
    let builder = match (settings.verify, settings.ca()) {
        // No error yet: a service that never meets a certificate needs no authority.
        (true, None) if SYSTEM_ROOTS.is_empty() => builder.with_root_certificates(Arc::clone(&SYSTEM_ROOTS)),
        _ => builder.dangerous().with_custom_certificate_verifier(Arc::new(Verification::new(settings, provider)?)),
    };
    let mut config = match settings.identity()? {
        Some((cert, key)) => builder.with_client_auth_cert(certificates("cert", cert)?, private_key(key)?).map_err(|error| {
            InvalidSetting::new(match error {
                rustls::Error::InconsistentKeys(_) => "`cert` and `key` cannot be used: the key is not that of the certificate",
                _ => "`cert` and `key` cannot be used: the key is of a kind that is not supported, or the certificate is broken",
            })
        })?,
        None => builder.with_no_client_auth(),
    };
    config.alpn_protocols = alpn.iter().map(|protocol| protocol.as_bytes().to_vec()).collect();
    // A resumed session does not show the certificate again, so that one which has expired would go unnoticed.
    config.resumption = Resumption::disabled();
    Ok(config)
}

/// What services must have in common to share a configuration.
#[derive(PartialEq, Eq, Hash)]
struct Terms {
    verify: bool,
    ca: Option<String>,
    /// Certificate and key.
    identity: Option<(String, String)>,
    alpn: Vec<String>,
}

static SHARED: LazyLock<Mutex<HashMap<Terms, Weak<ClientConfig>>>> = LazyLock::new(Mutex::default);

/// The same as [`client_config`], shared with all that trust the same authorities and show the same certificate now: a configuration
/// may have some hundred authorities, and there may be thousands of services.
pub fn shared_client_config(settings: TlsSettings<'_>, alpn: &[&str]) -> Result<Arc<ClientConfig>, InvalidSetting> {
    let terms = Terms {
        verify: settings.verify,
        ca: settings.ca().map(str::to_owned),
        identity: settings.identity()?.map(|(cert, key)| (cert.to_owned(), key.to_owned())),
        alpn: alpn.iter().map(|&protocol| protocol.to_owned()).collect(),
    };
    // Nothing that is done under the lock can panic half-way.
    let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(config) = shared.get(&terms).and_then(Weak::upgrade) {
        return Ok(config);
    }
    let config = Arc::new(client_config(settings, alpn)?);
    shared.retain(|_, config| config.strong_count() > 0);
    shared.insert(terms, Arc::downgrade(&config));
    Ok(config)
}

/// For a check that judges certificates itself: with this configuration a connection comes about whatever certificate the server
/// shows, as long as the server has its key. The verifier then says whether the certificate is to be trusted.
pub fn inspecting_config(settings: TlsSettings<'_>) -> Result<(ClientConfig, Arc<dyn ServerCertVerifier>), InvalidSetting> {
    let provider = Arc::new(ring::default_provider());
    let mut config = client_config(settings, &[])?;
    config.dangerous().set_certificate_verifier(Arc::new(Verification::of_key_alone(settings, Arc::clone(&provider))));
    Ok((config, Arc::new(Verification::new(settings, provider)?)))
}

pub fn certificates(property: &str, pem: &str) -> Result<Vec<CertificateDer<'static>>, InvalidSetting> {
    match CertificateDer::pem_slice_iter(pem.as_bytes()).collect::<Result<Vec<_>, _>>() {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        _ => Err(InvalidSetting::new(format!("`{property}` holds no certificate in PEM (-----BEGIN CERTIFICATE-----)"))),
    }
}

fn private_key(pem: &str) -> Result<PrivateKeyDer<'static>, InvalidSetting> {
    if pem.contains("ENCRYPTED") {
        return Err(InvalidSetting::new("`key` is encrypted; decrypt it with `openssl pkey` and keep it in Vault"));
    }
    PrivateKeyDer::from_pem_slice(pem.as_bytes())
        .map_err(|_| InvalidSetting::new("`key` holds no private key in PEM (-----BEGIN PRIVATE KEY-----)"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(verify: bool, ca: Option<&str>) -> TlsSettings<'_> {
        TlsSettings { verify, ca, cert: None, key: None }
    }

    #[test]
    fn services_share_what_they_have_in_common() {
        let shared = |settings, alpn: &[&str]| shared_client_config(settings, alpn).unwrap();
        // With a protocol of its own, so that no other test shares it.
        let one = shared(settings(true, Some(" ")), &["one"]);
        assert!(Arc::ptr_eq(&one, &shared(settings(true, None), &["one"])));
        assert!(!Arc::ptr_eq(&one, &shared(settings(false, None), &["one"])));
        assert!(!Arc::ptr_eq(&one, &shared(settings(true, None), &["one", "two"])));
        let of_nobody = Arc::downgrade(&one);
        drop(one);
        assert!(of_nobody.upgrade().is_none());
    }
}
