//! Answers.

use super::error::HttpError;
use super::idle::Lease;
use super::proxy::Proxy;
use http_body_util::BodyExt;
use hyper::body::{Bytes, Incoming};
use hyper::header::HeaderMap;
use hyper::http::response::Parts;
use hyper::{StatusCode, Version};
use rustls::pki_types::CertificateDer;
use url::Url;

/// The head of an answer, and its body, which is read in chunks. Dropping it frees the connection for the next request.
pub struct Response {
    head: Parts,
    // Declared before the connection, which cannot be reused before the body is dropped.
    body: Incoming,
    url: Url,
    lease: Lease,
}

impl Response {
    pub(super) fn new(answer: hyper::Response<Incoming>, url: Url, lease: Lease) -> Self {
        let (head, body) = answer.into_parts();
        Self { head, body, url, lease }
    }

    pub fn status(&self) -> StatusCode {
        self.head.status
    }

    pub fn version(&self) -> Version {
        self.head.version
    }

    pub fn headers(&self) -> &HeaderMap {
        &self.head.headers
    }

    /// The URL of the request.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The proxy that forwarded the answer, and so could have made it itself.
    pub fn forwarder(&self) -> Option<&Proxy> {
        self.lease.connection.as_ref()?.forwarder.as_ref()
    }

    /// The server certificate; `None` without TLS.
    pub fn certificate(&self) -> Option<&CertificateDer<'static>> {
        self.lease.connection.as_ref()?.certificate.as_ref()
    }

    /// The next bytes of the body as they were sent; `None` at its end. Has no deadline of its own.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, HttpError> {
        while let Some(frame) = self.body.frame().await {
            if let Ok(bytes) = frame.map_err(HttpError::Body)?.into_data() {
                return Ok(Some(bytes));
            }
        }
        Ok(None)
    }
}
