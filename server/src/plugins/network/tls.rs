//! Whom a service trusts, and how it proves who it is. Keys stay in memory.

use crate::config::Secret;
use crate::plugins::PluginError;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{Resumption, WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use std::sync::{Arc, LazyLock};

/// The authorities of the system. They are read once and shared: there are some hundred, and there may be as many services.
/// A machine without any is no error, for a service may do without.
static SYSTEM_ROOTS: LazyLock<Arc<RootCertStore>> = LazyLock::new(|| {
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
pub(in crate::plugins) struct TlsSettings<'a> {
    /// Whether the certificate of the server is verified.
    pub(in crate::plugins) verify: bool,
    /// Authorities in PEM that are trusted besides those of the system.
    pub(in crate::plugins) ca: Option<&'a str>,
    /// Certificate of the client in PEM, followed by those of the intermediate authorities.
    pub(in crate::plugins) cert: Option<&'a Secret>,
    /// Private key of `cert` in PEM.
    pub(in crate::plugins) key: Option<&'a Secret>,
}

impl<'a> TlsSettings<'a> {
    /// Authorities in PEM, when there are any besides those of the system.
    pub(in crate::plugins) fn ca(&self) -> Option<&'a str> {
        self.ca.filter(|pem| !pem.trim().is_empty())
    }

    /// Certificate and key in PEM, when the client is to show a certificate.
    pub(in crate::plugins) fn identity(&self) -> Result<Option<(&'a str, &'a str)>, PluginError> {
        let filled = |secret: Option<&'a Secret>| secret.map(Secret::expose).filter(|text| !text.is_empty());
        match (filled(self.cert), filled(self.key)) {
            (Some(cert), Some(key)) => Ok(Some((cert, key))),
            (None, None) => Ok(None),
            (Some(_), None) => Err(PluginError::new("`cert` needs a `key`: the private key in PEM")),
            (None, Some(_)) => Err(PluginError::new("`key` needs a `cert`: the certificate in PEM")),
        }
    }
}

/// The TLS configuration of one service. Errors name the property that is wrong, never its content. `alpn` is what the client offers
/// to speak, for example `h2`.
pub(in crate::plugins) fn client_config(settings: TlsSettings<'_>, alpn: &[&str]) -> Result<ClientConfig, PluginError> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| PluginError::new(format!("TLS cannot be used: {error}")))?;
    let builder = match (settings.verify, settings.ca()) {
        (false, _) => builder.dangerous().with_custom_certificate_verifier(Arc::new(Verification { trusted: None, provider })),
        (true, None) => builder.with_root_certificates(Arc::clone(&SYSTEM_ROOTS)),
        (true, Some(pem)) => {
            let trusted = Some(Trusted::new(pem, Arc::clone(&provider))?);
            builder.dangerous().with_custom_certificate_verifier(Arc::new(Verification { trusted, provider }))
        }
    };
    let mut config = match settings.identity()? {
        Some((cert, key)) => builder
            .with_client_auth_cert(certificates("cert", cert)?, private_key(key)?)
            .map_err(|error| PluginError::new(format!("`cert` and `key` cannot be used: {error}")))?,
        None => builder.with_no_client_auth(),
    };
    config.alpn_protocols = alpn.iter().map(|protocol| protocol.as_bytes().to_vec()).collect();
    // A resumed session does not show the certificate again, so that one which has expired would go unnoticed.
    config.resumption = Resumption::disabled();
    Ok(config)
}

fn certificates(property: &str, pem: &str) -> Result<Vec<CertificateDer<'static>>, PluginError> {
    match CertificateDer::pem_slice_iter(pem.as_bytes()).collect::<Result<Vec<_>, _>>() {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        _ => Err(PluginError::new(format!("`{property}` holds no certificate in PEM (-----BEGIN CERTIFICATE-----)"))),
    }
}

fn private_key(pem: &str) -> Result<PrivateKeyDer<'static>, PluginError> {
    if pem.contains("ENCRYPTED") {
        return Err(PluginError::new("`key` is encrypted; decrypt it with `openssl pkey` and keep it in Vault"));
    }
    PrivateKeyDer::from_pem_slice(pem.as_bytes())
        .map_err(|_| PluginError::new("`key` holds no private key in PEM (-----BEGIN PRIVATE KEY-----)"))
}

/// Whom a service trusts that does not simply trust the authorities of the system.
#[derive(Debug)]
struct Verification {
    /// Absent with `verify: false`: then everybody is trusted, also servers whose certificates are too old in form to be read.
    trusted: Option<Trusted>,
    provider: Arc<CryptoProvider>,
}

/// The authorities of the system and those of one service; and a certificate of a server that is itself among the latter, which is
/// how self-signed certificates are trusted. The crate webpki alone refuses most of them, for they claim to be authorities.
#[derive(Debug)]
struct Trusted {
    webpki: Arc<WebPkiServerVerifier>,
    added: Vec<CertificateDer<'static>>,
}

