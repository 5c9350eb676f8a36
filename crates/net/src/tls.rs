//! TLS configurations of clients, made of the settings of a service. Keys stay in memory.

use super::trust::{SYSTEM_ROOTS, certificates};
use super::verification::Verification;
use parking_lot::Mutex;
use rustls::ClientConfig;
use rustls::client::Resumption;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Weak};
use yaml::InvalidSetting;

pub use super::trust::TlsSettings;

/// The TLS configuration of one service. Errors name the wrong property, never its value. `alpn` are the protocols that the client
/// offers, for example `h2`.
pub fn client_config(settings: TlsSettings<'_>, alpn: &[&str]) -> Result<ClientConfig, InvalidSetting> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| InvalidSetting::new(format!("TLS cannot be used: {error}")))?;
    let builder = match (settings.verify, settings.ca()) {
        // Not an error: a service that never uses TLS needs no authority.
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
    // A resumed session does not show the certificate again, so its expiry would go unnoticed.
    config.resumption = Resumption::disabled();
    Ok(config)
}

/// Services with the same terms share a configuration.
#[derive(PartialEq, Eq, Hash)]
struct Terms {
    verify: bool,
    ca: Option<String>,
    /// Certificate and key.
    identity: Option<(String, String)>,
    alpn: Vec<String>,
}

static SHARED: LazyLock<Mutex<HashMap<Terms, Weak<ClientConfig>>>> = LazyLock::new(Mutex::default);

/// Like [`client_config`], but shared by all services with the same settings: a configuration may have hundreds of authorities,
/// and there may be thousands of services.
pub fn shared_client_config(settings: TlsSettings<'_>, alpn: &[&str]) -> Result<Arc<ClientConfig>, InvalidSetting> {
    let terms = Terms {
        verify: settings.verify,
        ca: settings.ca().map(str::to_owned),
        identity: settings.identity()?.map(|(cert, key)| (cert.to_owned(), key.to_owned())),
        alpn: alpn.iter().map(|&protocol| protocol.to_owned()).collect(),
    };
    // No panic under the lock can leave the map inconsistent.
    let mut shared = SHARED.lock();
    if let Some(config) = shared.get(&terms).and_then(Weak::upgrade) {
        return Ok(config);
    }
    let config = Arc::new(client_config(settings, alpn)?);
    shared.retain(|_, config| config.strong_count() > 0);
    shared.insert(terms, Arc::downgrade(&config));
    Ok(config)
}

/// For a check that verifies certificates itself. The configuration accepts any certificate whose key the server has; the verifier
/// then decides whether the certificate is trusted.
pub fn inspecting_config(settings: TlsSettings<'_>) -> Result<(ClientConfig, Arc<dyn ServerCertVerifier>), InvalidSetting> {
    let provider = Arc::new(ring::default_provider());
    let mut config = client_config(settings, &[])?;
    config.dangerous().set_certificate_verifier(Arc::new(Verification::of_key_alone(settings, Arc::clone(&provider))));
    Ok((config, Arc::new(Verification::new(settings, provider)?)))
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
        // A protocol of its own, so that no other test shares the configuration.
        let one = shared(settings(true, Some(" ")), &["one"]);
        assert!(Arc::ptr_eq(&one, &shared(settings(true, None), &["one"])));
        assert!(!Arc::ptr_eq(&one, &shared(settings(false, None), &["one"])));
        assert!(!Arc::ptr_eq(&one, &shared(settings(true, None), &["one", "two"])));
        let unused = Arc::downgrade(&one);
        drop(one);
        assert!(unused.upgrade().is_none());
    }
}
