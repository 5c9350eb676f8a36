//! Checks the certificate of a server: whether it is trusted, for the right name, and not about to expire.

mod certificate;
mod judgement;

use super::{CheckError, Host, Observation, Plugin};
use certificate::Certificate;
use chrono::Utc;
use judgement::Findings;
use model::State;
use net::advice::Keys;
use net::deadline::Deadline;
use net::dial;
use net::host::HostName;
use net::stopwatch::Stopwatch;
use net::tls::{TlsSettings, inspecting_config};
use rustls::client::danger::ServerCertVerifier;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, Error};
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;
use yaml::{InvalidSetting, Secret};

/// The check of one certificate.
pub(super) struct Tls {
    host: String,
    port: u16,
    /// The name that the certificate must have.
    name: ServerName<'static>,
    config: Arc<ClientConfig>,
    verifier: Arc<dyn ServerCertVerifier>,
    verify: bool,
    min_days: u32,
    /// Name of the one row.
    node: String,
    timeout: Duration,
}

/// How to connect.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Properties {
    /// Name or address. Also the name of the row.
    host: String,
    /// Port; TLS must start without a preceding protocol. Default: 443.
    #[serde(default = "default_port")]
    port: u16,
    /// Name that is sent to the server (SNI) and that its certificate must have. Default: `host`.
    server_name: Option<String>,
    /// Whether trust and name of the certificate are verified. Its dates are always checked. Default: `true`.
    #[serde(default = "default_verify")]
    verify: bool,
    /// Authorities in PEM that are trusted for this service, in addition to those of the system.
    ca: Option<String>,
    /// Client certificate in PEM, followed by those of the intermediate authorities, for a server that requires one. Requires
    /// `key`.
    cert: Option<Secret>,
    /// Private key of `cert` in PEM, unencrypted. It is kept in memory only.
    key: Option<Secret>,
    /// Timeout of the whole check in seconds, fractions allowed. Default: 30. The `timeout` of the service takes precedence.
    // Parsed by the core and passed on in `Host`.
    #[serde(rename = "timeout")]
    _timeout: Option<f64>,
}

/// What to check.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Data {
    /// Days for which every certificate that the server sends must still be valid; fewer are unhealthy. 0 accepts all that have
    /// not expired. Default: 14.
    #[serde(default = "default_min_days")]
    min_days: u32,
}

impl Plugin for Tls {
    const NAME: &'static str = "tls";
    const SUMMARY: &'static str =
        "Checks the certificate of a server: whether it is trusted, for the right name, and not about to expire.";
    type Properties = Properties;
    type Data = Data;
    const EXAMPLE: &'static str = r#"
shop_certificate:
  role: [dev]
  type: tls
  properties:
    host: shop.example.org
    port: 443
    timeout: 10
  data:
    type: Certificate
    name: Shop
    min_days: 21
"#;

    fn connect(properties: Properties, data: Data, host: &Host) -> Result<Self, InvalidSetting> {
        let name = properties.server_name.as_deref().filter(|name| !name.is_empty()).unwrap_or(&properties.host);
        let name = HostName::new(name)
            .server_name()
            .ok_or_else(|| InvalidSetting::new("no certificate could be for this name: give the right one in `server_name`"))?;
        if !properties.verify {
            tracing::warn!(service.id = %host.service, "Certificates are not verified: `verify` is false.");
        }
        let settings = TlsSettings {
            verify: properties.verify,
            ca: properties.ca.as_deref(),
            cert: properties.cert.as_ref(),
            key: properties.key.as_ref(),
        };
        let (config, verifier) = inspecting_config(settings)?;
        Ok(Self {
            host: properties.host,
            port: properties.port,
            name,
            config: Arc::new(config),
            verifier,
            verify: properties.verify,
            min_days: data.min_days,
            node: host.node.clone(),
            timeout: host.timeout,
        })
    }

    async fn check(&self) -> Result<Vec<Observation>, CheckError> {
        let deadline = Deadline::after(self.timeout);
        let mut watch = Stopwatch::start();
        let server = HostName::new(&self.host).with_port(self.port);
        let stream = match dial::tcp(&self.host, self.port, deadline, &mut watch).await {
            Ok(stream) => stream,
            Err(error) => return Err(error.into_check_error(watch)),
        };
        let handshake = dial::handshake(stream, self.name.clone(), Arc::clone(&self.config), &mut watch);
        let stream = match deadline.wait_for(handshake).await {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) => {
                let message = dial::handshake_failure(&error, &server, Keys::ALL);
                return match dial::tls_reason(&error) {
                    // This is the question of the check, so it is a result. Other failures may be the fault of this client.
                    Some(Error::InvalidMessage(_) | Error::InvalidCertificate(_)) => {
                        let down = Observation::new(&self.node, State::Down).with_message(message);
                        Ok(vec![down.with_elapsed(watch.elapsed()).with_watch(watch)])
                    }
                    _ => Err(CheckError::new(message).with_watch(watch)),
                };
            }
            Err(late) => {
                let message = format!("{server} took the connection, but TLS did not begin {late}");
                return Err(CheckError::new(message).with_watch(watch));
            }
        };
        let elapsed = watch.elapsed();
        let chain = stream.get_ref().1.peer_certificates().unwrap_or_default();
        let Some(certificates) = Certificate::read_all(chain) else {
            let message = format!("{server} shows a certificate that cannot be read");
            return Err(CheckError::new(message).with_watch(watch));
        };
        let findings = Findings {
            server: &server,
            trust: self.verify.then(|| self.trust(chain, &server)),
            certificates: &certificates,
            now: Utc::now(),
            min_days: self.min_days,
        };
        Ok(vec![findings.judge(&self.node).with_elapsed(elapsed).with_watch(watch)])
    }
}

impl Tls {
    /// Why the certificate is not trusted.
    fn trust(&self, chain: &[CertificateDer<'_>], server: &str) -> Result<(), String> {
        let Some((own, others)) = chain.split_first() else { return Err(format!("{server} shows no certificate")) };
        let verdict = self.verifier.verify_server_cert(own, others, &self.name, &[], UnixTime::now());
        verdict.map(drop).map_err(|error| net::failure::tls(&error, server, Keys::ALL))
    }
}

fn default_port() -> u16 {
    443
}

fn default_verify() -> bool {
    true
}

/// Authorities with short-lived certificates recommend to renew earlier than this.
fn default_min_days() -> u32 {
    14
}
