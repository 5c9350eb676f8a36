//! What the channels that speak HTTP have in common: the client, addresses of which nobody sees more than the host, and the judgement
//! of answers.

mod answer;
mod draft;
mod endpoint;
mod hook;

pub(super) use answer::Answer;
pub(super) use draft::Draft;
pub(super) use endpoint::Endpoint;
pub(super) use hook::Hook;

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

/// For the connection and the head of the answer. Less than the dispatcher waits, so that it is told what was missing.
const PATIENCE: Duration = Duration::from_secs(25);

/// For a connection that is only tested.
const CONNECT: Duration = Duration::from_secs(10);

/// How much of an answer is read, in bytes.
const LONGEST_ANSWER: usize = 4 << 10;

/// How long the text of an answer may take when its head is there, which says all that matters.
const SLOWEST_ANSWER: Duration = Duration::from_secs(2);

/// How a channel reaches its receiver. Alerts are rare, so each has a connection of its own: one that was kept may have been given up
/// by the other side, and would cost an attempt. Redirects are not followed: a message that follows one may end where nobody reads it.
pub(super) struct Http {
    connector: Connector,
}

/// Whom a channel trusts.
#[derive(Clone, Copy)]
pub(super) enum Trust<'a> {
    /// The authorities of the system; the channel has no keys to say otherwise.
    System,
    /// As its keys `ca` and `verify` say.
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

    pub(super) fn request(&self, method: Method) -> Draft {
        Draft::new(method)
    }

    pub(super) fn post(&self) -> Draft {
        self.request(Method::POST)
    }

    /// Connects to the receiver and sends no request; see [`Channel::test_connection`](super::Channel::test_connection).
    pub(super) async fn test_connection(&self, endpoint: &Endpoint) -> Result<(), DeliveryError> {
        let client = self.client(endpoint);
        let tested = client.test_connection(endpoint.url(), Deadline::after(CONNECT)).await;
        tested.map_err(|error| self.unanswered(&error, endpoint))
    }

    /// What the receiver says to a request, which is for this endpoint.
    pub(super) async fn send(&self, draft: Draft, endpoint: &Endpoint) -> Result<Answer, DeliveryError> {
        let Draft { method, headers, body } = match endpoint.login() {
            Some((name, password)) if !draft.headers.contains_key(AUTHORIZATION) => draft.basic_auth(name, password.expose()),
            _ => draft,
        };
        let client = self.client(endpoint);
        let body = body.as_deref().map(str::as_bytes);
        let request = Request { method: &method, url: endpoint.url(), headers: &headers, body };
        let sent = client.send(&request, Deadline::after(PATIENCE), &mut Stopwatch::start()).await;
        let response = sent.map_err(|error| self.unanswered(&error, endpoint))?;
        let (status, headers) = (response.status(), response.headers().clone());
        let mut body = Vec::new();
        // What was read in time is enough: the status stands.
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
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
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