impl Trusted {
    fn new(pem: &str, provider: Arc<CryptoProvider>) -> Result<Self, PluginError> {
        let added = certificates("ca", pem)?;
        let mut roots = RootCertStore::clone(&SYSTEM_ROOTS);
        for certificate in &added {
            roots.add(certificate.clone()).map_err(|error| PluginError::new(format!("`ca` holds a bad certificate: {error}")))?;
        }
        let webpki = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider)
            .build()
            .map_err(|error| PluginError::new(format!("`ca` cannot be used: {error}")))?;
        Ok(Self { webpki, added })
    }
}

impl Verification {
    /// A signature proves nothing when it does not matter whose it is.
    fn signature(
        &self,
        verify: impl FnOnce(&WebPkiSupportedAlgorithms) -> Result<HandshakeSignatureValid, rustls::Error>,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        match self.trusted {
            Some(_) => verify(&self.provider.signature_verification_algorithms),
            None => Ok(HandshakeSignatureValid::assertion()),
        }
    }
}

impl ServerCertVerifier for Verification {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let Some(Trusted { webpki, added }) = &self.trusted else { return Ok(ServerCertVerified::assertion()) };
        let verdict = webpki.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        match &verdict {
            // The crate webpki looks at the dates first and at the claim to be an authority, which gives `Other`, after that.
            Err(rustls::Error::InvalidCertificate(CertificateError::Other(_))) if added.contains(end_entity) => {
                verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
                Ok(ServerCertVerified::assertion())
            }
            _ => verdict,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.signature(|supported| verify_tls12_signature(message, cert, dss, supported))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.signature(|supported| verify_tls13_signature(message, cert, dss, supported))
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    /// Signed by itself, for self-signed.test, from 2026 to 2046.
    const SELF_SIGNED: &str = "\
-----BEGIN CERTIFICATE-----
MIIBqDCCAU6gAwIBAgIUbMHiLQbKJt3YIIGuJLahEq1IxL8wCgYIKoZIzj0EAwIw
GzEZMBcGA1UEAwwQc2VsZi1zaWduZWQudGVzdDAeFw0yNjExMjMxNTM3NTVaFw00
NjExMTgxNTM3NTVaMBsxGTAXBgNVBAMMEHNlbGYtc2lnbmVkLnRlc3QwWTATBgcq
hkjOPQIBBggqhkjOPQMBBwNCAAQ97JyuS2F/s52UC9P971bOgKMg0GwqoIuZo/lL
i1R67yN/NfAOn6tnJ7ljW5V1fpz18qKJjdsHzr6Z8KaZUSR+o3AwbjAdBgNVHQ4E
FgQUIaYoUGw4VWGBOxwXOYtqKgE3E7kwHwYDVR0jBBgwFoAUIaYoUGw4VWGBOxwX
OYtqKgE3E7kwDwYDVR0TAQH/BAUwAwEB/zAbBgNVHREEFDASghBzZWxmLXNpZ25l
ZC50ZXN0MAoGCCqGSM49BAMCA0gAMEUCIDt9iWPWDfHqmRAbfhkFPTjfnDi3jvPR
v+vLm11rgvloAiEAnSVz2o/FXPoLt48CyWU4YyEV8/SNAXzumS33NNfEpRY=
-----END CERTIFICATE-----
";

    /// Seconds since 1970.
    const IN_2030: u64 = 1_893_456_000;
    const IN_2050: u64 = 2_524_608_000;

    #[track_caller]
    fn check(name: &str, now: u64, expected: fn(&Result<ServerCertVerified, rustls::Error>) -> bool) {
        let provider = Arc::new(ring::default_provider());
        let trusted = Trusted::new(SELF_SIGNED, Arc::clone(&provider)).unwrap();
        let verification = Verification { trusted: Some(trusted), provider };
        let certificate = CertificateDer::from_pem_slice(SELF_SIGNED.as_bytes()).unwrap();
        let now = UnixTime::since_unix_epoch(Duration::from_secs(now));
        let verdict = verification.verify_server_cert(&certificate, &[], &ServerName::try_from(name).unwrap(), &[], now);
        assert!(expected(&verdict), "{verdict:?}");
    }

    #[test]
    fn an_added_certificate_is_trusted_for_its_name_and_its_time() {
        check("self-signed.test", IN_2030, Result::is_ok);
        check("other.test", IN_2030, |verdict| {
            matches!(verdict, Err(rustls::Error::InvalidCertificate(CertificateError::NotValidForNameContext { .. })))
        });
        check("self-signed.test", IN_2050, |verdict| {
            matches!(verdict, Err(rustls::Error::InvalidCertificate(CertificateError::ExpiredContext { .. })))
        });
    }
}
