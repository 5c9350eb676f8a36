//! The connection to Vault, in the form in which the library sends its requests.

use crate::VaultBackend;
use hyper::header::{HeaderValue, LOCATION, USER_AGENT};
use hyper::{Method, StatusCode, http};
use net::advice::Keys;
use net::deadline::Deadline;
use net::host::HostName;
use net::http::{Client, Connector, HttpError, Proxies, ProxyChoice, Request, Response, Reuse};
use net::stopwatch::Stopwatch;
use net::tls::{TlsSettings, shared_client_config};
use rustify::errors::ClientError;
use std::pin::Pin;
use std::time::Duration;
use url::Url;

/// Redirects that are followed: a standby sends its callers to the node that is active.
const REDIRECTS: usize = 3;

/// Values are asked for every minute at most, so this serves those that are asked for together.
const KEPT: Duration = Duration::from_secs(15);

/// How much of an answer is read, in bytes. A secret has a mebibyte at most.
const LONGEST_ANSWER: usize = 4 << 20;

pub(super) struct Transport {
    client: Client,
    base: String,
    timeout: Duration,
}

impl Transport {
    /// The error says what to change in `vault_backend`.
    pub(super) fn new(backend: &VaultBackend) -> Result<Self, String> {
        let settings = TlsSettings { verify: backend.verify, ca: backend.ca.as_deref(), cert: None, key: None };
        let tls = shared_client_config(settings, &["h2", "http/1.1"]).map_err(|error| error.message)?;
        let host = HostName::new(&backend.host);
        let base = format!("{}://{}:{}", backend.protocol, host.in_url(), backend.port);
        Url::parse(&base).map_err(|_| "`host` is no name of a host".to_owned())?;
        let connector = Connector { tls, proxy: ProxyChoice::Environment(Proxies::of_process()), keys: Keys::TRUST };
        Ok(Self { client: Client::new(connector, host, Reuse::For(KEPT)), base, timeout: backend.timeout })
    }

    /// Follows redirects. The token goes with the request: never from an encrypted connection to one that is not.
    async fn exchange(&self, request: http::Request<Vec<u8>>) -> Result<http::Response<Vec<u8>>, HttpError> {
        let deadline = Deadline::after(self.timeout);
        let (mut head, body) = request.into_parts();
        let body = Some(body).filter(|body| !body.is_empty());
        head.headers.insert(USER_AGENT, HeaderValue::from_static(concat!("Platus/", env!("CARGO_PKG_VERSION"))));
        let mut url = Url::parse(&head.uri.to_string()).map_err(|_| HttpError::Request)?;
        let mut redirects = 0;
        loop {
            let request = Request { method: &head.method, url: &url, headers: &head.headers, body: body.as_deref() };
            let response = self.client.send(&request, deadline, &mut Stopwatch::start()).await?;
            match next_url(&response, &head.method).filter(|_| redirects < REDIRECTS) {
                None => return read(response, deadline).await,
                Some(next) => {
                    url = next;
                    redirects += 1;
                }
            }
        }
    }
}

/// Where a redirect leads, if that may be followed. A standby of Vault answers with 307. The others turn a write into a read, whose
/// answer would be taken for that of the write.
fn next_url(response: &Response, method: &Method) -> Option<Url> {
    let is_followed = match response.status() {
        StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT => true,
        StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND | StatusCode::SEE_OTHER => *method == Method::GET,
        _ => false,
    };
    let location = response.headers().get(LOCATION).filter(|_| is_followed)?;
    let next = response.url().join(&String::from_utf8_lossy(location.as_bytes())).ok()?;
    let is_as_safe = next.scheme() == "https" || (next.scheme() == "http" && response.url().scheme() == "http");
    (is_as_safe && next.has_host()).then_some(next)
}

async fn read(mut response: Response, deadline: Deadline) -> Result<http::Response<Vec<u8>>, HttpError> {
    let mut body = Vec::new();
    let reading = async {
        while let Some(chunk) = response.chunk().await?
            && body.len() < LONGEST_ANSWER
        {
            body.extend_from_slice(&chunk);
        }
        Ok::<(), HttpError>(())
    };
    deadline.wait_for(reading).await.map_err(|over| HttpError::Late { over, answered: true })??;
    let mut read = http::Response::new(body);
    *read.status_mut() = response.status();
    Ok(read)
}

impl rustify::client::Client for Transport {
    // As `async_trait` writes it.
    fn send<'life, 'future>(
        &'life self,
        request: http::Request<Vec<u8>>,
    ) -> Pin<Box<dyn Future<Output = Result<http::Response<Vec<u8>>, ClientError>> + Send + 'future>>
    where
        'life: 'future,
        Self: 'future,
    {
        Box::pin(async move {
            let (url, method) = (self.base.clone(), request.method().to_string());
            let sent = self.exchange(request).await;
            sent.map_err(|error| ClientError::RequestError { source: error.into(), url, method })
        })
    }

    fn base(&self) -> &str {
        &self.base
    }
}
