//! What the channels that speak HTTP have in common: the client, addresses of which nobody sees more than the host, and the judgement
//! of answers.

mod answer;
mod connection_test;
mod endpoint;
mod hook;

pub(super) use answer::Answer;
pub(super) use endpoint::Endpoint;
pub(super) use hook::Hook;

use super::{ChannelError, DeliveryError};
use crate::plugins::network::tls::{TlsSettings, client_config};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder, Response};
use rustls::ClientConfig;
use std::error::Error;
use std::iter::successors;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// Alerts are rare. A connection that has been idle longer may have been given up by the other side, and would cost an attempt.
const IDLE_CONNECTION: Duration = Duration::from_secs(15);

/// An address that does not answer by then is given up for the next one of the same name.
const CONNECT: Duration = Duration::from_secs(10);

/// How much of an answer is read, in bytes.
const LONGEST_ANSWER: usize = 4 << 10;

/// How long the text of an answer may take when its head is there, which says all that matters.
const SLOWEST_ANSWER: Duration = Duration::from_secs(2);

/// One for each channel: the connections of a client end with the runtime in which they began.
pub(super) struct Http {
    client: Client,
    /// As the client has it.
    tls: Arc<ClientConfig>,
}

/// Whom a channel trusts besides the authorities of the system.
#[derive(Clone, Copy)]
pub(super) struct Trust<'a> {
    pub(super) ca: Option<&'a str>,
    pub(super) verify: bool,
}

impl Trust<'_> {
    pub(super) const SYSTEM: Self = Self { ca: None, verify: true };
}

impl Http {
    pub(super) fn new(trust: Trust<'_>) -> Result<Self, ChannelError> {
        let settings = TlsSettings { verify: trust.verify, ca: trust.ca, cert: None, key: None };
        let tls = client_config(settings, &["h2", "http/1.1"]).map_err(|error| ChannelError(error.message))?;
        let client = Client::builder()
            .tls_backend_preconfigured(tls.clone())
            // Who has moved says so to a person; a message that follows a redirect may end where nobody reads it.
            .redirect(Policy::none())
            .user_agent(concat!("Platus/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT)
            .pool_idle_timeout(IDLE_CONNECTION)
            .build();
        let client = client.map_err(|error| ChannelError(format!("the HTTP client cannot be made: {}", error.without_url())))?;
        Ok(Self { client, tls: Arc::new(tls) })
    }

    pub(super) fn request(&self, method: Method, endpoint: &Endpoint) -> RequestBuilder {
        self.client.request(method, endpoint.url().clone())
    }

    pub(super) fn post(&self, endpoint: &Endpoint) -> RequestBuilder {
        self.request(Method::POST, endpoint)
    }

    /// Connects to the receiver and sends no request; see [`Channel::test_connection`](super::Channel::test_connection).
    pub(super) async fn test_connection(&self, endpoint: &Endpoint) -> Result<(), DeliveryError> {
        connection_test::test_connection(endpoint, &self.tls).await
    }

    /// What the receiver says to a request, which is for this endpoint.
    pub(super) async fn send(&self, request: RequestBuilder, endpoint: &Endpoint) -> Result<Answer, DeliveryError> {
        let response = request.send().await.map_err(|error| unanswered(&error, endpoint))?;
        let (status, headers) = (response.status(), response.headers().clone());
        let mut body = Vec::new();
        // What was read in time is enough: the status stands.
        timeout(SLOWEST_ANSWER, read(response, &mut body)).await.ok();
        Ok(Answer::new(endpoint, status, &headers, body))
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

/// The first error repeats the URL; the last one holds the reason.
fn unanswered(error: &reqwest::Error, endpoint: &Endpoint) -> DeliveryError {
    let first: &(dyn Error + 'static) = error;
    let reason = successors(first.source(), |&cause| cause.source()).last().map(ToString::to_string).unwrap_or_default();
    let reason = endpoint.excerpt(reason.as_bytes());
    DeliveryError::later(format!("{} gives no answer: {reason}", endpoint.host()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Secret;
    use crate::notify::Outlook;

    #[tokio::test]
    async fn nobody_answers() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let endpoint = Endpoint::hook("url", &Secret::new(format!("http://127.0.0.1:{port}/hidden-path"))).unwrap();
        let http = Http::new(Trust::SYSTEM).unwrap();
        let error = http.send(http.post(&endpoint), &endpoint).await.err().unwrap();
        assert_eq!(error.outlook, Outlook::Later);
        let expected = format!("127.0.0.1:{port} gives no answer: Connection refused");
        assert!(error.message.starts_with(&expected), "{}", error.message);
        assert!(!format!("{error:?}").contains("hidden-path"));
        let error = http.test_connection(&endpoint).await.err().unwrap();
        assert_eq!(error.message, format!("connection refused by 127.0.0.1:{port}"));
    }
}
