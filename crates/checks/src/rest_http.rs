//! Checks an HTTP server as a client would: sends one request, follows redirects, and compares the answer with the expectations.

mod address;
mod body;
mod budget;
mod certificate;
mod charset;
mod close_notify;
mod coding;
mod comparison;
mod connection;
mod content;
mod cookies;
mod exchange;
mod failure;
#[cfg(test)]
pub(super) mod fuzz;
mod headers;
mod json;
mod pattern;
mod properties;
mod search;
mod status;
#[cfg(test)]
mod tests;
mod verdict;

use super::{CheckError, Host, Observation, Plugin};
use body::{Body, BodyError};
use chrono::Utc;
use content::Content;
use exchange::{Answer, Exchange};
use net::advice::Keys;
use net::deadline::Deadline;
use net::host::HostName;
use net::http::{Client, Connector, Response, Reuse};
use net::stopwatch::Stopwatch;
use net::tls::shared_client_config;
use properties::{Data, Properties};
use reqwest::Method;
use search::Search;
use status::Statuses;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use verdict::{Verdict, is_wanted};
use yaml::InvalidSetting;

/// The check of one URL.
pub(super) struct RestHttp {
    /// Name of the one row.
    node: String,
    exchange: Exchange,
    /// `None` means 200.
    statuses: Option<Statuses>,
    max_elapsed: Option<Duration>,
    min_tls_days: Option<u32>,
    /// `None` if nothing is expected of the body, which is then not read.
    content: Option<Arc<Content>>,
    /// In bytes, after decompression.
    max_body: usize,
    /// For the whole check: connection, redirects, body and the search in it.
    timeout: Duration,
}

impl Plugin for RestHttp {
    const NAME: &'static str = "rest_http";
    const SUMMARY: &'static str = "Sends an HTTP request, and compares the answer with the expectations.";
    type Properties = Properties;
    type Data = Data;
    const EXAMPLE: &'static str = "
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
    json:
      $.status: healthy
    max_elapsed: 0.5
    min_tls_days: 14
";

    fn connect(properties: Properties, data: Data, host: &Host) -> Result<Self, InvalidSetting> {
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
        let method = Method::from(properties.method);
        let min_tls_days = data.min_tls_days(properties.protocol)?;
        // A new connection shows the current certificate. Requests that must not be repeated need one, since a kept connection may
        // end while they are sent.
        let reuse = match min_tls_days.is_some() || !method.is_idempotent() {
            true => Reuse::Never,
            false => properties.reuse(host.interval)?,
        };
        let connector = Connector {
            tls: shared_client_config(properties.tls(), &["h2", "http/1.1"])?,
            proxy: properties.proxy(&host.proxies)?,
            keys: Keys::ALL,
        };
        let max_body = properties.max_body()?;
        let max_elapsed = data.max_elapsed(host.timeout)?;
        let statuses = data.expect_status().cloned();
        let content = Content::new(Search::new(data.search)?, data.json.unwrap_or_default());
        if content.is_some() && method == Method::HEAD {
            return Err(InvalidSetting::new("`method: HEAD` brings no body for `search` or `json` to look at; use GET"));
        }
        Ok(Self {
            exchange: Exchange {
                address,
                headers: headers::Headers::new(&properties)?,
                method,
                body: properties.body().map(str::to_owned),
                client: Client::new(connector, HostName::new(&properties.host), reuse),
            },
            statuses,
            max_elapsed,
            min_tls_days,
            content: content.map(Arc::new),
            max_body,
            timeout: host.timeout,
            node: host.node.clone(),
        })
    }

    async fn check(&self) -> Result<Vec<Observation>, CheckError> {
        let mut watch = Stopwatch::start();
        match self.observe(&mut watch).await {
            Ok(observation) => Ok(vec![observation.with_watch(watch)]),
            Err(error) => Err(error.with_watch(watch)),
        }
    }
}

impl RestHttp {
    async fn observe(&self, watch: &mut Stopwatch) -> Result<Observation, CheckError> {
        let deadline = Deadline::after(self.timeout);
        let is_wanted = |status| is_wanted(status, self.statuses.as_ref());
        let Answer { response, certificates } = self.exchange.answer(is_wanted, deadline, watch).await?;
        let mut verdict = Verdict::of(response.status(), self.statuses.as_ref());
        if let Some(proxy) = response.forwarder() {
            verdict.suspect(proxy, response.status());
        }
        if let Some(days) = self.min_tls_days {
            verdict.expect(certificate::expectation(days, &certificates, Utc::now()));
        }
        let content = self.content.as_ref().filter(|_| is_wanted(response.status()));
        let body = match content {
            Some(_) => Some(self.body(response, deadline, watch).await?),
            None => None,
        };
        let elapsed = watch.elapsed();
        verdict.expect_in_time(self.max_elapsed, elapsed);
        if body.as_ref().is_some_and(Body::has_unannounced_end) {
            verdict.note(close_notify::MISSING);
        }
        if let Some((content, body)) = content.zip(body) {
            let examined = deadline.wait_for(content.examine(body)).await;
            let late = |over| CheckError::new(format!("the search in the body was not done {over}"));
            verdict.expect_content(examined.map_err(late)?)?;
        }
        Ok(verdict.observation(&self.node, elapsed))
    }

    async fn body(&self, response: Response, deadline: Deadline, watch: &mut Stopwatch) -> Result<Body, CheckError> {
        let url = response.url().clone();
        watch.begin("body");
        let body = deadline.wait_for(Body::read(response, self.max_body)).await;
        let body = body.map_err(|over| CheckError::new(format!("no complete answer {over}")))?;
        watch.lap("body");
        body.map_err(|error| match error {
            BodyError::Transfer(error) => failure::describe(&error, &url),
            BodyError::Decoding(reason) => CheckError::new(format!("{} answered, but {reason}", address::server(&url))),
        })
    }
}

/// Omits everything that could contain a secret, including the URL: keys are often part of a query.
impl fmt::Debug for RestHttp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RestHttp").field("node", &self.node).field("timeout", &self.timeout).finish_non_exhaustive()
    }
}
