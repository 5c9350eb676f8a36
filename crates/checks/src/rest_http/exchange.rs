//! Sends the request and follows redirects.

use super::address::{may_share_credentials, server, without_fragment};
use super::certificate::Certificate;
use super::cookies::Cookies;
use super::failure;
use super::headers::Headers;
use crate::CheckError;
use net::deadline::Deadline;
use net::http::FIRST_BYTE;
use net::http::{Client, HttpError, Request, Response};
use net::stopwatch::Stopwatch;
use reqwest::header::{COOKIE, HeaderMap, LOCATION};
use reqwest::{Method, StatusCode, Url};
use std::borrow::Cow;

/// As in Python's requests.
const MOST_REDIRECTS: usize = 30;

/// The request of one service, and the client that sends it.
pub(super) struct Exchange {
    pub(super) client: Client,
    pub(super) address: Url,
    pub(super) headers: Headers,
    pub(super) method: Method,
    pub(super) body: Option<String>,
}

/// The answer of the last server.
pub(super) struct Answer {
    /// Its body is not read yet.
    pub(super) response: Response,
    /// The certificates of all servers, including redirecting ones; empty without TLS.
    pub(super) certificates: Vec<Certificate>,
}

/// One request of the exchange.
struct Hop<'a> {
    method: Method,
    url: Url,
    headers: Cow<'a, HeaderMap>,
    body: Option<&'a str>,
}

impl Exchange {
    /// The first answer that is not a redirect, or a redirect without a usable address or with a `wanted` status.
    pub(super) async fn answer(
        &self,
        wanted: impl Fn(StatusCode) -> bool,
        deadline: Deadline,
        watch: &mut Stopwatch,
    ) -> Result<Answer, CheckError> {
        let mut certificates = Vec::new();
        let mut cookies = Cookies::default();
        let mut visited = Vec::new();
        let mut hop = Hop {
            method: self.method.clone(),
            url: self.address.clone(),
            headers: Cow::Borrowed(&self.headers.own),
            body: self.body.as_deref(),
        };
        loop {
            let headers = cookies.add_to(&hop.headers, &hop.url);
            // The same URL may answer differently to a cookie that it has just set.
            let request = (hop.method.clone(), hop.url.clone(), headers.get(COOKIE).cloned());
            if visited.contains(&request) {
                return Err(CheckError::new(format!("the redirects of {} form a loop", server(&hop.url))));
            }
            if visited.len() > MOST_REDIRECTS {
                return Err(CheckError::new(format!("more than {MOST_REDIRECTS} redirects, the last to {}", server(&hop.url))));
            }
            visited.push(request);
            let response = self.send(&hop, &headers, deadline, watch).await;
            let response = response.map_err(|error| failure::describe(&error, &hop.url))?;
            watch.lap(FIRST_BYTE);
            cookies.take(&hop.url, &hop.headers, response.headers());
            certificates.extend(Certificate::of(&response, server(&hop.url)));
            let Some(url) = next_url(&response, &hop.url).filter(|_| !wanted(response.status())) else {
                return Ok(Answer { response, certificates });
            };
            hop = self.follow(&hop, response.status(), url)?;
        }
    }

    /// The next request after a redirect.
    fn follow<'a>(&'a self, from: &Hop<'a>, status: StatusCode, url: Url) -> Result<Hop<'a>, CheckError> {
        let (method, body) = match becomes_get(&from.method, status) {
            true => (Method::GET, None),
            false => (from.method.clone(), from.body),
        };
        // After leaving the first server, credentials are not sent to it again: another server would control the request.
        let stays = may_share_credentials(&from.url, &url);
        if !stays && body.is_some() {
            return Err(CheckError::new(format!(
                "a redirect asks to send the `body` to {}, which may not see it; if it may, set `host`, `port` and `protocol` to that",
                server(&url)
            )));
        }
        let headers = if stays { from.headers.clone() } else { Cow::Owned(self.headers.foreign()) };
        Ok(Hop { method, url, headers, body })
    }

    async fn send(
        &self,
        hop: &Hop<'_>,
        headers: &HeaderMap,
        deadline: Deadline,
        watch: &mut Stopwatch,
    ) -> Result<Response, HttpError> {
        let request = Request { method: &hop.method, url: &hop.url, headers, body: hop.body.map(str::as_bytes) };
        self.client.send(&request, deadline, watch).await
    }
}

/// Browsers and other clients apply the same rule: what was posted has been processed.
fn becomes_get(method: &Method, status: StatusCode) -> bool {
    match status {
        StatusCode::SEE_OTHER => *method != Method::HEAD,
        StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND => *method == Method::POST,
        _ => false,
    }
}

/// Whether the status is a redirect that is followed.
pub(super) fn redirects(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

/// The target of a redirect, if it is an HTTP URL.
fn next_url(response: &Response, url: &Url) -> Option<Url> {
    let location = response.headers().get(LOCATION).filter(|_| redirects(response.status()))?;
    let mut next = url.join(&String::from_utf8_lossy(location.as_bytes())).ok()?;
    // A server must not choose the credentials that are sent.
    next.set_username("").and_then(|()| next.set_password(None)).ok()?;
    (matches!(next.scheme(), "http" | "https") && next.has_host()).then(|| without_fragment(next))
}
