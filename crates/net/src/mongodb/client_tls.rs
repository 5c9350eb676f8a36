//! TLS of the connections with MongoDB servers. The guard uses it, and the driver none.

use crate::tls::{TlsSettings, shared_client_config};
use rustls::ClientConfig;
use std::sync::Arc;
use yaml::InvalidSetting;

/// The TLS settings of one service or store.
#[derive(Clone)]
pub struct ClientTls {
    pub config: Arc<ClientConfig>,
    /// Whether the client has a certificate.
    pub has_identity: bool,
}

impl ClientTls {
    /// Errors name the wrong property, never its value.
    pub fn new(settings: TlsSettings<'_>) -> Result<Self, InvalidSetting> {
        Ok(Self { config: shared_client_config(settings, &[])?, has_identity: settings.identity()?.is_some() })
    }

    /// For a client without a certificate.
    pub fn trusting(ca: Option<&str>, verify: bool) -> Result<Self, InvalidSetting> {
        Self::new(TlsSettings { verify, ca, cert: None, key: None })
    }
}
