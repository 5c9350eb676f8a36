//! Asks an HTTP server as a user of it would: one GET, redirects followed, and the answer compared with what is expected.

mod address;
mod body;
mod exchange;
mod failure;
mod headers;
mod properties;
mod search;
#[cfg(test)]
mod tests;

use super::network::tls;
use super::{CheckError, Host, Observation, Plugin, PluginError};
use app::model::State;
use body::Body;
use exchange::Exchange;
use properties::{Data, Properties};
use search::{Finding, Search};
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The check of one URL.
pub(super) struct RestHttp {
    /// Name of the one row.
    node: String,
    exchange: Exchange,
    /// Absent when the status alone decides; the body is then not read at all.
    search: Option<Arc<Search>>,
    /// In bytes, after decompression.
    max_body: usize,
    /// For the whole of a check: connection, redirects, body and search.
    timeout: Duration,
}

impl Plugin for RestHttp {
    const NAME: &'static str = "rest_http";
    const SUMMARY: &'static str = "Asks an HTTP server as a user of it would, and compares the answer with what is expected.";
    type Properties = Properties;
    type Data = Data;
    const EXAMPLE: &'static str = r#"
shop:
  role: [dev]
  type: rest_http
  properties:
    host: shop.example.org
    port: 443
    protocol: https
    username: monitor
    password: change-me
    timeout: 10
  data:
    type: App
    name: Shop
    url: /health
    search: '"status": *"healthy"'
"#;

    fn connect(properties: Properties, data: Data, host: &Host) -> Result<Self, PluginError> {
        let address = address::address(properties.protocol, &properties.host, properties.port, data.url())?;
        if !properties.verify {
            tracing::warn!(service.id = %host.service, "Certificates are not verified: `verify` is false.");
        }
        if properties.sends_no_token() {
            tracing::warn!(
                service.id = %host.service,
                "`token` is not sent: `username` and `password` already make the header Authorization. Name another in `token_header`."
            );
        }
        Ok(Self {
            exchange: Exchange::new(
                address,
                headers::Headers::new(&properties)?,
                tls::client_config(properties.tls(), &["h2", "http/1.1"])?,
            )?,
            search: Search::new(data.search)?.map(Arc::new),
            max_body: properties.max_body()?,
            timeout: host.timeout,
            node: host.node.clone(),
        })
    }

    async fn check(&self) -> Result<Vec<Observation>, CheckError> {
        let sent = Instant::now();
        let response = self.in_time(sent, "no answer", self.exchange.answer()).await??;
        if let Some(complaint) = exchange::complaint(&response) {
            return Ok(vec![self.observation(State::Down, Some(complaint), sent.elapsed())]);
        }
        let Some(search) = &self.search else {
            return Ok(vec![self.observation(State::Operational, None, sent.elapsed())]);
        };
        let url = response.url().clone();
        let body = self.in_time(sent, "no complete answer", Body::read(response, self.max_body)).await?;
        let body = body.map_err(|error| failure::describe(&error, &url))?;
        let elapsed = sent.elapsed();
        match self.in_time(sent, "the search in the body was not done", search.run(body)).await? {
            Finding::AsExpected => Ok(vec![self.observation(State::Operational, None, elapsed)]),
            Finding::Unexpected(message) => Ok(vec![self.observation(State::Unhealthy, Some(message), elapsed)]),
            Finding::Undecided(message) => Err(CheckError::new(message)),
        }
    }
}

impl RestHttp {
    /// Waits as long as is left of the time-out since `sent`; after that `late` says what did not come.
    async fn in_time<T>(&self, sent: Instant, late: &str, work: impl Future<Output = T>) -> Result<T, CheckError> {
        let left = self.timeout.saturating_sub(sent.elapsed());
        let timeout = self.timeout.as_secs_f64();
        tokio::time::timeout(left, work).await.map_err(|_| CheckError::new(format!("{late} within {timeout} s")))
    }

    fn observation(&self, state: State, message: Option<String>, elapsed: Duration) -> Observation {
        Observation { message, ..Observation::new(&self.node, state) }.with_elapsed(elapsed)
    }
}

/// Leaves out everything that could hold a secret, the URL included: keys are often part of a query.
impl fmt::Debug for RestHttp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RestHttp").field("node", &self.node).field("timeout", &self.timeout).finish_non_exhaustive()
    }
}
