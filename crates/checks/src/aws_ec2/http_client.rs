//! The HTTP client of the SDK. The SDK's own client can neither skip the verification of certificates nor report which one is at
//! fault.

use super::addresses::{Addresses, Resolver};
use super::failure::Failure;
use aws_sdk_ec2::config::http::{HttpRequest, HttpResponse};
use aws_sdk_ec2::config::{RuntimeComponents, SharedHttpClient};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use net::tls::{TlsSettings, client_config};
use reqwest::redirect::Policy;
use reqwest::{Body, Client, Request};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use system::files::read_ordinary_text;
use yaml::InvalidSetting;

/// The variable of AWS's own tools for a file with authorities.
pub(super) const BUNDLE: &str = "AWS_CA_BUNDLE";

/// Maximum size of a file with authorities, in bytes. Those of the system have about 200 kB.
const LARGEST_BUNDLE: u64 = 4 << 20;

/// The TLS settings for AWS.
pub(super) struct Trust {
    verify: bool,
    /// In PEM, in addition to the authorities of the system.
    ca: Option<String>,
    /// The file in the environment, for services without `ca`.
    bundle: Option<String>,
}

impl Trust {
    /// Fails if `ca` contains no authorities.
    pub(super) fn new(verify: bool, ca: Option<&str>, bundle: Option<String>) -> Result<Self, InvalidSetting> {
        let trust = Self { verify, ca: ca.map(str::to_owned), bundle: bundle.filter(|path| !path.is_empty()) };
        client_config(trust.settings(ca), &[])?;
        Ok(trust)
    }

    /// `connect` is the maximum time to connect, of which each address of a name gets its share. Reads the file of the environment each time, since it may change.
    pub(super) async fn client(&self, connect: Duration, addresses: &Arc<Addresses>) -> Result<SharedHttpClient, Failure> {
        let bundle = match &self.bundle {
            Some(path) if self.ca.is_none() && self.verify => Some(read(path).await?),
            _ => None,
        };
        let ca = self.ca.as_deref().or(bundle.as_deref());
        let tls = client_config(self.settings(ca), &["http/1.1"]).map_err(|error| {
            let of_bundle = bundle.as_ref().map(|_| format!(" (the authorities are those of {BUNDLE})")).unwrap_or_default();
            Failure::new(format!("{}{of_bundle}", error.message))
        })?;
        let client = Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(Policy::none())
            // The SDK requests no encoding, and limits the size of the body.
            .no_gzip()
            .no_brotli()
            .connect_timeout(connect)
            .dns_resolver(Arc::new(Resolver { addresses: Arc::clone(addresses), time: connect }))
            .build()
            .map_err(|error| Failure::new(format!("the HTTP client cannot be made: {}", error.without_url())))?;
        Ok(SharedHttpClient::new(Requests { client, addresses: Arc::clone(addresses) }))
    }

    fn settings<'a>(&self, ca: Option<&'a str>) -> TlsSettings<'a> {
        TlsSettings { verify: self.verify, ca, cert: None, key: None }
    }
}

async fn read(path: &str) -> Result<String, Failure> {
    let unreadable = |error: std::io::Error| Failure::new(format!("{BUNDLE} names `{path}`, which cannot be read: {error}"));
    let file = path.to_owned();
    let text = tokio::task::spawn_blocking(move || read_ordinary_text(Path::new(&file), LARGEST_BUNDLE)).await;
    text.map_err(std::io::Error::other).flatten().map_err(unreadable)
}

/// Sends the requests of the SDK.
#[derive(Clone, Debug)]
struct Requests {
    client: Client,
    addresses: Arc<Addresses>,
}

impl HttpClient for Requests {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Requests {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let requests = self.clone();
        HttpConnectorFuture::new(async move { requests.send(request).await })
    }
}

impl Requests {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let request = request.try_into_http1x().map_err(|error| ConnectorError::user(error.into()))?;
        let request = request.map(|body| Body::from(body.bytes().unwrap_or_default().to_vec()));
        let request = Request::try_from(request).map_err(|error| ConnectorError::user(error.into()))?;
        let host = request.url().host_str().unwrap_or_default().to_owned();
        let response = self.client.execute(request).await.map_err(|error| match error.is_timeout() {
            true => ConnectorError::timeout(error.into()),
            false => ConnectorError::io(error.into()),
        })?;
        if let Some(address) = response.remote_addr() {
            self.addresses.answered(&host, address.ip());
        }
        let response = hyper::Response::<Body>::from(response).map(SdkBody::from_body_1_x);
        HttpResponse::try_from(response).map_err(|error| ConnectorError::other(error.into(), None))
    }
}
