//! What the HTTP channels share: the client, addresses of which only the host is shown, and the evaluation of answers.

mod answer;
mod request;
mod endpoint;
mod hook;

pub(super) use answer::Answer;
pub(super) use endpoint::Endpoint;
pub(super) use hook::Hook;
pub(super) use request::RequestBuilder;

use super::{ChannelError, DeliveryError};
use net::advice::Keys;
use net::deadline::Deadline;
use net::http::{Client, Connector, HttpError, Proxies, ProxyChoice, Request, Response, Reuse};
use net::stopwatch::Stopwatch;
use net::tls::{TlsSettings, shared_client_config};
use reqwest::Method;
use reqwest::header::AUTHORIZATION;
use std::time::Duration;
use tokio::time::timeout;

/// The longest `timeout` of a channel. The dispatcher ends an attempt after that of the channel.
const LONGEST: Duration = Duration::from_secs(3600);

/// The time for a connection test.
const CONNECT: Duration = Duration::from_secs(10);

/// The most that is read of an answer, in bytes.
const LONGEST_ANSWER: usize = 4 << 10;

/// The time for the body of an answer. Its head has the result already.
const SLOWEST_ANSWER: Duration = Duration::from_secs(2);

/// The client of a channel. Notifications are rare, so each has its own connection: the receiver may have closed an idle one, which
/// would cost an attempt. Redirects are not followed, since a redirected message may be lost.
pub(super) struct Http {
    connector: Connector,
}

/// The certificates that a channel trusts.
#[derive(Clone, Copy)]
pub(super) enum Trust<'a> {
    /// The authorities of the system, for a channel without TLS options.
    System,
    /// According to the keys `ca` and `verify`.
    Given { ca: Option<&'a str>, verify: bool },
}

impl Http {
    pub(super) fn new(trust: Trust<'_>) -> Result<Self, ChannelError> {
        let (ca, verify, keys) = match trust {
            Trust::System => (None, true, Keys::NONE),
            Trust::Given { ca, verify } => (ca, verify, Keys::TRUST),
        };
        let settings = TlsSettings { verify, ca, cert: None, key: None };
        let tls = shared_client_config(settings, &["h2", "http/1.1"]).map_err(|error| ChannelError(error.message))?;
        let connector = Connector { tls, proxy: ProxyChoice::Environment(Proxies::of_process()), keys };
        Ok(Self { connector })
    }

    pub(super) fn request(&self, method: Method) -> RequestBuilder {
        RequestBuilder::new(method)
    }

    pub(super) fn post(&self) -> RequestBuilder {
        self.request(Method::POST)
    }

    /// Connects to the receiver without a request; see [`Channel::test_connection`](super::Channel::test_connection).
    pub(super) async fn test_connection(&self, endpoint: &Endpoint) -> Result<(), DeliveryError> {
        let client = self.client(endpoint);
        let tested = client.test_connection(endpoint.url(), Deadline::after(CONNECT)).await;
        tested.map_err(|error| self.unanswered(&error, endpoint))
    }

    /// Sends a request to this endpoint and returns the answer.
    pub(super) async fn send(&self, request: RequestBuilder, endpoint: &Endpoint) -> Result<Answer, DeliveryError> {
        let RequestBuilder { method, headers, body } = match endpoint.login() {
            Some((name, password)) if !request.headers.contains_key(AUTHORIZATION) => request.basic_auth(name, password.expose()),
            _ => request,
        };
        let client = self.client(endpoint);
        let body = body.as_deref().map(str::as_bytes);
        let request = Request { method: &method, url: endpoint.url(), headers: &headers, body };
        let sent = client.send(&request, Deadline::after(LONGEST), &mut Stopwatch::start()).await;
        let response = sent.map_err(|error| self.unanswered(&error, endpoint))?;
        let (status, headers) = (response.status(), response.headers().clone());
        let mut body = Vec::new();
        // What was read in time is enough: the status is known.
        timeout(SLOWEST_ANSWER, read(response, &mut body)).await.ok();
        Ok(Answer::new(endpoint, status, &headers, body))
    }

    fn unanswered(&self, error: &HttpError, endpoint: &Endpoint) -> DeliveryError {
        let host = endpoint.host();
        let text = match error {
            HttpError::Late { over, answered: false } => format!("no answer from {host} {over}"),
            error => error.describe(&host, self.connector.keys),
        };
        DeliveryError::later(endpoint.excerpt(text.as_bytes()))
    }

    fn client(&self, endpoint: &Endpoint) -> Client {
        Client::new(self.connector.clone(), endpoint.named().clone(), Reuse::Never)
    }
}

async fn read(mut response: Response, body: &mut Vec<u8>) {
    while let Ok(Some(chunk)) = response.chunk().await {
        let room = LONGEST_ANSWER - body.len();
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if body.len() == LONGEST_ANSWER {
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Outlook;
    use yaml::Secret;

    #[tokio::test]
    async fn nobody_answers() {
        // Nothing listens there, and no other test takes it.
        let port = 9;
        let endpoint = Endpoint::hook("url", &Secret::new(format!("http://127.0.0.1:{port}/hidden-path"))).unwrap();
        let http = Http::new(Trust::System).unwrap();
        let error = http.send(http.post(), &endpoint).await.err().unwrap();
        assert_eq!(error.outlook, Outlook::Later);
        assert_eq!(error.message, format!("connection refused by 127.0.0.1:{port}"));
        assert!(!format!("{error:?}").contains("hidden-path"));
        let error = http.test_connection(&endpoint).await.err().unwrap();
        assert_eq!(error.message, format!("connection refused by 127.0.0.1:{port}"));
    }
}
