//! Sends the request and follows redirects.

use super::address::{may_share_credentials, server, without_fragment};
use super::failure;
use super::headers::Headers;
use crate::plugins::{CheckError, PluginError};
use reqwest::header::{HeaderMap, LOCATION};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode, Url};
use std::time::Duration;

/// As many as Python's requests follows.
const MOST_REDIRECTS: usize = 30;

/// Longer than the pause between frequent checks, so that these use a connection again. Shorter than the time after which servers
/// and balancers commonly give an idle connection up: one that ends just as the request goes out would look like an outage.
const IDLE_CONNECTION: Duration = Duration::from_secs(30);

/// A service is checked once at a time; a second connection serves its redirects.
const MOST_IDLE_CONNECTIONS: usize = 2;

/// An HTTP/2 connection outlives the request that failed on it. Pings find out whether it is dead before the next check needs it.
const PING: Duration = Duration::from_secs(5);

/// The request of one service, and the connections that are kept for it.
pub(super) struct Exchange {
    client: Client,
    address: Url,
    headers: Headers,
}

impl Exchange {
    pub(super) fn new(address: Url, headers: Headers, tls: rustls::ClientConfig) -> Result<Self, PluginError> {
        let client = Client::builder()
            .tls_backend_preconfigured(tls)
            // Redirects are followed here, because the headers depend on where they lead.
            .redirect(Policy::none())
            // A monitor looks at the server that it says it looks at; proxies of the environment are meant for people.
            .no_proxy()
            .pool_idle_timeout(IDLE_CONNECTION)
            .pool_max_idle_per_host(MOST_IDLE_CONNECTIONS)
            .http2_keep_alive_interval(PING)
            .http2_keep_alive_timeout(PING)
            .http2_keep_alive_while_idle(true)
            .build()
            .map_err(|error| PluginError::new(format!("the HTTP client cannot be made: {}", error.without_url())))?;
        Ok(Self { client, address, headers })
    }

    /// The first answer that is no redirect, or a redirect that leads nowhere; its body is not read yet.
    pub(super) async fn answer(&self) -> Result<Response, CheckError> {
        let mut visited = vec![self.address.clone()];
        let mut url = self.address.clone();
        let mut headers = &self.headers.own;
        loop {
            let response = self.send(&url, headers).await.map_err(|error| failure::describe(&error, &url))?;
            let Some(next) = next_hop(&response, &url) else {
                return Ok(response);
            };
            if visited.contains(&next) {
                return Err(CheckError::new(format!("the redirects of {} lead round in a circle", server(&next))));
            }
            if visited.len() > MOST_REDIRECTS {
                return Err(CheckError::new(format!("more than {MOST_REDIRECTS} redirects, the last to {}", server(&next))));
            }
            // Once left, the first server does not get its credentials again: a stranger would choose what is done with them.
            if !may_share_credentials(&url, &next) {
                headers = &self.headers.foreign;
            }
            visited.push(next.clone());
            url = next;
        }
    }

    /// A server may end an idle connection in the moment in which the request goes out on it. That is no outage, so a connection
    /// which breaks before an answer is tried once more, as browsers do.
    async fn send(&self, url: &Url, headers: &HeaderMap) -> reqwest::Result<Response> {
        let request = || self.client.get(url.clone()).headers(headers.clone()).send();
        match request().await {
            Err(error) if !error.is_connect() && !error.is_timeout() => request().await,
            sent => sent,
        }
    }
}

/// What is wrong with the status of an answer, for example `HTTP 503 Service Unavailable`; `None` for the status 200.
pub(super) fn complaint(response: &Response) -> Option<String> {
    let status = response.status();
    let text = match status.canonical_reason() {
        Some(reason) => format!("HTTP {} {reason}", status.as_str()),
        None => format!("HTTP {}", status.as_str()),
    };
    match status {
        StatusCode::OK => None,
        status if redirects(status) => Some(format!("{text}, but without an address to follow")),
        _ => Some(text),
    }
}

fn redirects(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

/// Where a redirect leads, if it does so with HTTP.
fn next_hop(response: &Response, url: &Url) -> Option<Url> {
    let location = response.headers().get(LOCATION).filter(|_| redirects(response.status()))?;
    let mut next = url.join(&String::from_utf8_lossy(location.as_bytes())).ok()?;
    // A server has no business choosing the credentials that are sent.
    next.set_username("").and_then(|()| next.set_password(None)).ok()?;
    (matches!(next.scheme(), "http" | "https") && next.has_host()).then(|| without_fragment(next))
}
