//! An HTTP connection.

use super::error::HttpError;
use super::limits::{LARGEST_HEAD, MOST_HEADERS};
use super::proxy::Proxy;
use super::request::Request;
use super::stream::{Noted, Stream};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::{http1, http2};
use hyper::header::{HOST, HeaderMap, HeaderValue, PROXY_AUTHORIZATION};
use hyper::{Uri, Version, http};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::CertificateDer;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;
use url::{Position, Url};

/// A connection to a server, or to a proxy that forwards requests.
pub(super) struct Connection {
    sender: Sender,
    /// The address of the other end.
    pub(super) peer: IpAddr,
    pub(super) made: Instant,
    /// Whether any byte was received since the last request.
    received: Arc<AtomicBool>,
    /// The certificate of the server; absent without TLS.
    pub(super) certificate: Option<CertificateDer<'static>>,
    /// The proxy that forwards the requests; it gets absolute URLs.
    pub(super) forwarder: Option<Proxy>,
}

enum Sender {
    Http1(http1::SendRequest<Full<Bytes>>),
    Http2(http2::SendRequest<Full<Bytes>>),
}

/// The parts of a new connection.
pub(super) struct Parts {
    pub(super) stream: Box<dyn Stream>,
    pub(super) peer: IpAddr,
    pub(super) certificate: Option<CertificateDer<'static>>,
    pub(super) speaks_http2: bool,
    pub(super) forwarder: Option<Proxy>,
}

impl Connection {
    /// Starts HTTP. `many_headers` accepts answers with more than 100 headers.
    pub(super) async fn open(parts: Parts, many_headers: bool) -> hyper::Result<Self> {
        let Parts { stream, peer, certificate, speaks_http2, forwarder } = parts;
        let received = Arc::new(AtomicBool::new(false));
        let stream = TokioIo::new(Noted { stream, received: Arc::clone(&received) });
        // The tasks end when the sender is dropped.
        let sender = if speaks_http2 {
            let mut builder = http2::Builder::new(TokioExecutor::new());
            builder.max_header_list_size(u32::try_from(LARGEST_HEAD).unwrap_or(u32::MAX));
            let (sender, connection) = builder.handshake(stream).await?;
            #[expect(clippy::disallowed_methods, reason = "it ends with the sender, which reports its errors")]
            tokio::spawn(connection);
            Sender::Http2(sender)
        } else {
            let mut builder = http1::Builder::new();
            // As tolerant as browsers, curl and Python's requests.
            builder
                .allow_obsolete_multiline_headers_in_responses(true)
                .allow_spaces_after_header_name_in_responses(true)
                .ignore_invalid_headers_in_responses(true)
                .max_buf_size(LARGEST_HEAD);
            if many_headers {
                builder.max_headers(MOST_HEADERS);
            }
            let (sender, connection) = builder.handshake(stream).await?;
            #[expect(clippy::disallowed_methods, reason = "it ends with the sender, which reports its errors")]
            tokio::spawn(connection);
            Sender::Http1(sender)
        };
        Ok(Self { sender, peer, made: Instant::now(), received, certificate, forwarder })
    }

    /// Whether any byte was received since the last request. Unknown with HTTP/2, which has messages that are no answer.
    pub(super) fn received(&self) -> Received {
        Received(matches!(self.sender, Sender::Http1(_)).then(|| Arc::clone(&self.received)))
    }

    pub(super) fn is_closed(&self) -> bool {
        match &self.sender {
            Sender::Http1(sender) => sender.is_closed(),
            Sender::Http2(sender) => sender.is_closed(),
        }
    }

    /// Sends a request, and returns when the head of the answer has arrived. Has no deadline of its own.
    pub(super) async fn send(&mut self, request: &Request<'_>) -> Result<http::Response<Incoming>, HttpError> {
        let written = self.written(request).ok_or(HttpError::Request)?;
        self.received.store(false, Ordering::Relaxed);
        let sent = match &mut self.sender {
            Sender::Http1(sender) => match sender.ready().await {
                Ok(()) => sender.send_request(written).await,
                Err(error) => Err(error),
            },
            Sender::Http2(sender) => match sender.ready().await {
                Ok(()) => sender.send_request(written).await,
                Err(error) => Err(error),
            },
        };
        sent.map_err(|error| HttpError::Exchange { error, answered: self.received().is_something() })
    }

    fn written(&self, request: &Request<'_>) -> Option<http::Request<Full<Bytes>>> {
        let mut headers: HeaderMap = request.headers.clone();
        let authority = match headers.remove(HOST) {
            Some(host) => host,
            None => HeaderValue::from_str(&authority(request.url)).ok()?,
        };
        let (uri, version): (Uri, Version) = match (&self.sender, &self.forwarder) {
            (Sender::Http2(_), _) => {
                let uri = Uri::builder().scheme(request.url.scheme()).authority(authority.as_bytes());
                (uri.path_and_query(path(request.url)).build().ok()?, Version::HTTP_2)
            }
            (Sender::Http1(_), forwarder) => {
                headers.insert(HOST, authority);
                if let Some(login) = forwarder.as_ref().and_then(Proxy::login) {
                    headers.insert(PROXY_AUTHORIZATION, login.clone());
                }
                let uri = if forwarder.is_some() { request.url.as_str() } else { path(request.url) };
                (uri.parse().ok()?, Version::HTTP_11)
            }
        };
        let body = Full::new(request.body.map(Bytes::copy_from_slice).unwrap_or_default());
        let mut written = http::Request::new(body);
        *written.method_mut() = request.method.clone();
        *written.uri_mut() = uri;
        *written.version_mut() = version;
        *written.headers_mut() = headers;
        Some(written)
    }
}

/// See [`Connection::received`].
pub(super) struct Received(Option<Arc<AtomicBool>>);

impl Received {
    pub(super) fn is_something(&self) -> bool {
        self.0.as_ref().is_some_and(|received| received.load(Ordering::Relaxed))
    }
}

/// Host, and port unless it is the default of the scheme.
fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

fn path(url: &Url) -> &str {
    &url[Position::BeforePath..Position::AfterQuery]
}
