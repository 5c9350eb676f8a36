//! Verifies the certificate of a server, and finds the certificate that is at fault.

use super::bad_certificate::{explain, explain_signature};
use super::trust::{SYSTEM_ROOTS, TlsSettings, certificates};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, SignatureScheme};
use std::sync::Arc;
use yaml::InvalidSetting;

/// What is verified about a server.
#[derive(Debug)]
pub struct Verification {
    /// Absent if any certificate is accepted, also one whose form is too old to be read.
    trusted: Option<Trusted>,
    /// Whether the server must prove that it has the key of its certificate.
    wants_key: bool,
    provider: Arc<CryptoProvider>,
}

/// The authorities of the system and those of one service. A server certificate that is itself among the latter is trusted, which
/// is how self-signed certificates are configured. The crate webpki alone rejects most of them, since they claim to be
/// authorities.
#[derive(Debug)]
struct Trusted {
    webpki: Arc<WebPkiServerVerifier>,
    added: Vec<CertificateDer<'static>>,
}

impl Verification {
    /// According to `verify` and `ca`. Fails if `ca` contains no authorities.
    pub fn new(settings: TlsSettings<'_>, provider: Arc<CryptoProvider>) -> Result<Self, InvalidSetting> {
        let trusted = match settings.verify {
            true => Some(Trusted::new(settings.ca(), Arc::clone(&provider))?),
            false => None,
        };
        Ok(Self { wants_key: settings.verify, trusted, provider })
    }

    /// Accepts any certificate, for a caller that verifies it later. That the server has its key can be verified only during the
    /// handshake, so this does.
    pub fn of_key_alone(settings: TlsSettings<'_>, provider: Arc<CryptoProvider>) -> Self {
        Self { trusted: None, wants_key: settings.verify, provider }
    }

    fn signature(
        &self,
        cert: &CertificateDer<'_>,
        verify: impl FnOnce(&WebPkiSupportedAlgorithms) -> Result<HandshakeSignatureValid, rustls::Error>,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        if !self.wants_key {
            return Ok(HandshakeSignatureValid::assertion());
        }
        verify(&self.provider.signature_verification_algorithms).map_err(|error| match error {
            rustls::Error::InvalidCertificate(reason) => explain_signature(reason, cert).into(),
            other => other,
        })
    }
}

impl Trusted {
    fn new(ca: Option<&str>, provider: Arc<CryptoProvider>) -> Result<Self, InvalidSetting> {
        let added = match ca {
            Some(pem) => certificates("ca", pem)?,
            None => Vec::new(),
        };
        let mut roots = Arc::clone(&SYSTEM_ROOTS);
        for certificate in &added {
            let added = Arc::make_mut(&mut roots).add(certificate.clone());
            added.map_err(|_| InvalidSetting::new("`ca` holds a bad certificate, which cannot be read"))?;
        }
        if roots.is_empty() {
            return Err(InvalidSetting::new("this system trusts no authority; give `ca`, or install the package ca-certificates"));
        }
        let webpki = WebPkiServerVerifier::builder_with_provider(roots, provider)
            .build()
            .map_err(|error| InvalidSetting::new(format!("`ca` cannot be used: {error}")))?;
        Ok(Self { webpki, added })
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
            // The crate webpki checks the dates before the claim to be an authority, for which it returns `Other`.
            Err(rustls::Error::InvalidCertificate(CertificateError::Other(_))) if added.contains(end_entity) => {
                let certificate = ParsedCertificate::try_from(end_entity)?;
                verify_server_name(&certificate, server_name).map(|()| ServerCertVerified::assertion())
            }
            _ => verdict,
        }
        .map_err(|error| match error {
            rustls::Error::InvalidCertificate(reason) => explain(reason, end_entity, intermediates, added).into(),
            other => other,
        })
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.signature(cert, |supported| verify_tls12_signature(message, cert, dss, supported))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.signature(cert, |supported| verify_tls13_signature(message, cert, dss, supported))
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::advice::Keys;
    use crate::failure::tls;
    use rustls::crypto::ring;
    use rustls::pki_types::pem::PemObject;
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
    fn check(name: &str, now: u64, expected: Result<(), &str>) {
        let provider = Arc::new(ring::default_provider());
        let settings = TlsSettings { verify: true, ca: Some(SELF_SIGNED), cert: None, key: None };
        let verification = Verification::new(settings, provider).unwrap();
        let certificate = CertificateDer::from_pem_slice(SELF_SIGNED.as_bytes()).unwrap();
        let now = UnixTime::since_unix_epoch(Duration::from_secs(now));
        let verdict = verification.verify_server_cert(&certificate, &[], &ServerName::try_from(name).unwrap(), &[], now);
        let verdict = verdict.map(drop).map_err(|error| tls(&error, "a:1", Keys::ALL));
        assert_eq!(verdict, expected.map_err(str::to_owned));
    }

    #[test]
    fn an_added_certificate_is_trusted_for_its_name_and_its_time() {
        check("self-signed.test", IN_2030, Ok(()));
        check("other.test", IN_2030, Err("the certificate of a:1 is for another name: self-signed.test"));
        check("self-signed.test", IN_2050, Err("the certificate of a:1 has expired on 2046-11-18"));
    }
}
