//! Requests of the commands to a running Platus.

use crate::application::DEFAULT_LISTEN;
use clap::Args;
use net::advice::Keys;
use net::deadline::Deadline;
use net::host::{HostName, parse_url};
use net::http::{Client, Connector, ProxyChoice, Request, Reuse};
use net::stopwatch::Stopwatch;
use net::tls::{TlsSettings, shared_client_config};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::{Method, StatusCode};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;
use tokio::time::timeout;
use url::Url;

/// Where Platus runs.
#[derive(Args)]
pub(super) struct RunningPlatus {
    /// Base URL of Platus. Default: the address of --listen on this machine.
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// The address on which Platus listens, as ADDRESS:PORT.
    #[arg(long, value_name = "ADDRESS:PORT", env = "PLATUS_LISTEN", default_value_t = DEFAULT_LISTEN)]
    listen: SocketAddr,
}

/// What to ask.
pub(super) struct Question<'a> {
    /// Of the API, such as `/api/v1.0/health`.
    pub path: &'a str,
    /// The API key of the caller.
    pub key: Option<&'a str>,
    pub deadline: Duration,
    /// Bytes of the answer that are read at most.
    pub longest_answer: usize,
}

/// What was answered.
pub(super) struct Answer {
    pub status: StatusCode,
    pub body: Vec<u8>,
    /// Host and port.
    pub server: String,
}

/// Why there is no answer, in one sentence.
#[derive(Debug)]
pub(super) enum NoAnswer {
    /// The command line or the API key is wrong.
    WrongInput(String),
    Failed(String),
}

impl RunningPlatus {
    /// Asks, and waits for the answer.
    pub(super) fn ask(&self, question: &Question<'_>) -> Result<Answer, NoAnswer> {
        let base = self.url.clone().unwrap_or_else(|| format!("http://{}", reachable(self.listen)));
        let url = parse_url(&format!("{}{}", base.trim_end_matches('/'), question.path));
        let Some((url, host)) = url.filter(|(url, _)| matches!(url.scheme(), "http" | "https")) else {
            return Err(NoAnswer::WrongInput(format!("`{base}` is not a URL such as http://127.0.0.1:5001")));
        };
        let headers = headers(question.key)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| NoAnswer::Failed(format!("cannot start the threads: {error}")))?;
        let asked = runtime.block_on(async { timeout(question.deadline, get(&url, host, &headers, question)).await });
        runtime.shutdown_background();
        let late = |_| Err(format!("no answer within {} s", question.deadline.as_secs()));
        asked.unwrap_or_else(late).map_err(NoAnswer::Failed)
    }
}

fn headers(key: Option<&str>) -> Result<HeaderMap, NoAnswer> {
    let mut headers = HeaderMap::new();
    if let Some(key) = key {
        let value = HeaderValue::from_str(&format!("Bearer {key}"));
        let mut value = value.map_err(|_| NoAnswer::WrongInput("the API key has characters that no key has".to_owned()))?;
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
    }
    Ok(headers)
}

/// The address at which this machine reaches a server that listens there.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

/// The error says what is wrong.
async fn get(url: &Url, host: HostName, headers: &HeaderMap, question: &Question<'_>) -> Result<Answer, String> {
    let server = format!("{host}:{}", url.port_or_known_default().unwrap_or_default());
    let settings = TlsSettings { verify: true, ca: None, cert: None, key: None };
    let tls = shared_client_config(settings, &["http/1.1"]).map_err(|error| error.message)?;
    let client = Client::new(Connector { tls, proxy: ProxyChoice::Direct, keys: Keys::NONE }, host, Reuse::Never);
    let request = Request { method: &Method::GET, url, headers, body: None };
    let sent = client.send(&request, Deadline::after(question.deadline), &mut Stopwatch::start()).await;
    let mut response = sent.map_err(|error| error.describe(&server, Keys::NONE))?;
    let status = response.status();
    let mut body = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await
        && body.len() < question.longest_answer
    {
        body.extend_from_slice(&chunk[..chunk.len().min(question.longest_answer - body.len())]);
    }
    Ok(Answer { status, body, server })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unspecified_address_is_reached_on_this_machine() {
        for (listen, expected) in [("0.0.0.0:80", "127.0.0.1:80"), ("[::]:81", "[::1]:81"), ("10.0.0.1:82", "10.0.0.1:82")] {
            assert_eq!(reachable(listen.parse().unwrap()).to_string(), expected);
        }
    }
}
